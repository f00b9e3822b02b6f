"""What the hub plans for: stores with their zones and schedules, and the scenes they name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from scenes.rules import OpenHours, Rule, Weekday
from scenes.scene import Scene
from scenes.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a store that has one atmosphere; ``fallback`` plays when nothing is planned."""

    id: str
    name: str
    fallback: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is: its country (ISO 3166, as ``DK``) and region decide its public holidays.

    ``latitude`` and ``longitude`` (degrees, north and east positive) decide when its sun rises;
    without them it has none.
    """

    country: str | None = None
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """A shop. ``time_zone`` is an IANA name; ``schedule`` is what is deployed, template and all."""

    id: str
    name: str
    time_zone: str
    currency: str
    zones: tuple[Zone, ...] = ()
    schedule: Schedule = field(default_factory=Schedule)
    place: Place = field(default_factory=Place)

    @property
    def tz(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> Mapping[Weekday, OpenHours]:
        """The opening hours of an ordinary week; a weekday without hours is closed."""
        return self.schedule.hours

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The schedule's rules."""
        return self.schedule.rules


@dataclass(frozen=True, slots=True)
class Library:
    """The ``scenes`` that plans may name, by id, and two kinds of those that they may not."""

    scenes: Mapping[str, Scene]
    drafts: Collection[str] = ()
    retired: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that a shop file says. ``scenes`` is by id; ``groups`` are of stores."""

    stores: tuple[Store, ...] = ()
    scenes: Mapping[str, Scene] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def store(self, store_id: str) -> Store | None:
        """The store of this id."""
        return next((store for store in self.stores if store.id == store_id), None)

    def zones(self) -> Iterator[tuple[Store, Zone]]:
        """Every zone with its store, in the file's order."""
        return ((store, zone) for store in self.stores for zone in store.zones)
