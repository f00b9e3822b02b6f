"""What the hub plans for: stores with their zones and rules, and the scenes they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from scenes.rules import OpenHours, Rule, Weekday
from scenes.scene import Scene


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a store that has one atmosphere; ``fallback`` plays when nothing is planned."""

    id: str
    name: str
    fallback: str


@dataclass(frozen=True, slots=True)
class Store:
    """A shop. ``time_zone`` is an IANA name; a weekday without hours is closed."""

    id: str
    name: str
    time_zone: str
    currency: str
    hours: Mapping[Weekday, OpenHours] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def tz(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that a shop file says. ``scenes`` is by id."""

    stores: tuple[Store, ...] = ()
    scenes: Mapping[str, Scene] = field(default_factory=dict)

    def store(self, store_id: str) -> Store | None:
        """The store of this id."""
        return next((store for store in self.stores if store.id == store_id), None)

    def zones(self) -> Iterator[tuple[Store, Zone]]:
        """Every zone with its store, in the file's order."""
        return ((store, zone) for store in self.stores for zone in store.zones)
