"""Instants, spans, numbers and units in words: in the store's own time, in the reader's language.

Pages take all such words from here, so that they are the same everywhere; ``static/ages.js`` says
ages and what is left in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from hub.api.models import Ends
from hub.moments import clock, locale, long_date, moment, short_date, weekday
from scenes.language import _, ngettext

__all__ = [
    "age",
    "ago",
    "clock_words",
    "date_words",
    "day_words",
    "in_words",
    "kelvin_words",
    "left",
    "list_words",
    "moment_words",
    "named_moment",
    "number_words",
    "percent_words",
    "short_date",
    "until",
    "weekday_words",
]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def clock_words(instant: datetime, tz: ZoneInfo) -> str:
    """Wall time in the store: 14:05."""
    return clock(instant, tz)


def moment_words(instant: datetime, now: datetime, tz: ZoneInfo) -> str:
    """When something is, as short as it stays clear: 18:00, tomorrow 09:00, Mon 09:00."""
    return moment(instant, now, tz)


def weekday_words(day: date, *, short: bool = False) -> str:
    """A day's weekday: Monday, or Mon."""
    return weekday(day, short=short)


def date_words(day: date, *, year: bool = True) -> str:
    """A date: 24 December 2026."""
    return long_date(day, year=year)


def day_words(day: date, today: date) -> str:
    """A day as a heading: Today, Tomorrow, Yesterday, else Monday 23 November (2027)."""
    match (day - today).days:
        case 0:
            return _("Today")
        case 1:
            return _("Tomorrow")
        case -1:
            return _("Yesterday")
    name = weekday(day)
    words = f"{name} {long_date(day, year=day.year != today.year)}"
    return words[:1].upper() + words[1:]


def number_words(value: float, digits: int = 0) -> str:
    """A number with its language's signs: 1,250 or 1 250; 4.27 or 4,27."""
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
    return format_decimal(value, format=pattern, locale=locale())


def percent_words(value: float) -> str:
    """Per cent, from 0 to 100: 62% or 62 %."""
    space = "" if locale().language == "en" else "\u00a0"
    return format_percent(value / 100, format=f"#,##0{space}%", locale=locale())


def kelvin_words(value: float) -> str:
    """A colour temperature: 2,700 K."""
    return _("{kelvin} K").format(kelvin=number_words(value))


def list_words(words: Sequence[str]) -> str:
    """Several things as one: A, B and C."""
    return format_list(list(words), locale=locale()) if words else ""


def named_moment(name: str, instant: datetime, now: datetime, tz: ZoneInfo) -> str:
    """A named instant in full: Until closing, 20:00; Until closing tomorrow, 20:00."""
    day, _space, time = moment(instant, now, tz).rpartition(" ")
    return f"{name} {day}, {time}" if day else f"{name}, {time}"


def until(instant: datetime, ends: Ends, now: datetime, tz: ZoneInfo) -> str:
    """How long something holds; an instant that only ends the plan is never named."""
    time = moment(instant, now, tz)
    match ends:
        case "by-a-person":
            return _("until somebody ends it")
        case "not-planned":
            return _("no change is planned")
        case "at-the-latest":
            return _("until {time} at the latest").format(time=time)
        case "by-itself":
            return _("until {time}").format(time=time)


def age(seconds: float) -> str:
    """How long ago, without "ago"; the page ticks on with the same words (static/ages.js)."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return _("{n} s").format(n=whole)
    if whole < _HOUR:
        return _("{n} min").format(n=whole // _MINUTE)
    if whole < _DAY:
        hours, minutes = whole // _HOUR, whole % _HOUR // _MINUTE
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    days = whole // _DAY
    return ngettext("{n} day", "{n} days", days).format(n=days)


def ago(seconds: float) -> str:
    """How long ago: 5 min ago."""
    return _("{age} ago").format(age=age(seconds))


def in_words(seconds: float) -> str:
    """How soon: in 5 min."""
    return _("in {time}").format(time=age(seconds))


def left(seconds: float) -> str:
    """How much of a span is left: 28:12 below an hour, else 2 h 05 min."""
    whole = max(0, -int(-seconds // 1))
    if whole < _HOUR:
        return f"{whole // _MINUTE}:{whole % _MINUTE:02}"
    hours, minutes = whole // _HOUR, f"{whole % _HOUR // _MINUTE:02}"
    return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
