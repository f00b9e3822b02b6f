"""Times of day of every kind, one sentence of the documentation each."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scenes.occurrences import Occurrences, Planned
from scenes.rules import (
    WEEKDAYS,
    DateException,
    DateSpan,
    OpenHours,
    QuietHour,
    Rule,
    SpecialDays,
    SpecialHours,
    Weekday,
)
from scenes.schedule import Schedule
from scenes.time_of_day import parse_time
from tests.scenes.no_almanac import NoAlmanac

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MONDAY = date(2026, 11, 23)
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
LATE_ON_FRIDAY = Schedule(
    hours={
        **dict.fromkeys(WORKDAYS, OpenHours("10:00", "20:00")),
        "fri": OpenHours("10:00", "01:00"),
    }
)


class NordicSky(NoAlmanac):
    """The sun rises at 07:00 and sets at 15:00 (UTC), but on Wednesdays; Thursday is a holiday."""

    def sunrise(self, day: date) -> datetime | None:
        return self._at(day, 7)

    def sunset(self, day: date) -> datetime | None:
        return self._at(day, 15)

    def holidays(self, day: date) -> tuple[str, ...]:
        return ("Thanksgiving",) if day.weekday() == 3 else ()

    def _at(self, day: date, hour: int) -> datetime | None:
        if day.weekday() == 2:
            return None
        return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def spans(planned: Planned, schedule: Schedule = LATE_ON_FRIDAY) -> list[str]:
    """The spans that begin in the week from Monday, in the shop's time."""
    start = datetime(2026, 11, 22, 23, tzinfo=UTC)
    end = start + timedelta(days=7)
    found = Occurrences(schedule, NordicSky(), COPENHAGEN, start, end).of(planned)
    return [
        f"{span.start.astimezone(COPENHAGEN):%a %H:%M} to "
        f"{span.end.astimezone(COPENHAGEN):%a %H:%M}"
        for span in found
        if span.start >= start
    ]


def rule(from_: str, until: str, *weekdays: Weekday) -> Rule:
    return Rule(
        id="r",
        zones=("all",),
        scene="calm",
        from_=from_,
        until=until,
        weekdays=weekdays or WEEKDAYS,
    )


