"""A draft changed as one changes a calendar: moved, one day otherwise, a day copied."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from hub.schedules.copying import day_like, every_week_like
from hub.schedules.errors import CantMoveError
from hub.schedules.moving import Differing, Part, Way, move, otherwise_on
from hub.schedules.one_day import Ground
from hub.schedules.shifting import shifted_time
from hub.shop import Store, Zone
from scenes.plan import Slot
from scenes.rules import DateException, DateSpan, OpenHours, QuietHour, Rule, SpecialDays, Weekday
from scenes.schedule import Schedule
from scenes.wall_time import instant_of

THURSDAY = date(2026, 10, 22)
DAY = timedelta(days=1)
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
CALM = Rule(
    id="calm",
    name="Calm mornings",
    zones=("entrance",),
    scene="calm-morning",
    weekdays=WORKDAYS,
    from_="09:00",
    until="11:00",
)
ALL_DAY = Rule(id="day", zones=("all",), scene="trading", from_="opening", until="closing")
SCHEDULE = Schedule(
    hours=dict.fromkeys((*WORKDAYS, "sat"), OpenHours("08:00", "20:00")),
    rules=(ALL_DAY, CALM),
)
STORE = Store(
    id="nordic",
    name="Nordic",
    time_zone="Europe/Copenhagen",
    currency="DKK",
    zones=(Zone("entrance", "Entrance", "closed"), Zone("window", "Window", "closed")),
    schedule=SCHEDULE,
)


def ground(schedule: Schedule = SCHEDULE) -> Ground:
    return Ground(STORE, schedule, schedule)


def played(schedule: Schedule, day: date, zone: str = "entrance") -> list[tuple[str, str]]:
    """When which scene begins on a local day, by the clock."""
    start, end = (instant_of(each, "00:00", STORE.tz) for each in (day, day + DAY))
    slots: list[Slot] = ground(schedule).slots(schedule, start, end)[zone]
    scenes = [(f"{slot.start.astimezone(STORE.tz):%H:%M}", slot.scene) for slot in slots]
    return [each for at, each in enumerate(scenes) if not at or scenes[at - 1][1] != each[1]]


def by(begin: int, end: int, *, to: date = THURSDAY, only: bool = False) -> Way:
    return Way(timedelta(minutes=begin), timedelta(minutes=end), THURSDAY, to, only)


@pytest.mark.parametrize(
    ("time", "minutes", "moved"),
    [
        ("09:00", 15, "09:15"),
        ("09:00:30", -15, "08:45:30"),
        ("opening", -30, "opening-00:30"),
        ("opening-00:30", 45, "opening+00:15"),
        ("closing-00:30", 30, "closing"),
        ("23:30", 30, "24:00"),
        ("24:00", 15, "00:15"),
        ("00:00", -15, "23:45"),
    ],
)
def test_a_time_moves_and_keeps_what_it_goes_by(time: str, minutes: int, moved: str) -> None:
    assert shifted_time(time, timedelta(minutes=minutes), wraps=True) == moved


def test_a_beginning_stays_on_its_day() -> None:
    with pytest.raises(CantMoveError):
        shifted_time("00:00", timedelta(minutes=-15))
    with pytest.raises(CantMoveError):
        shifted_time("23:45", timedelta(minutes=15))


def test_a_rule_moves_on_all_of_its_days() -> None:
    moved = move(ground(), "rules", "calm", by(30, 60))
    expected = [
        ("00:00", "closed"),
        ("08:00", "trading"),
        ("09:30", "calm-morning"),
        ("12:00", "trading"),
        ("20:00", "closed"),
    ]
    assert played(moved, THURSDAY) == played(moved, THURSDAY + DAY) == expected
    assert moved.exceptions == ()


def test_only_on_one_day_what_is_left_free_plays_what_it_would_without() -> None:
    moved = move(ground(), "rules", "calm", by(60, 60, only=True))
    assert played(moved, THURSDAY) == [
        ("00:00", "closed"),
        ("08:00", "trading"),
        ("10:00", "calm-morning"),
        ("12:00", "trading"),
        ("20:00", "closed"),
    ]
    assert moved.rules == SCHEDULE.rules
    for day in (THURSDAY - DAY, THURSDAY + DAY, THURSDAY + 7 * DAY):
        assert played(moved, day) == played(SCHEDULE, day)
    assert played(moved, THURSDAY, "window") == played(SCHEDULE, THURSDAY, "window")


def test_again_on_that_day_the_last_move_holds() -> None:
    once = move(ground(), "rules", "calm", by(60, 60, only=True))
    shown = next(each for each in once.exceptions if each.scene == "calm-morning")
    again = move(ground(once), "exceptions", shown.id, by(60, 60))
    assert [each for each in played(again, THURSDAY) if each[1] == "calm-morning"] == [
        ("11:00", "calm-morning")
    ]
    # The exception is of that day alone: asked for all of its days or only for it is the same.
    assert move(ground(once), "exceptions", shown.id, by(60, 60, only=True)) == again


def test_what_begins_earlier_on_one_day_is_one_exception_with_a_name_of_its_own() -> None:
    earlier = move(ground(), "rules", "calm", by(-60, 0, only=True))
    assert [(each.name, each.scene, each.from_, each.until) for each in earlier.exceptions] == [
        ("Calm mornings, 22 October", "calm-morning", "08:00", "11:00")
    ]
    later = move(ground(), "rules", "calm", by(60, 60, only=True))
    told = {each.name: (each.scene, each.from_, each.until) for each in later.exceptions}
    assert told == {
        "Calm mornings, 22 October": ("calm-morning", "10:00", "12:00"),
        "Instead of Calm mornings, 22 October": ("trading", "09:00", "10:00"),
    }
    # Back again it leaves nothing free, and nothing stands in for it.
    shown = next(each.id for each in later.exceptions if each.scene == "calm-morning")
    back = move(ground(later), "exceptions", shown, by(-60, -60))
    assert [each.id for each in back.exceptions] == [shown]
    assert played(back, THURSDAY) == played(SCHEDULE, THURSDAY)
    # To another day: what is gone there stays gone.
    friday = move(ground(back), "exceptions", shown, by(300, 300, to=THURSDAY + DAY))
    assert [scene for _, scene in played(friday, THURSDAY)] == ["closed", "trading", "closed"]
    once_more = move(
        ground(friday),
        "exceptions",
        shown,
        Way(timedelta(), timedelta(hours=1), THURSDAY + DAY, THURSDAY + DAY),
    )
    assert played(once_more, THURSDAY) == played(friday, THURSDAY)
    assert ("09:00", "calm-morning") in played(once_more, THURSDAY + DAY)


def test_a_long_name_is_cut_to_what_an_exception_may_be_called() -> None:
    long = msgspec.structs.replace(CALM, name="Calm " * 12)
    schedule = Schedule(hours=SCHEDULE.hours, rules=(ALL_DAY, long))
    moved = move(ground(schedule), "rules", "calm", by(60, 60, only=True))
    names = [each.name for each in moved.exceptions]
    assert len({*names}) == 2
    assert all(len(name) <= 60 and name.endswith("…, 22 October") for name in names)


def test_to_another_day_for_once() -> None:
    saturday = THURSDAY + 2 * DAY
    moved = move(ground(), "rules", "calm", by(0, 0, to=saturday, only=True))
    assert "calm-morning" not in dict(map(reversed, played(moved, THURSDAY)))  # type: ignore[arg-type]
    assert ("09:00", "calm-morning") in played(moved, saturday)
    assert ("09:00", "calm-morning") not in played(moved, saturday + 7 * DAY)


def test_to_another_weekday_every_week() -> None:
    moved = move(ground(), "rules", "calm", by(0, 0, to=THURSDAY + 2 * DAY))
    assert moved.rules[1].weekdays == ("mon", "tue", "wed", "fri", "sat")


def test_one_of_several_dates_moves() -> None:
    days = SpecialDays(dates=(DateSpan(first="2026-10-21", last="2026-10-23"),))
    sale = DateException(
        id="sale", zones=("all",), scene="event", from_="10:00", until="12:00", days=days
    )
    before = ground(Schedule(hours=SCHEDULE.hours, exceptions=(sale,)))
    moved = move(before, "exceptions", "sale", by(0, 0, to=date(2026, 10, 26)))
    spans = [(span.first, span.last) for span in moved.exceptions[0].days.dates]
    assert spans == [
        ("2026-10-21", "2026-10-21"),
        ("2026-10-23", "2026-10-23"),
        ("2026-10-26", "2026-10-26"),
    ]


def test_gone_and_another_scene_on_one_day() -> None:
    gone = otherwise_on(ground(), "rules", "calm", THURSDAY, None)
    assert [scene for _, scene in played(gone, THURSDAY)] == ["closed", "trading", "closed"]
    other = otherwise_on(ground(), "rules", "calm", THURSDAY, Differing(scene="event"))
    assert ("09:00", "event") in played(other, THURSDAY)
    assert ("09:00", "calm-morning") in played(other, THURSDAY + DAY)


def test_over_an_exception_of_that_day() -> None:
    days = SpecialDays(dates=(DateSpan(first="2026-10-20", last="2026-10-30"),))
    sale = DateException(
        id="sale",
        zones=("entrance",),
        scene="event",
        from_="08:00",
        until="20:00",
        days=days,
        priority=3,
    )
    schedule = Schedule(hours=SCHEDULE.hours, rules=SCHEDULE.rules, exceptions=(sale,))
    moved = otherwise_on(ground(schedule), "exceptions", "sale", THURSDAY, Differing("12:00"))
    assert played(moved, THURSDAY)[1:4] == [
        ("08:00", "trading"),
        ("09:00", "calm-morning"),
        ("11:00", "trading"),
    ]
    assert played(moved, THURSDAY + DAY)[1] == ("08:00", "event")


@pytest.mark.parametrize(
    ("part", "item", "way"),
    [
        ("rules", "calm", by(0, -120)),  # no time is left
        ("rules", "calm", by(-660, -660)),  # before its day
        ("rules", "calm", by(0, 24 * 60)),  # longer than a day
        ("quiet_hours", "quiet", by(15, 15, only=True)),  # above every exception
    ],
)
def test_what_cannot_be_is_refused(part: Part, item: str, way: Way) -> None:
    quiet = QuietHour(id="quiet", zones=("all",), from_="14:00", until="15:00")
    schedule = Schedule(hours=SCHEDULE.hours, rules=SCHEDULE.rules, quiet_hours=(quiet,))
    with pytest.raises(CantMoveError):
        move(ground(schedule), part, item, way)


def test_a_date_like_another_day() -> None:
    sunday = date(2026, 10, 25)  # the clocks go back, and the store is closed
    copied = day_like(ground(), THURSDAY, sunday)
    for zone in ("entrance", "window"):
        assert played(copied, sunday, zone) == played(SCHEDULE, THURSDAY, zone)
        assert played(copied, sunday + 7 * DAY, zone) == played(SCHEDULE, sunday + 7 * DAY, zone)
    back = day_like(ground(copied), sunday + 7 * DAY, sunday)
    assert back == SCHEDULE


def test_a_weekday_like_another_one() -> None:
    copied = every_week_like(ground(), THURSDAY, THURSDAY + 2 * DAY)
    assert copied.rules[1].weekdays == (*WORKDAYS, "sat")
    emptied = every_week_like(ground(), THURSDAY + 2 * DAY, THURSDAY)
    assert emptied.rules[1].weekdays == ("mon", "tue", "wed", "fri")
    for like in (THURSDAY, THURSDAY + 7 * DAY):
        with pytest.raises(CantMoveError):
            every_week_like(ground(), like, THURSDAY)


def test_over_the_hour_that_comes_twice() -> None:
    sunday = date(2026, 10, 25)
    night = Rule(id="night", zones=("all",), scene="cleaning", from_="01:00", until="04:00")
    schedule = Schedule(rules=(night,))
    way = Way(timedelta(hours=1), timedelta(hours=1), sunday, sunday, only=True)
    moved = move(ground(schedule), "rules", "night", way)
    expected = [("00:00", "closed"), ("02:00", "cleaning"), ("05:00", "closed")]
    assert played(moved, sunday) == expected
    night_of = next(each for each in moved.exceptions if each.scene == "cleaning")
    span = ground(moved).span(night_of, sunday)
    assert span is not None
    # 02:00 is the first of the two.
    assert (span.start, span.end) == (
        datetime(2026, 10, 25, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 4, tzinfo=UTC),
    )
