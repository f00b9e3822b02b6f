"""What the people of a store call its zones, scenes and rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scenes.day_words import listed
from scenes.language import _
from scenes.rules import EVERYWHERE
from scenes.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Names:
    """``zones`` are all of a store, in their order; ``sources`` are like "rule:calm-mornings".

    An id without a name stands for itself.
    """

    zones: Mapping[str, str]
    scenes: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def scene(self, scene: str) -> str:
        """What people call a scene."""
        return self.scenes.get(scene) or scene

    def source(self, source: str) -> str:
        """What people call a rule or whatever else wishes for something, in quotation marks."""
        return f"“{self.sources.get(source) or source.partition(':')[2] or source}”"

    def where(self, zones: Iterable[str]) -> str:
        """Zones in words: their names, or "everywhere" when it is all of several."""
        return self._place(zones)[0]

    def in_where(self, zones: Iterable[str]) -> str:
        """Zones with their preposition: "in Entrance and Window", "everywhere"."""
        place, named = self._place(zones)
        return _("in {zones}").format(zones=place) if named else place

    def every_where(self, zones: Iterable[str]) -> str:
        """Zones as somebody's wish: their names, or "every zone" when it is all of several."""
        wanted = list(zones)
        return _("every zone") if self._all(wanted) else self.where(wanted)

    def _all(self, wanted: Sequence[str]) -> bool:
        missing = any(zone not in wanted for zone in self.zones)
        return EVERYWHERE in wanted or (not missing and len(self.zones) > 1)

    def _place(self, zones: Iterable[str]) -> tuple[str, bool]:
        """Zones in words, and whether those name them."""
        wanted = list(dict.fromkeys(zones))
        if self._all(wanted):
            return _("everywhere"), False
        missing = [name or zone for zone, name in self.zones.items() if zone not in wanted]
        # What is no zone is a zone group, and nobody here knows which zones it has.
        groups = any(zone not in self.zones for zone in wanted)
        order = {zone: place for place, zone in enumerate(self.zones)}
        wanted.sort(key=lambda zone: order.get(zone, len(order)))
        if len(wanted) > 2 and len(missing) == 1 and not groups:
            return _("everywhere but {zone}").format(zone=missing[0]), False
        if not wanted:
            return _("nowhere"), False
        return listed([self.zones.get(zone) or zone for zone in wanted]), True


def source_names(*schedules: Schedule) -> dict[str, str]:
    """The names of what schedules plan, by source; of two with one source, the later schedule's."""
    return {
        f"{kind}:{item.id}": item.name
        for schedule in schedules
        for kind, items in (
            ("rule", schedule.rules),
            ("exception", schedule.exceptions),
            ("quiet-hour", schedule.quiet_hours),
            ("reaction", schedule.reactions),
        )
        for item in items
        if item.name
    }
