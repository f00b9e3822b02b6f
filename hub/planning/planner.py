"""The planner: everything that changes what plays, for whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from hub.audit import record
from hub.errors import NoZonesError
from hub.planning import choices
from hub.planning.adjuster import Adjuster, plain
from hub.planning.asked import UNTIL_ENDED, Asked, Choice
from hub.planning.auditioner import Auditioner
from hub.planning.book import PlannedZone
from hub.planning.check import Check, whatever
from hub.planning.choice_records import ZoneKey
from hub.planning.choices import By
from hub.planning.ends import OverrideEnd, end_instant
from hub.planning.keeper import Keep, no_rows
from hub.planning.nudging import NudgeWish
from hub.planning.revisions import Present
from hub.shop import Store
from scenes.adjustment import SENSES
from scenes.plan import Plan
from scenes.rules import Layer, Override, Run
from scenes.scene import Scene
from scenes.schedule import Schedule

__all__ = ["Check", "Choice", "Keep", "NudgeWish", "PlannedZone", "Planner", "ZoneKey"]


class Planner(Adjuster, Auditioner):
    """Compiles, keeps and publishes. Safe to use from any thread.

    Every change is one transaction, together with its audit.
    """

    def deploy(self, schedules: Mapping[str, Schedule], keep: Keep = no_rows) -> int:
        """Plan some stores by other schedules (templates merged in); returns how many plans.

        ``keep`` writes the versions and their audit in the same transaction. `UnknownStoreError`,
        `UnknownSceneError`.
        """
        # The dear part is done, and kept, before anybody has to wait for it.
        for store, schedule in schedules.items():
            self._compiled_store(replace(self.store(store), schedule=schedule), self._now())
        with self._lock:
            now = self._now()
            stores = {
                store: replace(self.store(store), schedule=schedule)
                for store, schedule in schedules.items()
            }
            present = Present(self.epoch, self._shop.scenes, now)
            planned = self._planned_zones(stores.values(), self._memory, present)
            changed = self._commit(planned.values(), keep, now)
            everywhere = tuple(stores.get(store.id, store) for store in self._shop.stores)
            self._shop = replace(self._shop, stores=everywhere)
            self._out(changed)
            return len(changed)

    def change_scenes(self, scenes: Mapping[str, Scene], keep: Keep = no_rows) -> int:
        """Plan with another library; returns how many plans that made.

        `UnknownSceneError` when a plan to come needs a scene that is not in it.
        """
        with self._lock:
            now = self._now()
            present = Present(self.epoch, scenes, now)
            planned = self._planned_zones(self._shop.stores, self._memory, present)
            changed = self._commit(planned.values(), keep, now)
            self._shop = replace(self._shop, scenes=scenes)
            self._out(changed)
            return len(changed)

    def override(self, store: str, zone: str, choice: Choice, *, check: Check = whatever) -> Plan:
        """Let a person's choice hold in a zone from now until its end; it replaces one before.

        `UnknownZoneError`, `UnknownSceneError`, `OverrideEndError`, and what ``check`` raises.
        """
        with self._lock:
            before, now = self.planned(store, zone), self._now()
            check(before.edition)
            chosen = choices.for_a_zone(choice, before, self._shop, now)
            change = choices.zone_change(before, chosen, now, choice.author)
            # Whoever chooses doesn't want to wait for somebody's audition to end.
            asked = before.asked.having(chosen).auditioning(None)
            self._turn({before.key: asked}, choices.told(change), now)
            return self.planned(store, zone).plan

    def override_everywhere(
        self, store: str, choice: Choice, *, check: Callable[[], None] = lambda: None
    ) -> int:
        """Let a person's choice hold in every zone of a store, or in none; returns in how many.

        Each zone's ends as its own plan says. ``check`` is asked before anything is written.
        `UnknownStoreError`, `NoZonesError`, and what `override` raises.
        """
        with self._lock:
            now, of = self._now(), self.store(store)
            check()
            if not of.zones:
                raise NoZonesError(f"{of.name} has no zones")
            turned: dict[ZoneKey, Asked] = {}
            changes = []
            for before in self.zones(store):
                chosen = choices.for_a_zone(choice, before, self._shop, now)
                changes.append(choices.zone_change(before, chosen, now, choice.author))
                turned[before.key] = before.asked.having(chosen).auditioning(None)

            def tell(connection: Connection, _now: datetime) -> None:
                for change in changes:
                    record(connection, change)

            self._turn(turned, tell, now)
            return len(turned)

    def return_to_plan(
        self, store: str, zone: str, *, author: str = "", check: Check = whatever
    ) -> Plan | None:
        """End the zone's override, its nudges and its audition; None when there are none.

        A mute or scent-off of the whole store goes on.
        """
        with self._lock:
            before, now = self.planned(store, zone), self._now()
            check(before.edition)
            asked = before.asked
            held = asked.standing(Layer.OVERRIDE, now), asked.auditioned(now)
            nudged = any(asked.nudging(sense, now) for sense in SENSES)
            if held == (None, None) and not nudged:
                return None
            change = choices.zone_change(before, None, now, author)
            rest, tell_nudges = plain(before, now, author)

            def tell(connection: Connection, now: datetime) -> None:
                tell_nudges(connection, now)
                record(connection, change)

            turned = rest.without(Layer.OVERRIDE).auditioning(None)
            self._turn({before.key: turned}, tell, now)
            return self.planned(store, zone).plan

    def quiet_hour(
        self,
        store: str,
        end: OverrideEnd,
        *,
        reason: str = "",
        author: str = "",
        check: Check = whatever,
    ) -> Override:
        """Begin a quiet hour in a whole store, until ``end``; it replaces one before.

        `UnknownStoreError`, `UnknownSceneError`, `OverrideEndError`, `NoZonesError`, and what
        ``check`` raises.
        """
        with self._lock:
            by = By(self._now(), author, reason)
            of = self.store(store)
            check(choices.edition(self.store_choice(store, Layer.QUIET_HOUR)))
            instant = end_instant(end, by.at, of)
            whole = choices.for_a_store(of, Layer.QUIET_HOUR, self._shop, instant, by)
            return self._begin_in_store(of, whole, by)

    def end_quiet_hour(
        self, store: str, *, author: str = "", reason: str = "", check: Check = whatever
    ) -> bool:
        """End the quiet hour that somebody began by hand; False when there is none."""
        with self._lock:
            by = By(self._now(), author, reason)
            return self._end_in_store(store, Layer.QUIET_HOUR, by, check)

    def emergency(self, store: str, *, reason: str = "", author: str = "") -> Override:
        """Set off the emergency of a whole store: it holds until a person ends it.

        One that holds already goes on as it is. `UnknownStoreError`, `UnknownSceneError`,
        `NoZonesError`.
        """
        with self._lock:
            standing = self.store_choice(store, Layer.EMERGENCY)
            if standing is not None:
                return standing
            by = By(self._now(), author, reason)
            of = self.store(store)
            whole = choices.for_a_store(of, Layer.EMERGENCY, self._shop, UNTIL_ENDED, by)
            return self._begin_in_store(of, whole, by)

    def end_emergency(
        self, store: str, *, author: str = "", reason: str = "", check: Check = whatever
    ) -> bool:
        """End a store's emergency; False when there is none."""
        with self._lock:
            by = By(self._now(), author, reason)
            return self._end_in_store(store, Layer.EMERGENCY, by, check)

    def begin_run(self, store: str, run: Run, keep: Keep = no_rows) -> Plan:
        """Let a reaction or trigger be at work; one of the same id is as ``run`` says from now on.

        Below every choice of a person. `UnknownZoneError`, `UnknownSceneError`.
        """
        with self._lock:
            before, now = self.planned(store, run.zone), self._now()
            choices.known_scene(run.scene, self._shop)
            self._turn({before.key: before.asked.with_run(run)}, keep, now)
            return self.planned(store, run.zone).plan

    def end_run(self, store: str, zone: str, run_id: str, keep: Keep = no_rows) -> Plan:
        """End a run; ``keep`` writes its rows also when the run had ended by itself."""
        with self._lock:
            before, now = self.planned(store, zone), self._now()
            self._turn({before.key: before.asked.without_run(run_id)}, keep, now)
            return self.planned(store, zone).plan

    def _begin_in_store(self, store: Store, whole: Override, by: By) -> Override:
        before = self.store_choice(store.id, whole.layer)
        change = choices.store_change(store, whole.layer, before, whole, by)
        # A zone that left must not bring back the one that this replaces.
        turned = self._without(store.id, whole.layer)
        for planned in self.zones(store.id):
            turned[planned.key] = planned.asked.having(choices.in_zone(whole, planned.zone.id))
        self._turn(turned, choices.told(change), by.at)
        return whole

    def _end_in_store(self, store: str, layer: Layer, by: By, check: Check) -> bool:
        standing = self.store_choice(store, layer)
        check(choices.edition(standing))
        if standing is None:
            return False
        change = choices.store_change(self.store(store), layer, standing, None, by)
        self._turn(self._without(store, layer), choices.told(change), by.at)
        return True

    def _without(self, store: str, layer: Layer) -> dict[ZoneKey, Asked]:
        """Nothing asked in a layer of any zone of a store, nor of those that left."""
        asked = self._memory.asked
        return {key: each.without(layer) for key, each in asked.items() if key[0] == store}
