"""Past its end a plan's weeks come again, by the clock on the shop's wall."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scenes.plan import Plan, Slot
from scenes.repetition import STANDING, Repetition
from scenes.rules import Layer
from scenes.scene import Scene
from tests.scenes.test_wall_time import ALL_ZONES, all_transitions

MINUTE, DAY, WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(days=7)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
COPENHAGEN = "Europe/Copenhagen"


def plan(
    slots: Sequence[tuple[datetime, str, Layer]], until: datetime, zone: str | None = None
) -> Plan:
    return Plan(
        store="nordic",
        zone="hall",
        epoch=4,
        revision=9,
        compiled_at=slots[0][0],
        slots=tuple(
            Slot(
                start=start,
                scene=scene,
                layer=layer,
                reason=scene,
                source=f"{layer}:{scene}",
                author="Anna" if layer is Layer.OVERRIDE else "",
            )
            for start, scene, layer in slots
        ),
        until=until,
        scenes={scene: Scene(id=scene, name=scene) for _, scene, _ in slots},
        time_zone=zone,
    )


def weekdays(until: datetime) -> Plan:
    """Night, and a scene named after each weekday from 09:00 to 17:00 UTC."""
    slots = [(MONDAY, "night", Layer.FALLBACK)]
    day = MONDAY
    while day < until:
        name = f"{day:%A}".lower()
        slots.append((day.replace(hour=9), name, Layer.RULE))
        slots.append((day.replace(hour=17), "night", Layer.FALLBACK))
        day += DAY
    return plan([slot for slot in slots if slot[0] < until], until)


def at(it: Plan, instant: datetime) -> Slot:
    return Repetition(it).plan_at(instant).at(instant)


def test_within_its_horizon_a_plan_is_itself() -> None:
    it = weekdays(MONDAY + WEEK)
    assert Repetition(it).plan_at(it.until - timedelta(microseconds=1)) is it
    assert Repetition(it).plan_at(it.slots[0].start - WEEK) is it, "an earlier time is not past it"


@pytest.mark.parametrize("weeks", [1, 2, 10, 520, 5000])
@pytest.mark.parametrize("length_days", [7, 10, 32])
def test_the_same_weekday_comes_again(weeks: int, length_days: int) -> None:
    it = weekdays(MONDAY + length_days * DAY)
    for days in range(7):
        noon = MONDAY + weeks * WEEK + days * DAY + timedelta(hours=12)
        if noon < it.until:
            continue
        slot = at(it, noon)
        assert slot.scene == f"{noon:%A}".lower()
        assert slot.start == noon.replace(hour=9), "and since when is a true instant"
        repeated = Repetition(it).plan_at(noon)
        assert repeated.end_of(repeated.index_at(noon)) == noon.replace(hour=17)
        assert repeated.order == it.order


def test_a_scene_that_lasts_over_the_end_goes_on() -> None:
    it = weekdays(MONDAY + WEEK + timedelta(hours=4))
    night = at(it, it.until + timedelta(hours=1))
    assert (night.scene, night.start) == ("night", MONDAY + timedelta(days=6, hours=17))


def test_what_was_for_once_is_not_repeated_where_another_week_knows_better() -> None:
    slots = []
    for week in range(3):
        begin = MONDAY + week * WEEK
        slots += [(begin, "night", Layer.FALLBACK), (begin + 9 * 60 * MINUTE, "day", Layer.RULE)]
    choice = MONDAY + 2 * WEEK + timedelta(hours=12)
    slots += [(choice, "party", Layer.OVERRIDE), (choice + DAY, "day", Layer.RULE)]
    it = plan(slots, MONDAY + 3 * WEEK)
    assert at(it, choice + WEEK).scene == "day"
    assert at(it, choice + WEEK).start == MONDAY + 3 * WEEK + timedelta(hours=9)


def test_what_was_for_once_is_repeated_rather_than_nothing() -> None:
    it = plan([(MONDAY, "day", Layer.RULE), (MONDAY + DAY, "party", Layer.OVERRIDE)], MONDAY + WEEK)
    again = at(it, MONDAY + WEEK + 2 * DAY)
    assert (again.scene, again.author) == ("party", ""), "but nobody chose it this time"


def test_of_a_plan_shorter_than_a_week_the_day_is_repeated_and_of_a_shorter_one_its_end() -> None:
    morning = timedelta(hours=9)
    it = plan(
        [(MONDAY, "night", Layer.FALLBACK), (MONDAY + morning, "day", Layer.RULE)], MONDAY + DAY
    )
    assert at(it, MONDAY + 3 * DAY + morning).scene == "day"
    assert at(it, MONDAY + 3 * DAY + morning - MINUTE).scene == "night"
    short = plan(
        [(MONDAY, "night", Layer.FALLBACK), (MONDAY + morning, "day", Layer.RULE)],
        MONDAY + DAY / 2,
    )
    assert at(short, MONDAY + 100 * DAY).scene == "day"


def test_a_shop_opens_at_nine_by_its_own_clock_in_summer_and_winter() -> None:
    zone = ZoneInfo(COPENHAGEN)
    slots = [(datetime(2026, 1, 5, 0, tzinfo=zone), "night", Layer.FALLBACK)]
    for day in range(5, 20):
        slots.append((datetime(2026, 1, day, 9, tzinfo=zone), "day", Layer.RULE))
        slots.append((datetime(2026, 1, day, 17, tzinfo=zone), "night", Layer.FALLBACK))
    until = datetime(2026, 1, 20, tzinfo=zone).astimezone(UTC)
    it = plan([(start.astimezone(UTC), *rest) for start, *rest in slots], until, COPENHAGEN)  # type: ignore[misc]
    for later in ((2026, 7, 1), (2026, 12, 1), (2031, 6, 1)):
        opening = datetime(*later, 9, tzinfo=zone).astimezone(UTC)
        assert at(it, opening).start == opening
        assert at(it, opening - MINUTE).scene == "night"


def test_an_unknown_time_zone_counts_utc_weeks() -> None:
    it = plan([(MONDAY, "day", Layer.RULE)], MONDAY + WEEK, "Mars/Olympus")
    assert at(it, MONDAY + 3 * WEEK).scene == "day"


class BruteForce:
    """Minute by minute, with no idea of intervals: what a plan says of the time past its end."""

    def __init__(self, it: Plan) -> None:
        self.zone = ZoneInfo(it.time_zone or "UTC")
        self.first: dict[datetime, Slot] = {}
        self.before_gap: dict[datetime, Slot] = {}
        instant, last, slot = it.slots[0].start, self.wall(it.slots[0].start), it.slots[0]
        while True:
            wall = self.wall(instant)
            while last + MINUTE < wall:  # what the clock on the wall leaps over
                last += MINUTE
                self.before_gap[last] = slot
            if instant >= it.until:
                break
            last, slot = wall, it.at(instant)
            if not instant.astimezone(self.zone).fold:  # what is shown again is nothing new
                self.first[wall] = slot
            instant += MINUTE
        self.last = it.slots[-1]
        self.earliest = min(self.first)

    def wall(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone).replace(tzinfo=None, fold=0)

    def scenes(self, begin: datetime, minutes: int) -> Iterator[tuple[datetime, str]]:
        """What each of ``minutes`` from ``begin`` is given."""
        shown = max(self.wall(begin - back * MINUTE) for back in range(26 * 60))
        for number in range(minutes):
            instant = begin + number * MINUTE
            shown = max(shown, self.wall(instant))
            yield instant, self._scene(shown)

    def _scene(self, wall: datetime) -> str:
        if wall in self.first:
            return self.last.scene  # the plan ended within a repeated hour, and that is held
        newest: Slot | None = None
        while wall >= self.earliest:
            wall -= WEEK
            slot = self.first.get(wall)
            if slot is not None and slot.layer in STANDING:
                return slot.scene
            newest = newest or slot or self.before_gap.get(wall)
        assert newest is not None
        return newest.scene


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan of one to three weeks of any zone, most of them around a change of its clocks."""
    if draw(st.integers(0, 4)):
        zone, moment = draw(st.sampled_from(all_transitions()))
        start = moment - draw(st.integers(0, 20 * 24 * 60)) * MINUTE
    else:
        zone = draw(st.sampled_from(ALL_ZONES))
        start = MONDAY + draw(st.integers(0, 1000)) * DAY
    length = draw(st.integers(7 * 24 * 60 + 180, 16 * 24 * 60))
    near = draw(st.lists(st.integers(1, length - 1), max_size=12, unique=True))
    layers = st.sampled_from((Layer.RULE, Layer.RULE, Layer.FALLBACK, Layer.OVERRIDE))
    slots = [
        (start + minute * MINUTE, f"scene-{number}", draw(layers))
        for number, minute in enumerate([0, *sorted(near)])
    ]
    return plan(slots, start + length * MINUTE, zone)


