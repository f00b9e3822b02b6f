"""The planner: keeps every zone's plan true, in memory, in the database and on the wire."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import Connection, Engine

from hub.database import writing
from hub.errors import AmbiguousZoneError, UnknownStoreError, UnknownZoneError
from hub.planning import records
from hub.planning.base import BasePlan, base_plan, cut, horizon_around, overlay
from hub.planning.ends import OverrideEnd, end_instant
from hub.planning.farewell import farewell
from hub.planning.records import ZoneKey
from hub.shop import Shop, Store, Zone
from scenes.compiler import join_slots, recipes
from scenes.errors import UnknownSceneError
from scenes.plan import Plan, Slot
from scenes.rules import Override
from scenes.scene import Scene

_SPARE = timedelta(days=1)
_MOST_PAST_SLOTS = 24
"""Two days' worth as people plan; whoever changes the scene every second (a script, a
sensor gone wild) must not make plans grow without end."""


@dataclass(frozen=True, slots=True)
class PlannedZone:
    """Where a zone stands: its rules compiled, the choice that holds, the plan that is out."""

    store: Store
    zone: Zone
    base: BasePlan
    override: Override | None
    plan: Plan

    def override_at(self, instant: datetime) -> Override | None:
        """The choice that holds at ``instant``."""
        return self.override if self.override and instant < self.override.end else None


class Planner:
    """Compiles, keeps and publishes. Safe to use from any thread.

    ``publish`` is called after each commit, in the order of revisions; it may not wait for the
    network. Database errors leave everything as it was.
    """

    def __init__(
        self,
        engine: Engine,
        publish: Callable[[Plan], None],
        now: Callable[[], datetime],
        horizon: timedelta,
    ) -> None:
        self._engine = engine
        self._publish = publish
        self._now = now
        self._horizon = horizon
        self._lock = threading.RLock()
        self._epoch: int | None = None
        self._shop = Shop()
        self._planned: dict[ZoneKey, PlannedZone] = {}
        # Of zones that left the shop too: one that comes back goes on counting where it was.
        self._last: dict[ZoneKey, Plan] = {}
        self._overrides: dict[ZoneKey, Override] = {}
        self._farewells: dict[ZoneKey, Plan] = {}

    @property
    def epoch(self) -> int:
        """This hub's term of office; 0 before it has planned anything."""
        return self._epoch or 0

    @property
    def shop(self) -> Shop:
        """What is planned for; its scenes carry their revisions."""
        return self._shop

    def plans(self) -> Mapping[ZoneKey, Plan]:
        """Every zone's plan by (store, zone), in the shop's order."""
        return {key: planned.plan for key, planned in self._planned.items()}

    def zones(self) -> list[PlannedZone]:
        """Where every zone stands, in the shop's order."""
        return list(self._planned.values())

    def planned(self, store: str, zone: str) -> PlannedZone:
        """Where a zone stands; `UnknownZoneError` for one that isn't."""
        try:
            return self._planned[store, zone]
        except KeyError:
            raise UnknownZoneError(f"{store} has no zone {zone!r}") from None

    def find(self, zone: str, store: str | None = None) -> PlannedZone:
        """A zone by its id, and by its store's where several stores have one."""
        if store is not None:
            if self._shop.store(store) is None:
                raise UnknownStoreError(f"there is no store {store!r}")
            return self.planned(store, zone)
        found = [planned for (_, name), planned in self._planned.items() if name == zone]
        if not found:
            raise UnknownZoneError(f"there is no zone {zone!r}")
        if len(found) > 1:
            stores = ", ".join(planned.store.id for planned in found)
            raise AmbiguousZoneError(f"{zone!r} is a zone of {stores}: say which with ?store=")
        return found[0]

    def saved_shop(self) -> Shop | None:
        """The shop that was planned for last, by this run or one before."""
        with self._engine.connect() as connection:
            return records.saved_shop(connection)

    def load(self, shop: Shop) -> None:
        """Plan for ``shop`` from now on; what was due until now stays on record as it was.

        A zone that left gets one last plan, its fallback for good: the agents that serve it would
        play the old one on for weeks, and then its last scene.
        """
        with self._lock:
            now = self._now()
            with writing(self._engine) as connection:
                epoch = self._epoch or self._begin(connection, now)
                before = records.saved_shop(connection) or Shop()
                shop = records.save_shop(connection, shop, now)
                planned = {
                    (store.id, zone.id): self._compiled(store, zone, shop.scenes, epoch, now)
                    for store, zone in shop.zones()
                }
                changed = [
                    zone.plan
                    for key, zone in planned.items()
                    if zone.plan is not self._last.get(key)
                ]
                farewells = {
                    key: farewell(last, before, epoch, now)
                    for key, last in self._last.items()
                    if key not in planned
                }
                changed += [plan for key, plan in farewells.items() if plan is not self._last[key]]
                records.add_plans(connection, changed)
            self._epoch, self._shop, self._planned = epoch, shop, planned
            self._farewells = farewells
            for plan in changed:
                self._out(plan)

    def extend(self) -> int:
        """Compile anew the zones whose horizon has come near; returns how many."""
        now = self._now()
        soon = now + self._horizon + _SPARE
        due = [key for key, planned in self._planned.items() if planned.base.end < soon]
        for key in due:
            # One zone at a time, so that a person's choice never waits for all of them.
            with self._lock:
                before = self._planned.get(key)
                if before is None:
                    continue
                planned = self._compiled(
                    before.store, before.zone, self._shop.scenes, self.epoch, now
                )
                if planned.plan is before.plan:
                    continue
                with writing(self._engine) as connection:
                    records.add_plans(connection, [planned.plan])
                self._planned[key] = planned
                self._out(planned.plan)
        return len(due)

    def override(
        self, store: str, zone: str, scene: str, end: OverrideEnd, reason: str, author: str
    ) -> Plan:
        """Let a person's choice hold in a zone from now until ``end``; it replaces one before.

        `UnknownZoneError`, `UnknownSceneError`, `OverrideEndError`.
        """
        with self._lock:
            before = self.planned(store, zone)
            if scene not in self._shop.scenes:
                raise UnknownSceneError(f"no scene is called {scene!r}")
            now = self._now()
            chosen = Override(
                id=token_hex(8),
                zone=zone,
                scene=scene,
                start=now,
                end=end_instant(end, now, before.store, before.base),
                author=author,
                reason=reason,
            )
            return self._choose(before, chosen, now)

    def return_to_plan(self, store: str, zone: str) -> Plan | None:
        """End the zone's override; None when there is none."""
        with self._lock:
            before = self.planned(store, zone)
            now = self._now()
            if before.override_at(now) is None:
                return None
            return self._choose(before, None, now)

    def publish_all(self) -> None:
        """Publish every plan again: a broker may have forgotten them."""
        with self._lock:
            for planned in self._planned.values():
                self._publish(planned.plan)
            for plan in self._farewells.values():
                self._publish(plan)

    def _choose(self, before: PlannedZone, chosen: Override | None, now: datetime) -> Plan:
        plan = self._next_plan(before.plan, before.base, chosen, self._shop.scenes, now)
        standing = before.override_at(now)
        with writing(self._engine, urgent=True) as connection:
            if standing is not None:
                records.end_override(connection, standing.id, now)
            if chosen is not None:
                records.add_override(connection, before.store.id, chosen)
            records.add_plans(connection, [plan])
        key = (before.store.id, before.zone.id)
        self._planned[key] = PlannedZone(before.store, before.zone, before.base, chosen, plan)
        if chosen is not None:
            self._overrides[key] = chosen
        else:
            self._overrides.pop(key, None)
        self._out(plan)
        return plan

    def _begin(self, connection: Connection, now: datetime) -> int:
        """Recall what the run before knew, and take office."""
        memory = records.remember(connection, now)
        self._last, self._overrides = dict(memory.plans), dict(memory.overrides)
        return records.take_office(connection, now)

    def _out(self, plan: Plan) -> None:
        self._last[plan.store, plan.zone] = plan
        self._publish(plan)

    def _compiled(
        self, store: Store, zone: Zone, scenes: Mapping[str, Scene], epoch: int, now: datetime
    ) -> PlannedZone:
        """A zone's plan compiled from its rules; the plan that is out if it says the same."""
        key = (store.id, zone.id)
        override = self._overrides.get(key)
        if override is not None and override.end <= now:
            override = None
        base = base_plan(store, zone, *horizon_around(now, store, self._horizon))
        last = self._last.get(key)
        if last is None:
            slots = overlay(base, [override] if override else [], base.start)
            plan = _plan((store.id, zone.id), (epoch, 1), base, slots, scenes, now)
        else:
            plan = self._next_plan(last, base, override, scenes, now, epoch)
            if _says_the_same(last, plan):
                plan = last
        return PlannedZone(store, zone, base, override, plan)

    def _next_plan(
        self,
        last: Plan,
        base: BasePlan,
        override: Override | None,
        scenes: Mapping[str, Scene],
        now: datetime,
        epoch: int | None = None,
    ) -> Plan:
        """The plan after ``last``: its past as it was, its future as the rules say now.

        The past is kept so that "since" stays true: a rule that begins to hold at noon must not
        claim the morning.
        """
        start = max(base.start, last.slots[0].start)
        reached = min(now, last.until)
        past = cut(last.slots, start, reached)
        if reached < now:
            past = join_slots(past, overlay(base, (), max(reached, base.start)))
            past = cut(past, past[0].start, now)
        past = past[-_MOST_PAST_SLOTS:]
        future = overlay(base, [override] if override else [], now)
        # A scene that is gone from the library may still stand in the past.
        library = {**last.scenes, **scenes}
        return _plan(
            (last.store, last.zone),
            (self.epoch if epoch is None else epoch, last.revision + 1),
            base,
            join_slots(past, future),
            library,
            now,
        )


def _plan(
    key: ZoneKey,
    order: tuple[int, int],
    base: BasePlan,
    slots: tuple[Slot, ...],
    library: Mapping[str, Scene],
    now: datetime,
) -> Plan:
    return Plan(
        store=key[0],
        zone=key[1],
        epoch=order[0],
        revision=order[1],
        compiled_at=now,
        slots=slots,
        until=base.end,
        scenes=recipes(slots, library),
        time_zone=base.time_zone,
    )


def _says_the_same(one: Plan, other: Plan) -> bool:
    return (one.epoch, one.until, one.slots, one.scenes, one.time_zone) == (
        other.epoch,
        other.until,
        other.slots,
        other.scenes,
        other.time_zone,
    )