@pytest.mark.parametrize(
    ("the_rule", "expected"),
    [
        # By the clock: at or before the beginning is the next day.
        (rule("09:00", "11:00", "tue"), ["Tue 09:00 to Tue 11:00"]),
        (rule("22:00", "02:00", "tue"), ["Tue 22:00 to Wed 02:00"]),
        (rule("09:00", "09:00", "tue"), ["Tue 09:00 to Wed 09:00"]),
        (rule("09:00", "24:00", "tue"), ["Tue 09:00 to Wed 00:00"]),
        (rule("24:00", "02:00", "tue"), ["Wed 00:00 to Wed 02:00"]),
        # By the hours of the day, also past midnight; on a closed day not at all.
        (rule("opening", "closing", "thu"), ["Thu 10:00 to Thu 20:00"]),
        (rule("closing-00:30", "closing", "fri"), ["Sat 00:30 to Sat 01:00"]),
        (rule("opening-01:15", "opening", "mon"), ["Mon 08:45 to Mon 10:00"]),
        (rule("opening", "closing", "sat", "sun"), []),
        # An opening as the end is the next one, over the closed days.
        (rule("closing", "opening", "wed"), ["Wed 20:00 to Thu 10:00"]),
        (rule("closing", "opening", "fri"), ["Sat 01:00 to Mon 10:00"]),
        (rule("18:00", "opening", "sat"), ["Sat 18:00 to Mon 10:00"]),
        # A closing at or before the beginning is no time.
        (rule("20:00", "closing", "mon"), []),
        (rule("19:59", "closing", "mon"), ["Mon 19:59 to Mon 20:00"]),
        (rule("17:00", "sunset", "mon"), []),
        # By the sun, and not on a day without it.
        (rule("sunset", "closing", "tue", "wed"), ["Tue 16:00 to Tue 20:00"]),
        (rule("sunset+01:00", "sunrise-01:00", "tue"), ["Tue 17:00 to Thu 07:00"]),
        # After a time that moves, a wall time ends at its first coming.
        (rule("closing", "22:00", "thu"), ["Thu 20:00 to Thu 22:00"]),
        (rule("closing", "02:00", "fri"), ["Sat 01:00 to Sat 02:00"]),
        (rule("closing", "17:00", "fri"), ["Sat 01:00 to Sat 17:00"]),
        (rule("closing", "12:00", "thu"), ["Thu 20:00 to Fri 12:00"]),
        (rule("closing-06:30", "08:00", "thu"), ["Thu 13:30 to Fri 08:00"]),
        (rule("opening", "11:00", "thu"), ["Thu 10:00 to Thu 11:00"]),
        (rule("opening", "22:00", "thu"), ["Thu 10:00 to Thu 22:00"]),
        (rule("opening", "24:00", "thu"), ["Thu 10:00 to Fri 00:00"]),
        (rule("opening", "01:00", "fri"), ["Fri 10:00 to Sat 01:00"]),
        (rule("opening-02:00", "09:00", "fri"), ["Fri 08:00 to Fri 09:00"]),
        (rule("sunrise", "17:00", "tue"), ["Tue 08:00 to Tue 17:00"]),
        (rule("sunset", "08:00", "tue"), ["Tue 16:00 to Wed 08:00"]),
        (rule("sunset-01:00", "11:30", "tue"), ["Tue 15:00 to Wed 11:30"]),
        # Where that has been already when it begins, it doesn't go around the clock.
        (rule("closing", "20:00", "thu"), []),
        (rule("closing", "12:01", "thu"), []),
        (rule("closing-06:30", "13:00", "thu"), []),
        (rule("closing", "17:01", "fri"), []),
        (rule("closing", "24:00", "fri"), []),
        (rule("opening", "10:00", "thu"), []),
        (rule("opening+02:00", "11:00", "fri"), []),
        (rule("opening", "00:30", "thu"), []),
        (rule("opening", "01:01", "fri"), []),
        (rule("sunrise", "07:59", "tue"), []),
        (rule("sunset", "16:00", "tue"), []),
    ],
)
def test_times_of_day(the_rule: Rule, expected: list[str]) -> None:
    assert spans(the_rule) == expected


def closed(first: str, last: str) -> SpecialHours:
    days = SpecialDays(dates=(DateSpan(first=first, last=last),))
    return SpecialHours(id="closed", days=days)


def test_a_night_lasts_over_the_weeks_in_which_the_store_is_closed() -> None:
    night = rule("closing", "opening", "fri")
    summer = Schedule(
        hours=LATE_ON_FRIDAY.hours, special_hours=(closed("2026-11-28", "2026-12-11"),)
    )
    start = datetime(2026, 11, 27, 12, tzinfo=UTC)
    end = start + timedelta(days=21)
    found = list(Occurrences(summer, NoAlmanac(), COPENHAGEN, start, end).of(night))
    assert [span[:2] for span in found] == [
        (datetime(2026, 11, 28, 0, tzinfo=UTC), datetime(2026, 12, 14, 9, tzinfo=UTC))
    ]
    amid = start + timedelta(days=10)
    assert list(Occurrences(summer, NoAlmanac(), COPENHAGEN, amid, end).of(night)) == found


def test_an_opening_that_is_more_than_35_days_away_ends_nothing() -> None:
    weekly = rule("closing", "opening", "mon")
    on_mondays = Schedule(hours={"mon": OpenHours("20:00", "24:00")})
    assert spans(weekly, on_mondays) == ["Tue 00:00 to Mon 20:00"]
    for last, expected in (("2026-12-27", ["Tue 00:00 to Mon 20:00"]), ("2026-12-28", [])):
        away = closed("2026-11-24", last)
        assert spans(weekly, Schedule(hours=on_mondays.hours, special_hours=(away,))) == expected


