"""The keeper of plans: makes them, writes them down, hands them out, and remembers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from hub.database import writing
from hub.planning import records
from hub.planning.asked import Asked
from hub.planning.base import CompiledStore, compile_store, horizon_around
from hub.planning.book import PlanBook, PlannedZone
from hub.planning.choice_records import Turn, ZoneKey, keep_turns
from hub.planning.deployed import newest_schedules
from hub.planning.farewell import farewell
from hub.planning.from_file import foreseen
from hub.planning.moving import moved
from hub.planning.nudge_records import nudges_then
from hub.planning.past import wishes_then
from hub.planning.records import Memory
from hub.planning.revisions import Present, knowing, plan_after
from hub.shop import Shop, Store
from scenes.nudge import Nudge
from scenes.plan import Plan
from scenes.wishes import Wish

Keep = Callable[[Connection, datetime], None]
"""Writes a caller's own rows in the transaction of a change, which is made at this instant."""
_SPARE = timedelta(days=1)
_log = logging.getLogger(__name__)


def no_rows(_connection: Connection, _now: datetime) -> None:
    """A caller without rows of their own."""


@dataclass(frozen=True, slots=True)
class Term:
    """A new term of office, above the epoch ``above``.

    ``known`` are the (epoch, revision) of plans that others made: agents that have those take ours.
    ``keep`` is as in every change.
    """

    above: int = 0
    known: Mapping[ZoneKey, tuple[int, int]] = field(default_factory=dict)
    keep: Keep = no_rows


