"""A store's schedule as people write it in the shop file, with the short ways to say things.

Beyond the fields of `scenes.schedule.Schedule`: weekdays as ``mon-fri``, hours as ``10:00-20:00``,
days as ``2026-12-24`` or ``2026-12-24 to 2026-12-26``, one zone, day or holiday without a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from hub.strict_reading import StrictReading
from hub.weekdays import read_weekdays
from hub.yaml_file import Path
from scenes.mistakes import Ground, problems
from scenes.rules import (
    DateException,
    OpenHours,
    QuietHour,
    Reaction,
    Rule,
    SpecialHours,
    Weekday,
)
from scenes.schedule import Schedule, TemplateUse
from scenes.units import Slug

T = TypeVar("T")
FIELDS = frozenset(Schedule.__struct_fields__)
"""The fields of a store in the file that are its schedule's."""

_LISTS: Mapping[str, type[Any]] = {
    "special_hours": SpecialHours,
    "rules": Rule,
    "exceptions": DateException,
    "quiet_hours": QuietHour,
    "reactions": Reaction,
}
_WHOLE: Mapping[str, Any] = {
    "zone_groups": dict[Slug, tuple[Slug, ...]],
    "quiet_scene": Slug,
    "emergency_scene": Slug,
    "template": TemplateUse,
}
_HOURS = re.compile(r"^\s*(\d\d:\d\d(?::\d\d)?)\s*[-–]\s*(\d\d:\d\d(?::\d\d)?)\s*$")
_DAYS = re.compile(r"^\s*(\d{4}-\d\d-\d\d)(?:\s*(?:to|–|\.\.)\s*(\d{4}-\d\d-\d\d))?\s*$")
_PLACE = re.compile(r"^(?P<name>\w+)(?:\[(?P<key>[^\]]*)\])?(?:\.(?P<field>\w+))?")


class ScheduleReading:
    """Reads the schedule in the fields of one store, which stand at ``path`` in the file."""

    def __init__(self, values: Mapping[str, Any], path: Path, reading: StrictReading) -> None:
        self._values = values
        self._path = path
        self._reading = reading
        # Where each opening hours and item was written.
        self._hours_at: dict[str, Path] = {}
        self._items_at: dict[tuple[str, str], Path] = {}
        self._twins: list[tuple[str, Any, Path]] = []

    def schedule(self) -> Schedule:
        """What can be read; everything else is a problem."""
        fields: dict[str, Any] = {"hours": self._hours()}
        for name, kind in _LISTS.items():
            fields[name] = tuple(self._items(name, kind))
        for name, kind in _WHOLE.items():
            if name in self._values:
                read = self._reading.part(self._values[name], (*self._path, name), kind)
                if read is not None:
                    fields[name] = read
        return Schedule(**fields)

    def judge(self, schedule: Schedule, ground: Ground) -> None:
        """Note what forbids that the schedule is deployed, with its line."""
        for problem in problems(schedule, ground):
            if problem.forbids:
                self._reading.problem(self._place(problem.place), problem.sentence)
        for name, item, path in self._twins:
            # By itself, so that its mistakes are not told of the other one of its id.
            self._items_at[name, item.id] = path
            alone = dict.fromkeys(_LISTS, ()) | {name: (item,)}
            for problem in problems(msgspec.structs.replace(schedule, **alone), ground):
                if problem.forbids and problem.place.startswith(f"{name}["):
                    self._reading.problem(self._place(problem.place), problem.sentence)

    def _hours(self) -> dict[Weekday, OpenHours]:
        path = (*self._path, "hours")
        written = self._reading.part(self._values.get("hours", {}), path, dict[str, Any])
        hours: dict[Weekday, OpenHours] = {}
        for days, value in (written or {}).items():
            where = (*path, days)
            weekdays = self._weekdays(days, where)
            full = _hours_in(value)
            if isinstance(full, str):
                self._reading.problem(where, f"{value!r} are no hours: write 10:00-20:00 or closed")
                continue
            read = self._reading.part(full, where, OpenHours) if full else None
            for weekday in weekdays:
                if weekday in self._hours_at:
                    self._reading.problem(where, f"{weekday} has hours already")
                self._hours_at[weekday] = where
                if read:
                    hours[weekday] = read
        return hours

    def _items(self, name: str, kind: type[T]) -> Iterator[T]:
        path = (*self._path, name)
        written = self._reading.part(self._values.get(name, []), path, list[Any])
        for place, value in enumerate(written or ()):
            where = (*path, place)
            read: Any = self._reading.part(self._said_in_full(value, where), where, kind)
            if read is None:
                continue
            if (name, read.id) in self._items_at:
                self._reading.problem((*where, "id"), f"another one is called {read.id!r}")
                self._twins.append((name, read, where))
                continue
            self._items_at[name, read.id] = where
            yield read

    def _said_in_full(self, value: Any, path: Path) -> Any:  # noqa: ANN401 - as YAML gives it
        """An item without the short ways of a file."""
        if not isinstance(value, dict):
            return value
        full = dict(value)
        if isinstance(full.get("zones"), str):
            full["zones"] = [full["zones"]]
        if _is_words(full.get("weekdays")):
            weekdays = self._weekdays(full.pop("weekdays"), (*path, "weekdays"))
            full |= {"weekdays": weekdays} if weekdays else {}
        if "days" in full:
            full["days"] = _days_in(full["days"])
        if "hours" in full:
            full["hours"] = _hours_in(full["hours"])
        return full

    def _weekdays(self, words: str | list[str], path: Path) -> list[Weekday]:
        try:
            return list(read_weekdays(words))
        except ValueError as error:
            self._reading.problem(path, str(error))
            return []

    def _place(self, place: str) -> Path:
        """The way in the file to what a problem's ``place`` says, like "rules[evenings].until"."""
        found = _PLACE.match(place)
        if found is None:
            return self._path
        name, key, below = found["name"], found["key"], found["field"]
        path = self._items_at.get((name, key)) or self._hours_at.get(key if name == "hours" else "")
        if path is None:
            path = (*self._path, name, key) if key else (*self._path, name)
        return (*path, below) if below else path


def _is_words(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )


def _hours_in(value: Any) -> Any:  # noqa: ANN401
    """``10:00-20:00`` and ``closed`` as they are said in full."""
    if value == "closed":
        return None
    span = _HOURS.match(value) if isinstance(value, str) else None
    return {"from": span[1], "until": span[2]} if span else value


def _days_in(value: Any) -> Any:  # noqa: ANN401
    """Special days in full: a date, several, or a mapping of dates and holidays."""
    if not isinstance(value, dict):
        return {"dates": _dates_in(value)}
    full = dict(value)
    if "dates" in full:
        full["dates"] = _dates_in(full["dates"])
    if isinstance(full.get("holidays"), str):
        full["holidays"] = [full["holidays"]]
    return full


def _dates_in(value: Any) -> Any:  # noqa: ANN401
    values = value if isinstance(value, list) else [value]
    return [_span_in(each) for each in values]


def _span_in(value: Any) -> Any:  # noqa: ANN401
    span = _DAYS.match(value) if isinstance(value, str) else None
    return {"first": span[1], "last": span[2] or span[1]} if span else value
