"""Days, weekdays and times of day as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scenes.language import N_, _, spoken
from scenes.rules import WEEKDAYS, DateSpan, Weekday
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_WEEKDAY_NAMES = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday")),
    *(N_("Saturday"), N_("Sunday")),
)
_SHORT_NAMES = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
# Each in the form that it has behind the number of a day.
_DATES = (
    *(N_("{day} January"), N_("{day} February"), N_("{day} March"), N_("{day} April")),
    *(N_("{day} May"), N_("{day} June"), N_("{day} July"), N_("{day} August")),
    *(N_("{day} September"), N_("{day} October"), N_("{day} November"), N_("{day} December")),
)


def listed(words: Sequence[str]) -> str:
    """Several words as one: "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return _("{several} and {last}").format(several=", ".join(words[:-1]), last=words[-1])


def weekday_name(weekday: Weekday, *, short: bool = False) -> str:
    """A weekday: "Monday", or "Mon"."""
    return _((_SHORT_NAMES if short else _WEEKDAY_NAMES)[WEEKDAYS.index(weekday)])


def capitalised(sentence: str) -> str:
    """A sentence's first letter, and no other, made a capital."""
    return sentence[:1].upper() + sentence[1:]


def weekday_words(weekdays: Iterable[Weekday], *, short: bool = False) -> str:
    """Weekdays in words: "every day", "Monday to Friday", "Tuesday and Thursday"; or "Mon"."""
    wanted = set(weekdays)
    places = [place for place, weekday in enumerate(WEEKDAYS) if weekday in wanted]
    if len(places) == len(WEEKDAYS):
        return _("every day")
    names = [[weekday_name(WEEKDAYS[place], short=short) for place in run] for run in _runs(places)]
    return listed(_shortened(names)) if names else _("no day")


def dated(day: date, *, year: bool = True) -> str:
    """A date in words: "24 December 2026"."""
    words = _(_DATES[day.month - 1]).format(day=day.day)
    return f"{words} {day.year}" if year else words


def span_words(span: DateSpan, *, year: bool = True) -> str:
    """Dates from the first to the last: "24 to 26 December 2026"."""
    first, last = date.fromisoformat(span.first), date.fromisoformat(span.last)
    if first == last:
        return dated(first, year=year)
    if (first.year, first.month) == (last.year, last.month):
        return from_to(str(first.day), dated(last, year=year))
    begin = dated(first, year=year and first.year != last.year)
    return from_to(begin, dated(last, year=year))


def from_to(first: str, last: str) -> str:
    """From one to another: "Monday to Friday", "09:00 to 11:00"."""
    return _("{first} to {last}").format(first=first, last=last)


def day_words(days: Sequence[date], first: date, last: date) -> str:
    """Some of the days from ``first`` to ``last``, rising, as one says them.

    A day of the first week is its weekday; a later one carries its date, and so does the beginning
    of a run that ends then.
    """
    period = [first + _DAY * number for number in range((last - first).days + 1)]
    if len(period) > 2 and list(days) == period:
        return _("every day")
    weekdays = {day.weekday() for day in days}
    if len(period) >= 14 and list(days) == [day for day in period if day.weekday() in weekdays]:
        names = weekday_words(WEEKDAYS[number] for number in sorted(weekdays))
        return _("every {weekdays}").format(weekdays=names)
    runs = _runs([(day - first).days for day in days])
    return listed(_shortened([_run_names([first + _DAY * n for n in run], first) for run in runs]))


def day_name(day: date, first: date) -> str:
    """One day: its weekday, with the date beyond the week from ``first``."""
    if timedelta() <= day - first < _WEEK:
        return weekday_name(WEEKDAYS[day.weekday()])
    return _dated_name(day, first)


def _run_names(run: Sequence[date], first: date) -> list[str]:
    names = [day_name(day, first) for day in run]
    # "Monday to Tuesday 31 March" reads as two days, and may be nine.
    return [_dated_name(run[0], first), *names[1:]] if run[-1] - first >= _WEEK else names


def _dated_name(day: date, first: date) -> str:
    name = weekday_name(WEEKDAYS[day.weekday()])
    return f"{name} {dated(day, year=day.year != first.year)}"


def clock_words(instant: datetime, tz: ZoneInfo, *, seconds: bool = True) -> str:
    """The time that a shop's clock shows; of a repeated one, which of the two it is."""
    local = instant.astimezone(tz)
    words = local.strftime("%H:%M:%S" if seconds and local.second else "%H:%M")
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        words = (_("{time} (second)") if local.fold else _("{time} (first)")).format(time=words)
    return words


def start_words(instant: datetime, tz: ZoneInfo, *, seconds: bool = True) -> tuple[date, str]:
    """The day on which something begins, and when."""
    return _start_words(instant, tz, spoken(), seconds=seconds)


def end_words(instant: datetime, tz: ZoneInfo, *, seconds: bool = True) -> tuple[date, str]:
    """The day on which something ends, and when; midnight is 24:00 of the day before."""
    return _end_words(instant, tz, spoken(), seconds=seconds)


# Many of the stretches of a review begin and end together: where one rule meets several others.
@lru_cache(maxsize=16384)
def _start_words(
    instant: datetime, tz: ZoneInfo, _language: str, *, seconds: bool
) -> tuple[date, str]:
    day = local_day(instant, tz)
    if instant == instant_of(day, "00:00", tz):
        return day, "00:00"
    return day, clock_words(instant, tz, seconds=seconds)


@lru_cache(maxsize=16384)
def _end_words(
    instant: datetime, tz: ZoneInfo, _language: str, *, seconds: bool
) -> tuple[date, str]:
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
        words += [from_to(run[0], run[-1])] if len(run) > 2 else run
    return words