def around(zone: str, local: str, days: int = 9) -> Plan:
    """Switches on both sides of a change of clocks, at its edges and inside it."""
    change = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    slots = [(change - 3 * DAY, "scene-0", Layer.FALLBACK)]
    for number, minutes in enumerate((-90, -60, -30, -1, 0, 1, 30, 60, 90), start=1):
        slots.append((change + minutes * MINUTE, f"scene-{number}", Layer.RULE))
    return plan(slots, change + (days - 3) * DAY, zone)


@settings(max_examples=max(12, settings().max_examples // 20))
@given(plans(), st.sampled_from((0, 1, 2, 3, 26, 30, 52)))
@example(around(COPENHAGEN, "2026-03-29T03:00"), 0)
@example(around(COPENHAGEN, "2026-03-22T03:00"), 0)
@example(around(COPENHAGEN, "2026-10-25T02:00", 16), 0)
@example(around(COPENHAGEN, "2026-10-18T02:30"), 0)
@example(around("Australia/Lord_Howe", "2026-03-29T01:45"), 0)
@example(around("Pacific/Apia", "2011-12-24T00:00"), 0)
def test_repetition_is_total_and_equals_brute_force(it: Plan, weeks: int) -> None:
    repetition = Repetition(it)
    for instant, scene in BruteForce(it).scenes(it.until + weeks * WEEK, 8 * 24 * 60):
        repeated = repetition.plan_at(instant)
        slot = repeated.at(instant)  # raises where there is a gap
        assert slot.scene == scene, instant
        assert slot.start <= instant < repeated.end_of(repeated.index_at(instant))


@given(plans(), st.integers(0, 20_000), st.integers(0, 20_000))
def test_the_answer_depends_on_the_instant_alone(it: Plan, one: int, other: int) -> None:
    first, second = it.until + one * MINUTE, it.until + other * MINUTE
    there_and_back = Repetition(it)
    there_and_back.plan_at(first)
    there_and_back.plan_at(second)
    assert there_and_back.plan_at(first).at(first) == Repetition(it).plan_at(first).at(first)


@given(plans())
def test_the_end_of_a_week_is_the_next_ones_beginning(it: Plan) -> None:
    repetition = Repetition(it)
    instant = it.until
    for _ in range(60):
        repeated = repetition.plan_at(instant)
        following = repeated.end_of(repeated.index_at(instant))
        assert following > instant
        for probe in (instant, following - timedelta(microseconds=1)):
            assert repetition.plan_at(probe).at(probe).scene == repeated.at(instant).scene
        instant = following