@pytest.mark.parametrize(
    ("from_", "until", "opens", "expected"),
    [
        # "Tuesdays until 11:00", and on one Tuesday the store opens at 12:00.
        ("opening", "11:00", OpenHours("12:00", "16:00"), []),
        ("opening", "12:00", OpenHours("12:00", "16:00"), []),
        ("opening", "17:00", OpenHours("12:00", "16:00"), ["Tue 12:00 to Tue 17:00"]),
        ("opening-02:00", "11:00", OpenHours("12:00", "16:00"), ["Tue 10:00 to Tue 11:00"]),
        # A bar's evening is one although it goes on past midnight.
        ("opening", "02:00", OpenHours("18:00", "02:00"), ["Tue 18:00 to Wed 02:00"]),
        ("opening", "02:30", OpenHours("18:00", "02:00"), []),
        ("closing", "14:00", OpenHours("18:00", "02:00"), ["Wed 02:00 to Wed 14:00"]),
        # Nights are long where a store closes early, and end before noon.
        ("closing", "09:00", OpenHours("10:00", "13:00"), ["Tue 13:00 to Wed 09:00"]),
        ("closing", "20:00", OpenHours("10:00", "13:00"), ["Tue 13:00 to Tue 20:00"]),
        ("closing", "20:00", OpenHours("10:00", "21:00"), []),
    ],
)
def test_a_wall_time_that_has_been_already_ends_nothing(
    from_: str, until: str, opens: OpenHours, expected: list[str]
) -> None:
    tuesday = SpecialHours(
        id="tuesday",
        days=SpecialDays(dates=(DateSpan(first="2026-11-24", last="2026-11-24"),)),
        hours=opens,
    )
    schedule = Schedule(hours=LATE_ON_FRIDAY.hours, special_hours=(tuesday,))
    assert spans(rule(from_, until, "tue"), schedule) == expected


def test_a_sunset_after_midnight_is_the_evening_s_before() -> None:
    class MidnightSky(NoAlmanac):
        """The sun rises at 02:00 and sets at 00:30 (UTC) on the day after."""

        def sunrise(self, day: date) -> datetime:
            return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

        def sunset(self, day: date) -> datetime:
            return self.sunrise(day) + timedelta(hours=22, minutes=30)

    start = datetime(2026, 6, 19, 12, tzinfo=UTC)
    sky = Occurrences(
        Schedule(), MidnightSky(), ZoneInfo("UTC"), start, start + timedelta(hours=18)
    )
    assert [
        [f"{instant:%a %H:%M}" for instant in span[:2]]
        for each in (
            rule("17:00", "sunset", "fri"),
            rule("sunset", "03:00", "fri"),
            rule("sunrise", "00:15", "fri"),
        )
        for span in sky.of(each)
    ] == [["Fri 17:00", "Sat 00:30"], ["Sat 00:30", "Sat 03:00"], ["Fri 02:00", "Sat 00:15"]]


def test_what_began_days_ago_is_found_however_late_one_looks() -> None:
    weekly = rule("closing", "opening")
    on_mondays = Schedule(hours={"mon": OpenHours("10:00", "20:00")})
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    occurrences = Occurrences(
        on_mondays, NoAlmanac(), COPENHAGEN, sunday, sunday + timedelta(hours=1)
    )
    (span,) = occurrences.of(weekly)
    assert span.start == datetime(2026, 11, 23, 19, tzinfo=UTC)
    assert span.end == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_exceptions_hold_on_their_dates_and_holidays() -> None:
    dates = SpecialDays(
        dates=(DateSpan(first="2026-11-24", last="2026-11-25"),), holidays=("Thanksgiving",)
    )
    exception = DateException(
        id="e", zones=("all",), scene="calm", from_="10:00", until="14:00", days=dates
    )
    assert spans(exception) == [
        "Tue 10:00 to Tue 14:00",
        "Wed 10:00 to Wed 14:00",
        "Thu 10:00 to Thu 14:00",
    ]


