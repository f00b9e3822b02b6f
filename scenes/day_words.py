"""Days, weekdays and times of day as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scenes.rules import WEEKDAYS, DateSpan, Weekday
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
WEEKDAY_NAMES = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def listed(words: Sequence[str]) -> str:
    """Several words as one: "A, B and C"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def capitalised(sentence: str) -> str:
    """A sentence's first letter, and no other, made a capital."""
    return sentence[:1].upper() + sentence[1:]


def weekday_words(weekdays: Iterable[Weekday], *, short: bool = False) -> str:
    """Weekdays in words: "every day", "Monday to Friday", "Tuesday and Thursday"; or "Mon"."""
    wanted = set(weekdays)
    places = [place for place, weekday in enumerate(WEEKDAYS) if weekday in wanted]
    if len(places) == len(WEEKDAYS):
        return "every day"
    letters = 3 if short else None
    names = [[WEEKDAY_NAMES[WEEKDAYS[place]][:letters] for place in run] for run in _runs(places)]
    return listed(_shortened(names)) if names else "no day"


def dated(day: date, *, year: bool = True) -> str:
    """A date in words: "24 December 2026"."""
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def span_words(span: DateSpan, *, year: bool = True) -> str:
    """Dates from the first to the last: "24 to 26 December 2026"."""
    first, last = date.fromisoformat(span.first), date.fromisoformat(span.last)
    if first == last:
        return dated(first, year=year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {dated(last, year=year)}"
    begin = dated(first, year=year and first.year != last.year)
    return f"{begin} to {dated(last, year=year)}"


def day_words(days: Sequence[date], first: date, last: date) -> str:
    """Some of the days from ``first`` to ``last``, rising, as one says them.

    A day of the first week is its weekday; a later one carries its date, and so does the beginning
    of a run that ends then.
    """
    period = [first + _DAY * number for number in range((last - first).days + 1)]
    if len(period) > 2 and list(days) == period:
        return "every day"
    weekdays = {day.weekday() for day in days}
    if len(period) >= 14 and list(days) == [day for day in period if day.weekday() in weekdays]:
        return "every " + weekday_words(WEEKDAYS[number] for number in sorted(weekdays))
    runs = _runs([(day - first).days for day in days])
    return listed(_shortened([_run_names([first + _DAY * n for n in run], first) for run in runs]))


def day_name(day: date, first: date) -> str:
    """One day: its weekday, with the date beyond the week from ``first``."""
    if timedelta() <= day - first < _WEEK:
        return WEEKDAY_NAMES[WEEKDAYS[day.weekday()]]
    return _dated_name(day, first)


def _run_names(run: Sequence[date], first: date) -> list[str]:
    names = [day_name(day, first) for day in run]
    # "Monday to Tuesday 31 March" reads as two days, and may be nine.
    return [_dated_name(run[0], first), *names[1:]] if run[-1] - first >= _WEEK else names


def _dated_name(day: date, first: date) -> str:
    name = WEEKDAY_NAMES[WEEKDAYS[day.weekday()]]
    return f"{name} {dated(day, year=day.year != first.year)}"


def clock_words(instant: datetime, tz: ZoneInfo, *, seconds: bool = True) -> str:
    """The time that a shop's clock shows; of a repeated one, which of the two it is."""
    local = instant.astimezone(tz)
    words = local.strftime("%H:%M:%S" if seconds and local.second else "%H:%M")
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        words += " (second)" if local.fold else " (first)"
    return words


# Many of the stretches of a review begin and end together: where one rule meets several others.
@lru_cache(maxsize=16384)
def start_words(instant: datetime, tz: ZoneInfo, *, seconds: bool = True) -> tuple[date, str]:
    """The day on which something begins, and when."""
    day = local_day(instant, tz)
    if instant == instant_of(day, "00:00", tz):
        return day, "00:00"
    return day, clock_words(instant, tz, seconds=seconds)


@lru_cache(maxsize=16384)
def end_words(instant: datetime, tz: ZoneInfo, *, seconds: bool = True) -> tuple[date, str]:
    """The day on which something ends, and when; midnight is 24:00 of the day before."""
    day = local_day(instant, tz)
    if instant == instant_of(day, "00:00", tz):
        return day - _DAY, "24:00"
    return day, clock_words(instant, tz, seconds=seconds)


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Rising numbers, cut wherever one is missing."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _shortened(runs: Iterable[Sequence[str]]) -> list[str]:
    """Runs of three and more by their ends, "Monday to Friday"; shorter ones word by word."""
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run
    return words
