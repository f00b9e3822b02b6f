"""Where every zone stands: what the planner keeps, for everybody to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.errors import AmbiguousZoneError, UnknownStoreError, UnknownZoneError
from hub.planning.asked import NO_CHOICE, Asked
from hub.planning.base import BasePlan, schedule_wishes
from hub.planning.choice_records import ZoneKey
from hub.shop import Shop, Store, Zone
from scenes.adjustment import AS_IT_SAYS, Adjustment
from scenes.audition import Audition
from scenes.compiler import Wish, compile_slots
from scenes.language import spoken
from scenes.nudge import Calm, Nudge, NudgeKind
from scenes.plan import Plan, Slot
from scenes.rules import Layer, Override, Run
from scenes.schedule import Schedule


@dataclass(frozen=True, slots=True)
class PlannedZone:
    """A zone: its schedule compiled, what is asked of it besides, the plan that is out."""

    store: Store
    zone: Zone
    base: BasePlan
    asked: Asked
    plan: Plan

    @property
    def key(self) -> ZoneKey:
        """Store and zone."""
        return self.store.id, self.zone.id

    @property
    def edition(self) -> str:
        """Another one whenever a person chose for this zone, or returned: what an ETag says."""
        override = self.asked.overrides.get(Layer.OVERRIDE)
        return override.id if override else NO_CHOICE

    def override_at(self, instant: datetime) -> Override | None:
        """The choice for this zone that holds at ``instant``, be it under a quiet hour's."""
        return self.asked.at(Layer.OVERRIDE, instant)

    def nudge_at(self, kind: NudgeKind, instant: datetime) -> Nudge | None:
        """What people nudged that holds at ``instant``, be it that an emergency doesn't heed it."""
        nudge = self.asked.nudges.get(kind)
        return nudge if nudge and nudge.start <= instant < nudge.end else None

    def adjustment_at(self, instant: datetime) -> Adjustment:
        """What the plan makes of its scene at ``instant``, by everybody's nudges together.

        `OutsidePlanError` beyond the plan.
        """
        return self.plan.at(instant).adjust or AS_IT_SAYS

    def audition_at(self, instant: datetime) -> Audition | None:
        """The audition that is under way at ``instant``."""
        audition = self.asked.audition
        return audition if audition and audition.holds(instant) else None


class PlanBook:
    """What is planned. Safe to read from any thread: what it gives out never changes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._shop = Shop()
        self._planned: dict[ZoneKey, PlannedZone] = {}

    @property
    def shop(self) -> Shop:
        """What is planned for; its scenes carry their revisions."""
        return self._shop

    def plans(self) -> Mapping[ZoneKey, Plan]:
        """Every zone's plan by (store, zone), in the shop's order."""
        return {key: planned.plan for key, planned in self._planned.items()}

    def zones(self, store: str | None = None) -> list[PlannedZone]:
        """Where every zone (of a store) stands, in the shop's order."""
        return [each for each in self._planned.values() if store in (None, each.store.id)]

    def store(self, store: str) -> Store:
        """A store by its id; `UnknownStoreError`."""
        found = self._shop.store(store)
        if found is None:
            raise UnknownStoreError(f"there is no store {store!r}")
        return found

    def planned(self, store: str, zone: str) -> PlannedZone:
        """Where a zone stands; `UnknownZoneError` for one that isn't."""
        try:
            return self._planned[store, zone]
        except KeyError:
            raise UnknownZoneError(f"{store} has no zone {zone!r}") from None

    def find(self, zone: str, store: str | None = None) -> PlannedZone:
        """A zone by its id, and by its store's where several stores have one."""
        if store is not None:
            self.store(store)
            return self.planned(store, zone)
        found = [planned for (_, name), planned in self._planned.items() if name == zone]
        if not found:
            raise UnknownZoneError(f"there is no zone {zone!r}")
        if len(found) > 1:
            stores = ", ".join(planned.store.id for planned in found)
            raise AmbiguousZoneError(f"{zone!r} is a zone of {stores}: say which with ?store=")
        return found[0]

    def runs(self, store: str, zone: str) -> tuple[Run, ...]:
        """The reactions and triggers at work in a zone."""
        return self.planned(store, zone).asked.running(self._now())

    def store_choice(self, store: str, layer: Layer) -> Override | None:
        """The quiet hour or emergency of a store that holds, as one of its zones has it."""
        self.store(store)
        now = self._now()
        held = (planned.asked.standing(layer, now) for planned in self.zones(store))
        return next((override for override in held if override), None)

    def store_calm(self, store: str, calm: Calm) -> Nudge | None:
        """The mute or scent-off of a store that holds, as one of its zones has it."""
        self.store(store)
        now = self._now()
        held = (planned.asked.nudging(calm, now) for planned in self.zones(store))
        return next((nudge for nudge in held if nudge), None)

    def wishes(
        self,
        store: str,
        zone: str,
        start: datetime,
        end: datetime,
        schedule: Schedule | None = None,
    ) -> list[Wish]:
        """Everything that anybody wishes of a zone in [start, end), for the answer to why.

        ``schedule`` stands in place of what is deployed.
        """
        planned = self.planned(store, zone)
        base = planned.base
        # What a plan was made of is in English.
        known = schedule is None and spoken() == "en"
        if known and base.start <= start and end <= base.end:
            standing: Iterable[Wish] = base.wishes
        else:
            standing = schedule_wishes(planned.store, start, end, schedule)[zone]
        everything = (*standing, *planned.asked.wishes(zone))
        return [wish for wish in everything if wish.start < end and wish.end > start]

    def preview(
        self, store: str, schedule: Schedule | None, start: datetime, end: datetime
    ) -> dict[str, tuple[Slot, ...]]:
        """What each zone of a store would play in [start, end), with the choices of today.

        ``schedule`` stands in place of what is deployed.
        """
        zones = self.zones(store)
        # Not the store as it is now: another shop may just be loaded, with other zones.
        of = zones[0].store if zones else self.store(store)
        wishes = schedule_wishes(of, start, end, schedule)
        slots = {
            planned.zone.id: compile_slots(
                [*wishes[planned.zone.id], *planned.asked.wishes(planned.zone.id)],
                planned.zone.fallback,
                start,
                end,
            )
            for planned in zones
        }
        return {
            planned.zone.id: planned.asked.adjust(slots[planned.zone.id], end, of.time_zone)
            for planned in zones
        }
