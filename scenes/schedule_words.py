"""What a schedule says, part by part, in words: "Monday to Friday", "at most 8", "10:00–20:00"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from scenes.day_words import dated, listed, span_words, weekday_words
from scenes.names import Names
from scenes.rules import (
    EVERY_HOLIDAY,
    DateException,
    LocalDate,
    Measure,
    OpenHours,
    QuietHour,
    Reaction,
    Rule,
    SpecialDays,
    SpecialHours,
)
from scenes.time_of_day import time_words

Item = Rule | DateException | QuietHour | Reaction | SpecialHours
KINDS: Mapping[str, str] = {
    "rules": "Rule",
    "exceptions": "Exception",
    "quiet_hours": "Quiet hour",
    "reactions": "Reaction",
    "special_hours": "Special hours",
}
"""The lists of a schedule, and what one of each is called."""

_MEASURES: Mapping[Measure, tuple[str, str]] = {
    "occupancy": ("people in the zone", "people"),
    "waiting": ("minutes of waiting", "min"),
    "noise": ("noise", "dB(A)"),
}
_LABELS = {
    "from_": "from",
    "weekdays": "weekdays",
    "valid_from": "first date",
    "valid_to": "last date",
    "for_s": "begins after",
    "calm_s": "ends after",
    "hold_s": "holds at least",
    "cool_down_s": "rests for",
    "longest_s": "lasts at most",
    "measured_in": "measured in",
    "above": "begins at",
    "below": "ends at",
}


def title(section: str, item: Item) -> str:
    """What people call an item: "Rule “Calm mornings”"."""
    return f"{KINDS[section]} “{item.name or item.id}”"


def label(field: str) -> str:
    """What people call a field."""
    return _LABELS.get(field, field.replace("_", " "))


def summary(item: Item, names: Names) -> str:
    """An item in a line: "Monday to Friday 09:00 to 11:00 Calm in Entrance"."""
    if isinstance(item, SpecialHours):
        return f"{days_words(item.days)} {hours_words(item.hours)}"
    place = names.in_where(item.zones)
    if isinstance(item, Reaction):
        begins = f"{item.above:g} {_MEASURES[item.measure][1]}"
        return f"{names.scene(item.scene)} {place} at {begins} for {duration_words(item.for_s)}"
    times = f"{time_words(item.from_)} to {time_words(item.until)}"
    return f"{_days_of(item)} {times} {names.scene(item.scene)} {place}"


def words_of(field: str, value: Any, names: Names) -> str:  # noqa: ANN401 - any field's
    """The value of any field of an item."""
    if field in _WORDS:
        return _WORDS[field](value, names)
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def local_date_words(day: LocalDate) -> str:
    """A written date in words."""
    return dated(date.fromisoformat(day))


def days_words(days: SpecialDays) -> str:
    """Special days in words: "24 to 26 December 2026 and every public holiday"."""
    words = [span_words(span) for span in days.dates]
    words += ["every public holiday" if it == EVERY_HOLIDAY else it for it in days.holidays]
    return listed(words)


def hours_words(hours: OpenHours | None) -> str:
    """Opening hours in words: "10:00–20:00" or "closed"."""
    return f"{hours.from_}–{hours.until}" if hours else "closed"


def duration_words(seconds: float) -> str:
    """A length of time: "1 h 30 min", "45 s"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    return " ".join([*parts, f"{rest:g} s"] if rest or not parts else parts)


def _days_of(item: Rule | DateException | QuietHour) -> str:
    if isinstance(item, DateException):
        return days_words(item.days)
    if isinstance(item, QuietHour) and item.days is not None:
        return days_words(item.days)
    words = weekday_words(item.weekdays)
    words += f" from {local_date_words(item.valid_from)}" if item.valid_from else ""
    return words + (f" until {local_date_words(item.valid_to)}," if item.valid_to else "")


def _quoted(text: str, _: Names) -> str:
    return f"“{text}”" if text else "none"


def _date_or_none(day: LocalDate | None, _: Names) -> str:
    return local_date_words(day) if day else "none"


_WORDS: Mapping[str, Callable[[Any, Names], str]] = {
    "zones": lambda zones, names: names.where(zones),
    "scene": lambda scene, names: names.scene(scene),
    "from_": lambda time, _: time_words(time),
    "until": lambda time, _: time_words(time),
    "name": _quoted,
    "note": _quoted,
    "weekdays": lambda weekdays, _: weekday_words(weekdays),
    "valid_from": _date_or_none,
    "valid_to": _date_or_none,
    "days": lambda days, _: days_words(days) if days else "none",
    "hours": lambda hours, _: hours_words(hours),
    "measure": lambda measure, _: _MEASURES[measure][0],
    "measured_in": lambda zone, names: names.where([zone]) if zone else "the zone itself",
    **dict.fromkeys(
        ("for_s", "calm_s", "hold_s", "cool_down_s", "longest_s"),
        lambda seconds, _: duration_words(seconds),
    ),
}
