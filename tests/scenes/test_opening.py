"""When a store opens and closes, on special days too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scenes.opening import closing_after, hours_on, opening_of
from scenes.rules import WEEKDAYS, DateSpan, OpenHours, SpecialDays, SpecialHours
from scenes.schedule import Schedule
from tests.scenes.no_almanac import NoAlmanac
from tests.scenes.time_zone_file import zone_by

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CHRISTMAS = date(2026, 12, 25)
DAILY = dict.fromkeys(WEEKDAYS, OpenHours("10:00", "20:00"))


class Danish(NoAlmanac):
    """Two days of Christmas."""

    def holidays(self, day: date) -> tuple[str, ...]:
        names = {25: ("Christmas Day",), 26: ("Second Day of Christmas",)}
        return names.get(day.day, ()) if day.month == 12 else ()


def special(name: str, days: SpecialDays, hours: OpenHours | None = None) -> SpecialHours:
    return SpecialHours(id=name, days=days, hours=hours)


def dates(first: str, last: str) -> SpecialDays:
    return SpecialDays(dates=(DateSpan(first=first, last=last),))


def test_a_weekday_without_hours_is_closed() -> None:
    on_mondays = Schedule(hours={"mon": OpenHours("10:00", "20:00")})
    opening = opening_of(on_mondays, NoAlmanac(), COPENHAGEN, date(2026, 11, 23))
    assert opening is not None
    assert (opening.start.hour, opening.end.hour, opening.special) == (9, 19, None)
    assert opening_of(on_mondays, NoAlmanac(), COPENHAGEN, date(2026, 11, 24)) is None


def test_the_more_particular_special_hours_hold_whatever_their_order() -> None:
    any_holiday = special("any", SpecialDays(holidays=("all",)))
    named = special("named", SpecialDays(holidays=("Christmas Day",)), OpenHours("12:00", "16:00"))
    dated = special("dated", dates("2026-12-24", "2026-12-25"), OpenHours("13:00", "15:00"))
    week = Schedule(hours=DAILY, special_hours=(any_holiday, named, dated))
    assert hours_on(week, Danish(), CHRISTMAS) == (dated.hours, dated)
    week = Schedule(hours=DAILY, special_hours=(any_holiday, named))
    assert hours_on(week, Danish(), CHRISTMAS) == (named.hours, named)
    assert hours_on(week, Danish(), date(2026, 12, 26)) == (None, any_holiday)
    assert hours_on(week, Danish(), date(2026, 12, 27)) == (DAILY["sun"], None)


def test_of_two_that_are_as_particular_the_first_holds() -> None:
    one = special("one", dates("2026-12-25", "2026-12-25"), OpenHours("12:00", "16:00"))
    other = special("other", dates("2026-12-01", "2026-12-31"), OpenHours("08:00", "22:00"))
    assert hours_on(Schedule(special_hours=(one, other)), Danish(), CHRISTMAS) == (one.hours, one)
    assert hours_on(Schedule(special_hours=(other, one)), Danish(), CHRISTMAS) == (
        other.hours,
        other,
    )


def test_the_next_closing_is_after_the_holidays() -> None:
    closed = special("closed", SpecialDays(holidays=("all",)))
    week = Schedule(hours=DAILY, special_hours=(closed,))
    christmas_eve = datetime(2026, 12, 24, 19, tzinfo=UTC)
    assert closing_after(christmas_eve, week, Danish(), COPENHAGEN) == datetime(
        2026, 12, 27, 19, tzinfo=UTC
    )


def test_a_store_that_stays_closed_for_more_than_a_week_has_no_next_closing() -> None:
    closed = special("holiday", dates("2026-07-01", "2026-07-31"))
    week = Schedule(hours=DAILY, special_hours=(closed,))
    july = datetime(2026, 7, 2, tzinfo=UTC)
    assert closing_after(july, week, NoAlmanac(), COPENHAGEN) is None
    assert closing_after(july + timedelta(days=27), week, NoAlmanac(), COPENHAGEN) is not None
    eight_days_before = datetime(2026, 7, 24, 10, tzinfo=UTC)
    assert closing_after(eight_days_before, week, NoAlmanac(), COPENHAGEN) == datetime(
        2026, 8, 1, 18, tzinfo=UTC
    )
    a_day_more = eight_days_before - timedelta(days=1)
    assert closing_after(a_day_more, week, NoAlmanac(), COPENHAGEN) is None


def test_hours_past_midnight_close_on_the_day_after() -> None:
    nights = Schedule(
        hours={"fri": OpenHours("22:00", "05:00"), "sat": OpenHours("24:00", "24:00")}
    )
    for hour, closes in ((2, (21, 4)), (4, (22, 23))):
        instant = datetime(2026, 11, 21, hour, tzinfo=UTC)
        closing = datetime(2026, 11, *closes, tzinfo=UTC)
        assert closing_after(instant, nights, NoAlmanac(), COPENHAGEN) == closing


def test_hours_that_a_clock_change_swallows_are_none() -> None:
    zone = zone_by("CET-1CEST,M3.5.0,M10.5.0/3")
    nightly = Schedule(hours=dict.fromkeys(WEEKDAYS, OpenHours("02:10", "02:50")))
    assert opening_of(nightly, NoAlmanac(), zone, date(2026, 3, 28)) is not None
    assert opening_of(nightly, NoAlmanac(), zone, date(2026, 3, 29)) is None
