"""What a schedule says, part by part, in words: "Monday to Friday", "at most 8", "10:00–20:00"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from scenes.day_words import dated, from_to, listed, span_words, weekday_words
from scenes.holiday_words import holiday_words
from scenes.language import N_, _
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
    "rules": N_("Rule"),
    "exceptions": N_("Exception"),
    "quiet_hours": N_("Quiet hour"),
    "reactions": N_("Reaction"),
    "special_hours": N_("Special hours"),
}
"""The lists of a schedule, and what one of each is called, to be said by `_`."""

_SOURCES = {
    "rule": N_("Rule"),
    "exception": N_("Exception"),
    "quiet-hour": N_("Quiet hour"),
    "reaction": N_("Reaction"),
    "trigger": N_("Trigger"),
}
_MEASURES: Mapping[Measure, tuple[str, str]] = {
    "occupancy": (N_("people in the zone"), N_("{number} people")),
    "waiting": (N_("minutes of waiting"), N_("{number} min")),
    "noise": (N_("noise"), "{number} dB(A)"),
}
_LABELS = {
    "from_": N_("from"),
    "until": N_("until"),
    "weekdays": N_("weekdays"),
    "valid_from": N_("first date"),
    "valid_to": N_("last date"),
    "for_s": N_("begins after"),
    "calm_s": N_("ends after"),
    "hold_s": N_("holds at least"),
    "cool_down_s": N_("rests for"),
    "longest_s": N_("lasts at most"),
    "measured_in": N_("measured in"),
    "above": N_("begins at"),
    "below": N_("ends at"),
    "scene": N_("scene"),
    "zones": N_("zones"),
    "name": N_("name"),
    "note": N_("note"),
    "days": N_("days"),
    "hours": N_("hours"),
    "priority": N_("priority"),
    "locked": N_("locked"),
    "measure": N_("measure"),
    "most_a_day": N_("most a day"),
}


def title(section: str, item: Item) -> str:
    """What people call an item: "Rule “Calm mornings”"."""
    return f"{_(KINDS[section])} “{item.name or item.id}”"


def kind_words(source: str) -> str:
    """What people call what a source like "quiet-hour:noon" is one of: "Quiet hour"."""
    kind = source.partition(":")[0]
    return _(_SOURCES[kind]) if kind in _SOURCES else kind.replace("-", " ").capitalize()


def label(field: str) -> str:
    """What people call a field."""
    return _(_LABELS[field]) if field in _LABELS else field.replace("_", " ")


def summary(item: Item, names: Names) -> str:
    """An item in a line: "Monday to Friday 09:00 to 11:00 Calm in Entrance"."""
    if isinstance(item, SpecialHours):
        return f"{days_words(item.days)} {hours_words(item.hours)}"
    place = names.in_where(item.zones)
    if isinstance(item, Reaction):
        begins = _(_MEASURES[item.measure][1]).format(number=f"{item.above:g}")
        return _("{scene} {place} at {measure} for {time}").format(
            scene=names.scene(item.scene),
            place=place,
            measure=begins,
            time=duration_words(item.for_s),
        )
    times = from_to(time_words(item.from_), time_words(item.until))
    return f"{_days_of(item)} {times} {names.scene(item.scene)} {place}"


def words_of(field: str, value: Any, names: Names) -> str:  # noqa: ANN401 - any field's
    """The value of any field of an item."""
    if field in _WORDS:
        return _WORDS[field](value, names)
    if value is None or value == "":
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def local_date_words(day: LocalDate) -> str:
    """A written date in words."""
    return dated(date.fromisoformat(day))


def days_words(days: SpecialDays) -> str:
    """Special days in words: "24 to 26 December 2026 and every public holiday"."""
    words = [span_words(span) for span in days.dates]
    words += [
        _("every public holiday") if it == EVERY_HOLIDAY else holiday_words(it)
        for it in days.holidays
    ]
    return listed(words)


def hours_words(hours: OpenHours | None) -> str:
    """Opening hours in words: "10:00–20:00" or "closed"."""
    return f"{hours.from_}–{hours.until}" if hours else _("closed")


def duration_words(seconds: float) -> str:
    """A length of time: "1 h 30 min", "45 s"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [_("{n} h").format(n=hours)] if hours else []
    parts += [_("{n} min").format(n=minutes)] if minutes else []
    parts += [_("{n} s").format(n=f"{rest:g}")] if rest or not parts else []
    return " ".join(parts)


def _days_of(item: Rule | DateException | QuietHour) -> str:
    if isinstance(item, DateException):
        return days_words(item.days)
    if isinstance(item, QuietHour) and item.days is not None:
        return days_words(item.days)
    words = weekday_words(item.weekdays)
    if item.valid_from:
        words += " " + _("from {date}").format(date=local_date_words(item.valid_from))
    if item.valid_to:
        words += " " + _("until {date},").format(date=local_date_words(item.valid_to))
    return words


def _quoted(text: str, _names: Names) -> str:
    return f"“{text}”" if text else _("none")


def _date_or_none(day: LocalDate | None, _names: Names) -> str:
    return local_date_words(day) if day else _("none")


_WORDS: Mapping[str, Callable[[Any, Names], str]] = {
    "zones": lambda zones, names: names.where(zones),
    "scene": lambda scene, names: names.scene(scene),
    "from_": lambda time, _names: time_words(time),
    "until": lambda time, _names: time_words(time),
    "name": _quoted,
    "note": _quoted,
    "weekdays": lambda weekdays, _names: weekday_words(weekdays),
    "valid_from": _date_or_none,
    "valid_to": _date_or_none,
    "days": lambda days, _names: days_words(days) if days else _("none"),
    "hours": lambda hours, _names: hours_words(hours),
    "measure": lambda measure, _names: _(_MEASURES[measure][0]),
    "measured_in": lambda zone, names: names.where([zone]) if zone else _("the zone itself"),
    **dict.fromkeys(
        ("for_s", "calm_s", "hold_s", "cool_down_s", "longest_s"),
        lambda seconds, _names: duration_words(seconds),
    ),
}
