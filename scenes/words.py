"""Rules, days and times as a manager says them: "Mon to Fri", "24 December", "closing"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from scenes.rules import (
    WEEKDAYS,
    DateSpan,
    Layer,
    LocalDate,
    Override,
    OverrideWhy,
    SpecialHours,
    TimeOfDay,
    Weekday,
)
from scenes.time_of_day import parse_time

_WEEKDAY_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WHY_WORDS: dict[OverrideWhy, str] = {
    "too-loud": "too loud",
    "too-dark": "too dark",
    "too-strong": "the scent is too strong",
    "event": "an event",
    "complaint": "a complaint",
    "other": "",
}
"""What a person says of why they chose something; nothing where only their own words tell."""


def weekday_words(weekdays: Sequence[Weekday]) -> str:
    """"every day", "Mon to Fri" or "Mon, Wed"."""
    chosen = [weekday for weekday in WEEKDAYS if weekday in weekdays]
    if len(chosen) == len(WEEKDAYS):
        return "every day"
    positions = [WEEKDAYS.index(weekday) for weekday in chosen]
    if len(chosen) > 2 and positions[-1] - positions[0] == len(chosen) - 1:
        return f"{_WEEKDAY_NAMES[chosen[0]]} to {_WEEKDAY_NAMES[chosen[-1]]}"
    return ", ".join(_WEEKDAY_NAMES[weekday] for weekday in chosen)


def date_words(day: LocalDate) -> str:
    """"24 December"; a text that is no date as it stands."""
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{parsed.day} {_MONTHS[parsed.month - 1]}"


def span_words(span: DateSpan) -> str:
    """"24 December", "24 to 26 December" or "30 December to 2 January"."""
    first, last = date_words(span.first), date_words(span.last)
    if span.first == span.last:
        return first
    if span.first[:7] == span.last[:7]:
        first = first.split(" ")[0]
    return f"{first} to {last}"


def time_words(time: TimeOfDay) -> str:
    """"09:00", "sunset" or "1 h 30 min before closing"."""
    anchor, offset = parse_time(time)
    if anchor == "midnight":
        return time
    if not offset:
        return anchor
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    amount = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number]
    return f"{' '.join(amount)} {'before' if offset < timedelta() else 'after'} {anchor}"


def special_hours_words(special: SpecialHours) -> str:
    """"special hours “Christmas Eve”"."""
    return f"special hours “{special.name or special.id}”"


def override_words(override: Override) -> str:
    """"Kim chose this: too loud"; the kind of reason before the person's own words."""
    who = override.author or "Somebody in the shop"
    match override.layer:
        case Layer.EMERGENCY:
            said = f"Emergency, set off by {who}"
        case Layer.QUIET_HOUR:
            said = f"Quiet hour, begun by {who}"
        case _:
            said = f"{who} chose this"
    why = ", ".join(words for words in (WHY_WORDS[override.why], override.reason) if words)
    return f"{said}: {why}" if why else said
