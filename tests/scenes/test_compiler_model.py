"""All layers against a model that asks each minute "who wins now?", in every zone of the world."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scenes.almanac import Almanac
from scenes.compiler import (
    Wish,
    compile_slots,
    join_slots,
    override_wishes,
    run_wishes,
    standing_wishes,
)
from scenes.plan import Slot
from scenes.rules import Override, Rule, Run
from scenes.schedule import Schedule
from tests.scenes.minute_model import MINUTE, MinuteModel
from tests.scenes.strategies import FALLBACK, OTHER, ZONE, Sky, WeekMaker, instants
from tests.scenes.test_wall_time import ALL_ZONES, all_transitions
from tests.scenes.time_zone_file import zone_by

DAY = timedelta(days=1)
Minutes = list[tuple[str, str, str]]
dice_of = st.randoms(use_true_random=False)
zone_names = st.sampled_from(ALL_ZONES)
longitudes = st.integers(-12, 12)


class Week:
    """Everything that one plan follows from."""

    def __init__(self, dice: Random, start: datetime, late_h: int, *amid: str) -> None:
        maker = WeekMaker(dice, start, *amid)
        self.schedule: Schedule = maker.schedule()
        self.overrides: tuple[Override, ...] = maker.overrides()
        self.runs: tuple[Run, ...] = maker.runs()
        self.almanac: Almanac = Sky(late_h)

    def wishes(self, tz: ZoneInfo, start: datetime, end: datetime) -> list[Wish]:
        found = standing_wishes(self.schedule, [OTHER, ZONE], tz, self.almanac, start, end)
        return [
            *override_wishes(self.overrides, ZONE),
            *found[ZONE],
            *run_wishes(self.runs, ZONE),
        ]

    def slots(self, tz: ZoneInfo, start: datetime, end: datetime) -> tuple[Slot, ...]:
        return compile_slots(self.wishes(tz, start, end), FALLBACK, start, end)

    def model(self, tz: ZoneInfo, start: datetime, end: datetime) -> Minutes:
        model = MinuteModel(self.schedule, tz, self.almanac, start, end)
        return list(model.winners(ZONE, FALLBACK, self.overrides, self.runs))


def by_minute(slots: tuple[Slot, ...], start: datetime, end: datetime) -> Minutes:
    """(scene, source, layer) in each minute; slots begin with whole minutes here."""
    assert slots[0].start == start
    assert all(one.start < other.start < end for one, other in pairwise(slots))
    minutes: Minutes = []
    for slot, finish in zip(slots, [*(slot.start for slot in slots[1:]), end], strict=True):
        minutes += [(slot.scene, slot.source, slot.layer)] * ((finish - slot.start) // MINUTE)
        assert slot.start + (finish - slot.start) // MINUTE * MINUTE == finish
    return minutes


@cache
def transitions_of() -> dict[str, list[datetime]]:
    found = defaultdict(list)
    for name, moment in all_transitions():
        found[name].append(moment)
    return found


def test_every_minute_is_the_strongest_claims_in_every_zone_of_the_world() -> None:
    """One random week a zone, most of them around a clock change, with times amid the change."""
    for name in ALL_ZONES:
        dice, tz = Random(name), ZoneInfo(name)
        moments = transitions_of().get(name, [datetime(2030, 3, 1, 13, 30, tzinfo=UTC)])
        moment = dice.choice(moments).replace(second=0)
        start, end = moment - timedelta(hours=16), moment + timedelta(hours=16)
        before = (moment - MINUTE).astimezone(tz).strftime("%H:%M")
        after = moment.astimezone(tz).strftime("%H:%M")
        week = Week(dice, moment, dice.randrange(-12, 13), before, after, "00:30", "02:30")
        slots = week.slots(tz, start, end)
        assert by_minute(slots, start, end) == week.model(tz, start, end), name


@given(dice_of, zone_names, instants, longitudes)
def test_every_minute_of_random_days_is_the_strongest_claims(
    dice: Random, name: str, instant: datetime, late_h: int
) -> None:
    start, tz = instant.replace(second=0), ZoneInfo(name)
    end = start + 3 * DAY
    week = Week(dice, start + DAY, late_h)
    assert by_minute(week.slots(tz, start, end), start, end) == week.model(tz, start, end)


@given(dice_of, zone_names, instants, longitudes, st.integers(1, 14_000), st.integers(0, 59))
def test_all_layers_in_two_halves_equal_the_whole(
    dice: Random, name: str, start: datetime, late_h: int, minute: int, second: int
) -> None:
    tz, end = ZoneInfo(name), start + 10 * DAY
    middle = start + timedelta(minutes=minute, seconds=second)
    week = Week(dice, start + 5 * DAY, late_h)
    halves = join_slots(week.slots(tz, start, middle), week.slots(tz, middle, end))
    assert halves == week.slots(tz, start, end)


@given(dice_of, zone_names, instants, longitudes)
def test_all_layers_are_total_gapless_and_in_order(
    dice: Random, name: str, start: datetime, late_h: int
) -> None:
    end = start + 40 * DAY
    slots = Week(dice, start + 5 * DAY, late_h).slots(ZoneInfo(name), start, end)
    assert slots[0].start == start
    assert all(one.start < other.start < end for one, other in pairwise(slots))
    assert all(slot.reason and slot.source and slot.scene for slot in slots)
    claims = [(slot.source, slot.scene, slot.reason, slot.author) for slot in slots]
    assert all(one != other for one, other in pairwise(claims)), "equal neighbours are one slot"


@given(dice_of, zone_names, zone_names, instants)
def test_a_store_that_moves_is_planned_as_if_it_had_always_been_there(
    dice: Random, old: str, new: str, instant: datetime
) -> None:
    start = instant.replace(second=0)
    end, week = start + DAY, Week(dice, start, 0)
    before, there = (week.slots(ZoneInfo(name), start, end) for name in (old, new))
    assert by_minute(there, start, end) == week.model(ZoneInfo(new), start, end)
    assert week.slots(ZoneInfo(old), start, end) == before


MORNINGS = Schedule(
    rules=(Rule(id="mornings", zones=(ZONE,), scene="calm", from_="09:00", until="11:00"),)
)


def mornings(tz: ZoneInfo, day: date) -> list[str]:
    """When the plan of one day (UTC) changes."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    week = Week(Random(1), start, 0)
    week.schedule, week.overrides, week.runs = MORNINGS, (), ()
    slots = week.slots(tz, start, start + DAY)
    assert by_minute(slots, start, start + DAY) == week.model(tz, start, start + DAY)
    return [f"{slot.start:%H:%M} {slot.scene}" for slot in slots[1:]]


def test_a_store_that_moves_keeps_its_wall_times() -> None:
    summer = date(2026, 7, 1)
    assert mornings(ZoneInfo("Europe/Copenhagen"), summer) == ["07:00 calm", "09:00 closed"]
    assert mornings(ZoneInfo("America/New_York"), summer) == ["13:00 calm", "15:00 closed"]


def test_an_updated_time_zone_database_gives_another_plan() -> None:
    """A country does away with summer time; nobody edits the schedule."""
    with_summer, without = zone_by("CET-1CEST,M3.5.0,M10.5.0/3"), zone_by("CET-1")
    summer, winter = date(2026, 7, 1), date(2026, 12, 1)
    assert mornings(with_summer, summer) == ["07:00 calm", "09:00 closed"]
    assert mornings(without, summer) == ["08:00 calm", "10:00 closed"]
    assert mornings(with_summer, winter) == mornings(without, winter)
