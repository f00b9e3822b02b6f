"""Wall times over every IANA zone: the gap's end, the first occurrence, never anything else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.wall_time import LocalDays, instant_of, local_day
from tests.scenes.time_zone_file import zone_by

TEN_YEARS = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC))
ALL_ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def transitions(zone: ZoneInfo) -> Iterator[datetime]:
    """Every instant of ten years at which the zone's offset changes, to the second."""
    step = timedelta(days=7)
    samples = [TEN_YEARS[0] + step * number for number in range(523)]
    for low, high in pairwise(samples):
        # Two changes within a week (Ramadan in Morocco is longer) don't happen in these years.
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            yield bisect_transition(zone, low, high)


def bisect_transition(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


@cache
def all_transitions() -> tuple[tuple[str, datetime], ...]:
    return tuple((name, moment) for name in ALL_ZONES for moment in transitions(ZoneInfo(name)))


def wall(instant: datetime, zone: ZoneInfo) -> tuple[date, str]:
    local = instant.astimezone(zone)
    return local.date(), local.strftime("%H:%M:%S")


def naive(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def test_ten_years_hold_both_changes_of_many_zones() -> None:
    names = {name for name, _ in all_transitions()}
    assert {"Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe"} <= names
    assert len(all_transitions()) > 3000


def test_a_wall_time_in_a_gap_takes_effect_at_the_gaps_end() -> None:
    for name, moment in all_transitions():
        zone = ZoneInfo(name)
        first_after = naive(moment, zone)
        gap_start = naive(moment - timedelta(seconds=1), zone) + timedelta(seconds=1)
        if gap_start >= first_after:
            continue
        for missing in (gap_start, gap_start + (first_after - gap_start) / 2):
            found = instant_of(missing.date(), missing.strftime("%H:%M:%S"), zone)
            assert found == moment, (name, missing)


def test_a_repeated_wall_time_takes_effect_at_its_first_occurrence() -> None:
    for name, moment in all_transitions():
        zone = ZoneInfo(name)
        first_after = naive(moment, zone)
        fold_end = naive(moment - timedelta(seconds=1), zone) + timedelta(seconds=1)
        if fold_end <= first_after:
            continue
        length = fold_end - first_after
        for twice in (first_after, first_after + length / 2, fold_end - timedelta(seconds=1)):
            found = instant_of(twice.date(), twice.strftime("%H:%M:%S"), zone)
            assert naive(found, zone) == twice.replace(microsecond=0), (name, twice)
            assert moment - length <= found < moment, (name, twice)


@given(
    st.sampled_from(ALL_ZONES),
    st.datetimes(
        datetime(1990, 1, 1),  # noqa: DTZ001
        datetime(2060, 1, 1),  # noqa: DTZ001
    ),
)
def test_every_wall_time_has_one_instant_and_later_ones_never_come_earlier(
    name: str, moment: datetime
) -> None:
    zone = ZoneInfo(name)
    one = moment.replace(microsecond=0)
    other = one + timedelta(minutes=17)
    first, second = (
        instant_of(each.date(), each.strftime("%H:%M:%S"), zone) for each in (one, other)
    )
    assert first.tzinfo is UTC
    assert naive(first, zone) >= one
    # Across a fold a later wall time may be due earlier (its first occurrence counts), but only
    # by what the clock was put back.
    assert second >= first or second.astimezone(zone).fold != first.astimezone(zone).fold


@pytest.mark.parametrize(
    ("wall_time", "expected"),
    [("24:00", "2026-11-21T23:00:00+00:00"), ("07:30:15", "2026-11-21T06:30:15+00:00")],
)
def test_the_days_end_and_seconds(wall_time: str, expected: str) -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    assert instant_of(date(2026, 11, 21), wall_time, zone).isoformat() == expected


def test_a_day_that_a_zone_skipped_altogether_ends_where_the_next_begins() -> None:
    # Samoa went from 29 to 31 December 2011.
    apia = ZoneInfo("Pacific/Apia")
    gap_end = datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert instant_of(date(2011, 12, 30), "12:00", apia) == gap_end
    assert local_day(gap_end, apia) == date(2011, 12, 31)


WALL_TIMES = ("00:00", "00:30", "01:59:59", "02:30", "12:00", "23:45", "24:00")


def days_around(moment: datetime, zone: ZoneInfo) -> list[date]:
    middle = local_day(moment, zone)
    return [middle + timedelta(days=number) for number in range(-2, 3)]


def test_a_run_of_days_has_the_instants_of_each_day() -> None:
    """Around a change of every zone, and around one that begins before midnight and ends after."""
    late = zone_by("CET-1CEST,M3.5.0/23:30,M10.5.0/0:30")
    changes = [(late, datetime(2026, month, 28, 22, 30, tzinfo=UTC)) for month in (3, 10)]
    changes += [(late, datetime(2026, 3, 29, 22, 30, tzinfo=UTC))]
    changes += [(ZoneInfo(name), moment) for name, moment in all_transitions()[::5]]
    for zone, moment in changes:
        days = days_around(moment, zone)
        for wall_time in WALL_TIMES:
            each = tuple(instant_of(day, wall_time, zone) for day in days)
            assert LocalDays(days, zone).instants(wall_time) == each, (zone, moment, wall_time)


def test_a_gap_over_midnight_takes_wall_times_on_both_sides_to_its_end() -> None:
    late = zone_by("CET-1CEST,M3.5.0/23:30,M10.5.0")
    sunday, gap_end = date(2026, 3, 29), datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    for day, wall_time in ((sunday, "23:45"), (sunday, "24:00"), (date(2026, 3, 30), "00:15")):
        assert instant_of(day, wall_time, late) == gap_end
        assert LocalDays([day], late).instants(wall_time) == (gap_end,)