@pytest.mark.parametrize(("holiday", "times"), [("all", 1), ("Thanksgiving", 1), ("Yule", 0)])
def test_the_holiday_all_is_each_of_them(holiday: str, times: int) -> None:
    days = SpecialDays(holidays=(holiday,))
    exception = DateException(
        id="e", zones=("all",), scene="calm", from_="10:00", until="14:00", days=days
    )
    assert spans(exception) == ["Thu 10:00 to Thu 14:00"] * times


def test_a_quiet_hour_is_on_its_weekdays_or_on_its_days_alone() -> None:
    weekly = QuietHour(id="q", zones=("all",), from_="09:00", until="10:00", weekdays=("tue",))
    assert spans(weekly) == ["Tue 09:00 to Tue 10:00"]
    once = QuietHour(
        id="q",
        zones=("all",),
        from_="09:00",
        until="10:00",
        weekdays=("tue",),
        days=SpecialDays(holidays=("all",)),
    )
    assert spans(once) == ["Thu 09:00 to Thu 10:00"]


def test_a_season_ends_with_the_day_on_which_the_last_span_begins() -> None:
    nights = Rule(
        id="r",
        zones=("all",),
        scene="calm",
        from_="22:00",
        until="06:00",
        valid_from="2026-11-24",
        valid_to="2026-11-25",
    )
    assert spans(nights) == ["Tue 22:00 to Wed 06:00", "Wed 22:00 to Thu 06:00"]


def test_special_hours_move_what_goes_by_the_hours_and_are_named() -> None:
    early = SpecialHours(
        id="early",
        days=SpecialDays(dates=(DateSpan(first="2026-11-24", last="2026-11-24"),)),
        hours=OpenHours("10:00", "14:00"),
    )
    schedule = Schedule(hours=LATE_ON_FRIDAY.hours, special_hours=(early,))
    whole_day = rule("opening", "closing", "mon", "tue")
    assert spans(whole_day, schedule) == ["Mon 10:00 to Mon 20:00", "Tue 10:00 to Tue 14:00"]
    start = datetime(2026, 11, 23, tzinfo=UTC)
    end = start + timedelta(days=2)
    occurrences = Occurrences(schedule, NoAlmanac(), COPENHAGEN, start, end)
    assert [span.special for span in occurrences.of(whole_day)] == [None, early]
    assert [span.special for span in occurrences.of(rule("09:00", "closing"))] == [None, early]
    assert [span.special for span in occurrences.of(rule("09:00", "10:00"))] == [None, None]


@pytest.mark.parametrize(
    ("text", "anchor", "offset"),
    [
        ("09:30", "midnight", timedelta(hours=9, minutes=30)),
        ("09:30:15", "midnight", timedelta(hours=9, minutes=30, seconds=15)),
        ("24:00", "midnight", timedelta(days=1)),
        ("sunset", "sunset", timedelta()),
        ("closing-00:30", "closing", -timedelta(minutes=30)),
        ("opening+23:59", "opening", timedelta(hours=23, minutes=59)),
    ],
)
def test_a_time_of_day_is_an_anchor_and_an_offset(
    text: str, anchor: str, offset: timedelta
) -> None:
    assert parse_time(text) == (anchor, offset)


def test_what_began_for_a_day_37_days_ago_may_still_hold() -> None:
    """It begins two days after its own, and the store doesn't open for nearly 35 more."""
    night, morning = (
        SpecialHours(id=name, days=SpecialDays(dates=(DateSpan(first=day, last=day),)), hours=hours)
        for name, day, hours in (
            ("night", "2026-11-23", OpenHours("09:00", "08:30")),
            ("morning", "2026-12-30", OpenHours("06:00", "20:00")),
        )
    )
    start = datetime(2026, 12, 29, 23, tzinfo=UTC)
    schedule = Schedule(special_hours=(night, morning))
    found = Occurrences(schedule, NordicSky(), COPENHAGEN, start, start + timedelta(hours=2))
    assert [span[:2] for span in found.of(rule("closing+23:59", "opening"))] == [
        (datetime(2026, 11, 25, 7, 29, tzinfo=UTC), datetime(2026, 12, 30, 5, tzinfo=UTC))
    ]
