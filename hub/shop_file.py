"""The shop file: what people write about their stores, read strictly, with every error at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from hub import yaml_file
from hub.scene_library import read_scenes, starter_scenes
from hub.schema_words import in_words
from hub.shop import Shop, Store, Zone
from hub.weekdays import read_weekdays
from hub.yaml_file import Document, YamlFileError, read_yaml
from scenes.errors import StemningError
from scenes.rules import LocalDate, OpenHours, Rule, WallTime, Weekday
from scenes.scene import Scene
from scenes.schedule import Schedule
from scenes.units import Slug

T = TypeVar("T")
_CURRENCY = re.compile(r"^[A-Z]{3}\Z")
_SPAN = re.compile(r"^\s*(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)\s*$")

Name = Annotated[str, Meta(min_length=1, max_length=60)]


class ShopFileError(StemningError, ValueError):
    """A shop file that can't be planned by; ``problems`` are all there are, each with its line.

    ``scene_directory`` is where the file says that its scenes are, if it came to that.
    """

    code = "shop-file.invalid"

    def __init__(
        self, path: Path, problems: Sequence[str], scene_directory: Path | None = None
    ) -> None:
        super().__init__(f"{path}: " + "; ".join(problems))
        self.problems = tuple(problems)
        self.scene_directory = scene_directory


@dataclass(frozen=True, slots=True)
class ShopFile:
    """A shop, and the directory of its own scenes, if it has one."""

    shop: Shop
    scene_directory: Path | None


class _ShopPart(Struct, forbid_unknown_fields=True):
    stores: list[Any]
    scenes: str | None = None


class _StorePart(Struct, forbid_unknown_fields=True):
    id: Slug
    name: Name
    time_zone: str
    currency: str = "EUR"
    hours: dict[str, Any] = {}
    zones: list[Any] = []
    rules: list[Any] = []


class _ZonePart(Struct, forbid_unknown_fields=True):
    id: Slug
    name: Name
    fallback: Slug


class _HoursPart(Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    from_: WallTime
    until: WallTime


class _RulePart(Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    id: Slug
    scene: Slug
    zones: list[Slug] | Literal["all"]
    from_: WallTime
    until: WallTime
    weekdays: str | list[str] = "every-day"
    name: str = ""
    priority: int = 0
    valid_from: LocalDate | None = None
    valid_to: LocalDate | None = None


def read_shop_file(path: Path) -> ShopFile:
    """Read a shop file and its scenes; `ShopFileError` says everything that is wrong."""
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ShopFileError(path, ["there is no such file"]) from error
    except OSError as error:
        raise ShopFileError(path, [f"it can't be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ShopFileError(path, [f"it can't be read: {error}"]) from error
    except YamlFileError as error:
        raise ShopFileError(path, error.problems) from error
    reading = _Reading(document)
    part = reading.part(document.value, (), _ShopPart)
    directory = path.parent / part.scenes if part and part.scenes else None
    scenes = reading.scenes(directory)
    stores = tuple(reading.stores(part.stores, scenes)) if part else ()
    if reading.problems:
        raise ShopFileError(path, reading.problems, directory)
    return ShopFile(Shop(stores, scenes), directory)


class _Reading:
    """Goes on after an error, so that a person mends a file once and not error by error."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[str] = []

    def problem(self, path: yaml_file.Path, text: str) -> None:
        self.problems.append(f"{self._document.place(path)}: {text}")

    def part(self, value: Any, path: yaml_file.Path, kind: type[T]) -> T | None:  # noqa: ANN401
        """A piece of the file as its struct, or None and a problem."""
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            text, below = in_words(str(error))
            self.problem(path + below, text)
            return None

    def scenes(self, directory: Path | None) -> dict[str, Scene]:
        """The starter scenes, with the shop's own over them."""
        if directory is None:
            return starter_scenes()
        own, problems = read_scenes(directory)
        self.problems.extend(problems)
        return starter_scenes() | own

    def stores(self, values: Sequence[Any], scenes: Mapping[str, Scene]) -> list[Store]:
        if not values:
            self.problem(("stores",), "there is no store")
        stores: list[Store] = []
        for place, value in enumerate(values):
            path: yaml_file.Path = ("stores", place)
            part = self.part(value, path, _StorePart)
            if part is not None:
                self._no_twin(path, part.id, stores)
                stores.append(self._store(part, path, scenes))
        return stores

    def _store(self, part: _StorePart, path: yaml_file.Path, scenes: Mapping[str, Scene]) -> Store:
        if not _is_time_zone(part.time_zone):
            self.problem((*path, "time_zone"), f"{part.time_zone!r} is no IANA time zone")
        if not _CURRENCY.match(part.currency):
            self.problem((*path, "currency"), f"{part.currency!r} is no ISO code such as EUR")
        zones = tuple(self._zones(part, path, scenes))
        return Store(
            id=part.id,
            name=part.name,
            time_zone=part.time_zone,
            currency=part.currency,
            zones=zones,
            schedule=Schedule(
                hours=self._hours(part.hours, (*path, "hours")),
                rules=tuple(self._rules(part, path, _zone_ids(part.zones), scenes)),
            ),
        )

    def _hours(self, values: Mapping[str, Any], path: yaml_file.Path) -> dict[Weekday, OpenHours]:
        hours: dict[Weekday, OpenHours] = {}
        for days, value in values.items():
            span = _SPAN.match(value) if isinstance(value, str) else None
            if span:
                value = {"from": span[1], "until": span[2]}  # noqa: PLW2901
            part = self.part(value, (*path, days), _HoursPart)
            weekdays = self._weekdays(days, (*path, days))
            for weekday in weekdays if part else ():
                if weekday in hours:
                    self.problem((*path, days), f"{weekday} has hours already")
                hours[weekday] = OpenHours(part.from_, part.until)  # type: ignore[union-attr]
        return hours

    def _zones(
        self, store: _StorePart, path: yaml_file.Path, scenes: Mapping[str, Scene]
    ) -> list[Zone]:
        zones: list[Zone] = []
        for place, value in enumerate(store.zones):
            where: yaml_file.Path = (*path, "zones", place)
            part = self.part(value, where, _ZonePart)
            if part is not None:
                self._no_twin(where, part.id, zones)
                self._known_scene(part.fallback, (*where, "fallback"), scenes)
                zones.append(Zone(part.id, part.name, part.fallback))
        return zones

    def _rules(
        self,
        store: _StorePart,
        path: yaml_file.Path,
        zones: frozenset[str] | None,
        scenes: Mapping[str, Scene],
    ) -> list[Rule]:
        rules: list[Rule] = []
        for place, value in enumerate(store.rules):
            where: yaml_file.Path = (*path, "rules", place)
            part = self.part(value, where, _RulePart)
            if part is not None:
                self._no_twin(where, part.id, rules)
                self._known_scene(part.scene, (*where, "scene"), scenes)
                self._sensible_times(part, where)
                rules.append(self._rule(part, where, zones))
        return rules

    def _rule(self, part: _RulePart, path: yaml_file.Path, zones: frozenset[str] | None) -> Rule:
        named = sorted(zones or ()) if part.zones == "all" else list(part.zones)
        for place, zone in enumerate(named):
            if zones is not None and zone not in zones:
                self.problem((*path, "zones", place), f"the store has no zone {zone!r}")
        return Rule(
            id=part.id,
            zones=tuple(named),
            scene=part.scene,
            from_=part.from_,
            until=part.until,
            weekdays=self._weekdays(part.weekdays, (*path, "weekdays")),
            priority=part.priority,
            valid_from=part.valid_from,
            valid_to=part.valid_to,
            name=part.name,
        )

    def _sensible_times(self, part: _RulePart, path: yaml_file.Path) -> None:
        if part.from_ == "24:00":
            self.problem((*path, "from"), "a rule begins at 00:00, not at 24:00")
        for key, day in (("valid_from", part.valid_from), ("valid_to", part.valid_to)):
            if day is not None and not _is_date(day):
                self.problem((*path, key), f"there is no {day}")
        if part.valid_from and part.valid_to and part.valid_to < part.valid_from:
            self.problem((*path, "valid_to"), "it ends before it begins")

    def _weekdays(self, words: str | list[str], path: yaml_file.Path) -> tuple[Weekday, ...]:
        try:
            return read_weekdays(words)
        except ValueError as error:
            self.problem(path, str(error))
            return ()

    def _known_scene(self, scene: str, path: yaml_file.Path, scenes: Mapping[str, Scene]) -> None:
        if scene not in scenes:
            self.problem(path, f"no scene is called {scene!r}; there are {', '.join(scenes)}")

    def _no_twin(
        self, path: yaml_file.Path, each: str, others: Iterable[Store | Zone | Rule]
    ) -> None:
        if any(each == other.id for other in others):
            self.problem((*path, "id"), f"another one is called {each!r}")


def _zone_ids(values: Iterable[Any]) -> frozenset[str] | None:
    """The ids that a store's zones say, also those that are wrong otherwise; None if one doesn't.

    A rule is not blamed for the mistake of a zone.
    """
    ids = [value.get("id") if isinstance(value, dict) else None for value in values]
    return frozenset(each for each in ids if isinstance(each, str)) if all(ids) else None


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    # Unknown, outside the database, or a directory of it.
    except (LookupError, ValueError, OSError):
        return False
    return True


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
