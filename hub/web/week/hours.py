"""The opening hours of an ordinary week: in the lists, and as a sheet to change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenes.day_words import capitalised, weekday_name, weekday_words
from scenes.rules import WEEKDAYS, OpenHours, Weekday
from scenes.schedule import Schedule
from scenes.schedule_words import hours_words

_USUAL = OpenHours("10:00", "18:00")


@dataclass(frozen=True, slots=True)
class DayHours:
    """One weekday; where it is not ``open``, the times are those to begin with."""

    weekday: Weekday
    word: str
    open: bool
    from_: str
    until: str


def hours_rows(schedule: Schedule) -> Sequence[tuple[str, str]]:
    """Weekdays with the same hours as one: ("Monday to Friday", "09:00–20:00")."""
    alike: dict[str, list[Weekday]] = {}
    for weekday in WEEKDAYS:
        alike.setdefault(hours_words(schedule.hours.get(weekday)), []).append(weekday)
    return [(capitalised(weekday_words(days)), hours) for hours, days in alike.items()]


def day_hours(schedule: Schedule) -> Sequence[DayHours]:
    """Every weekday, Monday first."""
    begin = next((schedule.hours[day] for day in WEEKDAYS if day in schedule.hours), _USUAL)
    return [_day(weekday, schedule.hours.get(weekday), begin) for weekday in WEEKDAYS]


def _day(weekday: Weekday, said: OpenHours | None, begin: OpenHours) -> DayHours:
    hours = said or begin
    return DayHours(
        weekday=weekday,
        word=weekday_name(weekday),
        open=said is not None,
        from_=hours.from_,
        # No field for a time can show the end of a day.
        until="00:00" if hours.until == "24:00" else hours.until,
    )
