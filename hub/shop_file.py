"""The shop file: what people write about their stores, read strictly, with every error at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from hub import yaml_file
from hub.public_holidays import countries, names_of
from hub.scene_library import read_scenes, starter_scenes
from hub.schedule_file import FIELDS, ScheduleReading
from hub.shop import Library, Place, Shop, Store, Zone
from hub.strict_reading import StrictReading
from hub.yaml_file import YamlFileError, read_yaml
from scenes.errors import StemningError
from scenes.mistakes import Ground
from scenes.rules import EVERYWHERE
from scenes.scene import Scene
from scenes.schedule import Schedule, TemplateUse
from scenes.units import Slug

_CURRENCY = re.compile(r"^[A-Z]{3}\Z")

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


def _no_template(_use: TemplateUse) -> Schedule | None:
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """What a shop file may name although it doesn't say it: templates and scenes that people made.

    ``library`` is given the scenes of the files, by id.
    """

    template: Callable[[TemplateUse], Schedule | None] = _no_template
    library: Callable[[Mapping[str, Scene]], Library] = Library


class _ShopPart(Struct):
    stores: list[Any]
    groups: dict[Slug, list[Slug]] = {}
    scenes: str | None = None


class _PlacePart(Struct):
    country: str | None = None
    region: str | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class _StorePart(Struct):
    id: Slug
    name: Name
    time_zone: str
    currency: str = "EUR"
    place: _PlacePart = msgspec.field(default_factory=_PlacePart)
    zones: list[Any] = []


class _ZonePart(Struct):
    id: Slug
    name: Name
    fallback: Slug


def read_shop_file(path: Path, known: Known = Known()) -> ShopFile:
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
    reading = StrictReading(document)
    part = reading.part(document.value, (), _ShopPart)
    directory = path.parent / part.scenes if part and part.scenes else None
    scenes, problems = _scenes(directory)
    reading.problems.extend(problems)
    shop = Shop()
    if part is not None:
        shop = _ShopReading(reading, scenes, known).shop(part)
    if reading.problems:
        raise ShopFileError(path, reading.problems, directory)
    return ShopFile(shop, directory)


def _scenes(directory: Path | None) -> tuple[dict[str, Scene], Sequence[str]]:
    """The starter scenes, with the shop's own over them, and what is wrong with these."""
    if directory is None:
        return starter_scenes(), ()
    own, problems = read_scenes(directory)
    return starter_scenes() | own, problems


class _ShopReading:
    """Stores and groups; goes on after an error."""

    def __init__(self, reading: StrictReading, scenes: Mapping[str, Scene], known: Known) -> None:
        self._reading = reading
        self._scenes = scenes
        self._known = known
        self._library = known.library(scenes)

    def shop(self, part: _ShopPart) -> Shop:
        """Everything that a file says."""
        if not part.stores:
            self._reading.problem(("stores",), "there is no store")
        stores: list[Store] = []
        for place, value in enumerate(part.stores):
            path: yaml_file.Path = ("stores", place)
            own = value
            if isinstance(value, dict):
                own = {name: each for name, each in value.items() if name not in FIELDS}
            store = self._reading.part(own, path, _StorePart)
            if store is not None:
                self._no_twin(path, store.id, stores)
                stores.append(self._store(store, value, path))
        said = {each.get("id") for each in part.stores if isinstance(each, dict)}
        for group, members in part.groups.items():
            for place, member in enumerate(members):
                if member not in said:
                    where = ("groups", group, place)
                    self._reading.problem(where, f"no store is called {member!r}")
        groups = {group: tuple(members) for group, members in part.groups.items()}
        return Shop(tuple(stores), self._scenes, groups)

    def _store(self, part: _StorePart, value: Mapping[str, Any], path: yaml_file.Path) -> Store:
        if not _is_time_zone(part.time_zone):
            text = f"{part.time_zone!r} is no IANA time zone"
            self._reading.problem((*path, "time_zone"), text)
        if not _CURRENCY.match(part.currency):
            text = f"{part.currency!r} is no ISO code such as EUR"
            self._reading.problem((*path, "currency"), text)
        place = self._place(part.place, (*path, "place"))
        zones = tuple(self._zones(part.zones, path))
        schedule = ScheduleReading(value, path, self._reading)
        read = schedule.schedule()
        schedule.judge(read, self._ground(read, place, part.zones, path))
        return Store(
            id=part.id,
            name=part.name,
            time_zone=part.time_zone,
            currency=part.currency,
            zones=zones,
            schedule=read,
            place=place,
        )

    def _place(self, part: _PlacePart, path: yaml_file.Path) -> Place:
        known, country, region = countries(), part.country, part.region
        if country is not None and country not in known:
            text = f"{country!r} is no country whose holidays are known: write its ISO code, as DK"
            self._reading.problem((*path, "country"), text)
            country = region = None
        if region is not None and (country is None or region not in known[country]):
            regions = ", ".join(known[country]) if country else ""
            text = f"{country or 'a store without a country'} has no region {region!r}"
            hint = f"; there are {regions}" if regions else ""
            self._reading.problem((*path, "region"), text + hint)
            region = None
        if (part.latitude is None) != (part.longitude is None):
            text = "latitude and longitude come together: only with both a sun rises"
            self._reading.problem(path, text)
        return Place(country, region, part.latitude, part.longitude)

    def _zones(self, values: Sequence[Any], path: yaml_file.Path) -> list[Zone]:
        zones: list[Zone] = []
        for place, value in enumerate(values):
            where: yaml_file.Path = (*path, "zones", place)
            part = self._reading.part(value, where, _ZonePart)
            if part is None:
                continue
            self._no_twin(where, part.id, zones)
            if part.id == EVERYWHERE:
                self._reading.problem((*where, "id"), "'all' means every zone: take another id")
            if part.fallback not in self._library.scenes:
                self._reading.problem((*where, "fallback"), self._no_scene(part.fallback))
            zones.append(Zone(part.id, part.name, part.fallback))
        return zones

    def _ground(
        self, schedule: Schedule, place: Place, zones: Sequence[Any], path: yaml_file.Path
    ) -> Ground:
        template = self._known.template(schedule.template) if schedule.template else None
        if schedule.template is not None and template is None:
            text = f"there is no template {schedule.template.id!r} of this version"
            self._reading.problem((*path, "template"), text)
        return Ground(
            scenes=self._library.scenes,
            drafts=self._library.drafts,
            retired=self._library.retired,
            zones=_zone_ids(zones),
            holidays=names_of(place.country, place.region) if place.country else (),
            has_sun=place.latitude is not None and place.longitude is not None,
            template=template,
        )

    def _no_scene(self, scene: str) -> str:
        if scene in self._library.drafts:
            return f"the scene {scene!r} is a draft: publish it first"
        if scene in self._library.retired:
            return f"the scene {scene!r} is retired: publish it again, or take another one"
        return f"no scene is called {scene!r}; there are {', '.join(self._library.scenes)}"

    def _no_twin(self, path: yaml_file.Path, each: str, others: Iterable[Store | Zone]) -> None:
        if any(each == other.id for other in others):
            self._reading.problem((*path, "id"), f"another one is called {each!r}")


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
