"""A store's schedule: everything that its plans follow from, apart from what people choose now.

It is one document. A version of it never changes; a draft becomes the next version when it is
deployed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from scenes.rules import (
    EVERYWHERE,
    DateException,
    Note,
    OpenHours,
    QuietHour,
    Reaction,
    Rule,
    SpecialHours,
    Weekday,
    Zones,
)
from scenes.units import Number, Slug


class TemplateUse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The template that a schedule builds on, and what it leaves out: the id, and why.

    What the schedule says itself under an id of the template's stands in place of it.
    """

    id: Slug
    version: Number
    without: dict[Slug, Annotated[Note, Meta(min_length=1)]] = {}


class Schedule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Opening hours, zone groups, and the standing wishes of every layer. Ids are unique in each.

    A weekday without hours is closed. ``quiet_scene`` is the preset of a quiet hour that somebody
    begins by hand, ``emergency_scene`` that of an emergency.
    """

    hours: dict[Weekday, OpenHours] = {}
    special_hours: tuple[SpecialHours, ...] = ()
    zone_groups: dict[Slug, Zones] = {}
    rules: tuple[Rule, ...] = ()
    exceptions: tuple[DateException, ...] = ()
    quiet_hours: tuple[QuietHour, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    quiet_scene: Slug = "quiet-hour"
    emergency_scene: Slug = "emergency"
    template: TemplateUse | None = None

    def zones_of(self, names: Iterable[str], zones: Iterable[str]) -> frozenset[str]:
        """Those of a store's ``zones`` that ``names`` (zones, zone groups, ``all``) mean."""
        wanted: set[str] = set()
        for name in names:
            if name == EVERYWHERE:
                return frozenset(zones)
            wanted.update(self.zone_groups.get(name, (name,)))
        return frozenset(wanted.intersection(zones))