class PlanKeeper(PlanBook):
    """Keeps plans in memory, in the database and on the wire, in step and in this order.

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
        super().__init__(now)
        self._engine = engine
        self._publish = publish
        self._horizon = horizon
        self._lock = threading.RLock()
        self._epoch: int | None = None
        self._compiled: dict[str, CompiledStore] = {}
        # Of zones that left the shop too: one that comes back goes on where it was.
        self._memory = Memory({}, {})
        self._farewells: dict[ZoneKey, Plan] = {}

    @property
    def epoch(self) -> int:
        """This hub's term of office; 0 before it has planned anything."""
        return self._epoch or 0

    def saved_shop(self) -> Shop | None:
        """The shop that was planned for last, by this run or one before."""
        with self._engine.connect() as connection:
            return records.saved_shop(connection)

    def plan_in_force(self, store: str, zone: str, instant: datetime) -> Plan | None:
        """The plan that a zone went by at a past instant; None where none is on record."""
        with self._engine.connect() as connection:
            return records.plan_in_force(connection, (store, zone), instant)

    def wishes_then(self, planned: PlannedZone, instant: datetime) -> list[Wish] | None:
        """Everything wished of a zone at a past instant; None where that is not on record."""
        with self._engine.connect() as connection:
            return wishes_then(connection, planned, instant)

    def nudges_then(self, store: str, zone: str, instant: datetime) -> list[Nudge]:
        """What people had nudged in a zone at a past instant, as far as that is kept."""
        with self._engine.connect() as connection:
            return nudges_then(connection, (store, zone), instant)

    def load(self, shop: Shop, term: Term | None = None) -> None:
        """Plan for ``shop`` from now on; what was due until now stays on record as it was.

        The first time, and with a ``term``, it begins a new term of office. A zone that left gets
        one last plan, its fallback for good: the agents that serve it would play the old one on for
        weeks, and then its last scene; what was at work in it ends. A zone that came takes part in
        the quiet hour or emergency that holds in its store.
        """
        self._compile_first(shop)
        with self._lock:
            now = self._now()
            if term is None and self._epoch is None:
                term = Term()
            # Who may write is what a new term decides.
            with writing(self._engine, fenced=term is None) as connection:
                epoch, memory = self._begin(connection, now, term)
                before = records.shop_in_force(connection)
                shop = records.save_shop(connection, shop, now)
                turns = moved(shop, memory.asked, now)
                keep_turns(connection, turns.values(), now)
                memory = memory.turned({key: turn.after for key, turn in turns.items()})
                present = Present(epoch, shop.scenes, now)
                known = term.known if term else {}
                planned = self._planned_zones(shop.stores, memory, present, known)
                farewells = {
                    key: farewell(last, before, epoch, now)
                    for key, last in memory.plans.items()
                    if key not in planned
                }
                plans = [*(each.plan for each in planned.values()), *farewells.values()]
                changed = memory.changed(plans)
                records.add_plans(connection, changed)
            self._epoch, self._shop, self._planned = epoch, shop, planned
            self._memory, self._farewells = memory, farewells
            self._out(changed)

    def extend(self) -> int:
        """Compile anew the zones whose horizon has come near; returns how many.

        And those whose plan begins only later, because the clock was set back.
        """
        now = self._now()
        soon = now + self._horizon + _SPARE
        due = [
            planned
            for planned in self.zones()
            if planned.base.end < soon or now < planned.plan.slots[0].start
        ]
        for store in {planned.store.id: planned.store for planned in due}.values():
            bases = self._compiled_store(store, now).zones
            for zone, base in bases.items():
                # One zone at a time, so that a person's choice never waits for all of them.
                with self._lock:
                    before = self._planned.get((store.id, zone))
                    if before is None or before.store is not store:
                        continue
                    # Somebody may have chosen, and returned, since the compiling began.
                    present = Present(self.epoch, self._shop.scenes, self._now())
                    plan = plan_after(before.plan, store.id, base, before.asked, present)
                    after = replace(before, base=base, plan=plan)
                    self._out(self._commit([after], no_rows, present.now, urgent=False))
        return len(due)

    def plan_of(self, store: str, zone: str) -> Plan | None:
        """The plan that holds in a zone, also in one that left; None where there never was one."""
        planned = self._planned.get((store, zone))
        return planned.plan if planned else self._farewells.get((store, zone))

    def publish_all(self) -> None:
        """Publish every plan again: a broker may have forgotten them."""
        with self._lock:
            for planned in self._planned.values():
                self._send(planned.plan)
            for plan in self._farewells.values():
                self._send(plan)

    def read(self) -> None:
        """Stand where another hub's planning stands in the database, and write nothing."""
        with self._lock:
            now = self._now()
            with self._engine.connect() as connection:
                memory = records.remember(connection, now)
                shop = records.shop_in_force(connection)
                deployed = newest_schedules(connection)
            stores = tuple(
                replace(store, schedule=deployed[store.id].effective)
                if store.id in deployed
                else store
                for store in shop.stores
            )
            planned = {
                (store.id, zone.id): PlannedZone(store, zone, base, asked, plan)
                for store in stores
                for zone in store.zones
                if (plan := memory.plans.get((store.id, zone.id))) is not None
                for base in [self._compiled_store(store, now).zones[zone.id]]
                for asked in [memory.asked.get((store.id, zone.id), Asked())]
            }
            self._shop, self._planned = replace(shop, stores=stores), planned
            self._memory = memory

    def _begin(
        self, connection: Connection, now: datetime, term: Term | None
    ) -> tuple[int, Memory]:
        """The epoch to plan in, and what is known; a term takes office and recalls it all."""
        if term is None:
            return self.epoch, self._memory
        memory = records.remember(connection, now)
        epoch = records.take_office(connection, now, term.above)
        term.keep(connection, now)
        return epoch, memory

    def _compile_first(self, shop: Shop) -> None:
        """Do the dear part of `load`, and keep it, before anybody has to wait for it.

        Somebody may deploy another schedule meanwhile: then that one is compiled once more.
        """
        with self._engine.connect() as connection:
            holds = foreseen(connection, {store.id: store.schedule for store in shop.stores})
        for store in shop.stores:
            self._compiled_store(replace(store, schedule=holds[store.id]), self._now())

    def _compiled_store(self, store: Store, now: datetime) -> CompiledStore:
        """A store's schedule compiled, as it was before if nothing of it changed since."""
        start, end = horizon_around(now, store, self._horizon)
        known = self._compiled.get(store.id)
        if known is None or (known.store, known.start, known.end) != (store, start, end):
            known = self._compiled[store.id] = compile_store(store, start, end)
        return known

    def _planned_zones(
        self,
        stores: Iterable[Store],
        memory: Memory,
        present: Present,
        known: Mapping[ZoneKey, tuple[int, int]] | None = None,
    ) -> dict[ZoneKey, PlannedZone]:
        """The zones of stores planned anew; a plan that says what the last one said is that one.

        ``known`` are the orders of plans that others made.
        """
        planned = {}
        for store in stores:
            bases = self._compiled_store(store, present.now).zones
            for zone in store.zones:
                key = (store.id, zone.id)
                theirs = memory.asked.get(key, Asked())
                plan = plan_after(memory.plans.get(key), store.id, bases[zone.id], theirs, present)
                plan = knowing(plan, known.get(key) if known else None)
                planned[key] = PlannedZone(store, zone, bases[zone.id], theirs, plan)
        return planned

    def _turn(self, turned: Mapping[ZoneKey, Asked], keep: Keep, now: datetime) -> None:
        """Let something else be asked of zones, from now on; of those that left, for the record."""
        present = Present(self.epoch, self._shop.scenes, now)
        turns, after = [], []
        turned = {key: asked.only_running(now) for key, asked in turned.items()}
        for key, asked in turned.items():
            turns.append(Turn(key[0], self._memory.asked.get(key, Asked()), asked))
            before = self._planned.get(key)
            if before is not None:
                plan = plan_after(before.plan, key[0], before.base, asked, present)
                after.append(replace(before, asked=asked, plan=plan))

        def keep_all(connection: Connection, now: datetime) -> None:
            keep_turns(connection, turns, now)
            keep(connection, now)

        changed = self._commit(after, keep_all, now)
        self._memory = self._memory.turned(turned)
        self._out(changed)

    def _commit(
        self, zones: Iterable[PlannedZone], keep: Keep, now: datetime, *, urgent: bool = True
    ) -> list[Plan]:
        """Write the plans of zones that are new, and ``keep``; then they hold. Returns the new."""
        zones = list(zones)
        changed = self._memory.changed(zone.plan for zone in zones)
        with writing(self._engine, urgent=urgent) as connection:
            keep(connection, now)
            records.add_plans(connection, changed)
        self._planned.update((zone.key, zone) for zone in zones)
        return changed

    def _out(self, plans: Sequence[Plan]) -> None:
        """Remember and publish what was kept."""
        self._memory = self._memory.planned(plans)
        for plan in plans:
            self._send(plan)

    def _send(self, plan: Plan) -> None:
        try:
            self._publish(plan)
        except Exception:  # noqa: BLE001
            # It is in the database and holds; the other plans go out, and this one again at the
            # next connecting.
            _log.exception("the plan of %s/%s could not be published", plan.store, plan.zone)
