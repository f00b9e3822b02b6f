"""Everything that changes how a scene is given, and not which one: nudges, mute, scent off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from hub.audit import Change, record
from hub.planning import nudging
from hub.planning.asked import Asked
from hub.planning.book import PlannedZone
from hub.planning.check import Check, whatever
from hub.planning.choice_records import ZoneKey
from hub.planning.choices import By, edition, in_zone, store_change, told
from hub.planning.ends import NextChange, OverrideEnd, end_instant
from hub.planning.keeper import Keep, PlanKeeper
from hub.planning.nudging import NudgeWish, Step
from scenes.adjustment import FULL, SENSES, Sense, stepped
from scenes.nudge import Calm, Nudge


class Adjuster(PlanKeeper):
    """Lays nudges over whatever scene holds. Every change is one transaction, with its audit."""

    def nudge(
        self, store: str, zone: str, wish: NudgeWish, *, check: Check = whatever
    ) -> Nudge | None:
        """Let a sense of a zone be more or less until an end; it replaces the nudge before.

        100 per cent ends that, and the answer is None. `UnknownZoneError`, `NudgeRangeError`,
        `OverrideEndError`, and what ``check`` raises.
        """
        with self._lock:
            before, now = self.planned(store, zone), self._now()
            check(edition(before.asked.nudges.get(wish.sense)))
            made = nudging.for_a_zone(wish, before, now)
            if made is None:
                self._end_nudge(before, wish.sense, wish.author, now)
                return None
            change = nudging.zone_nudge_change(before, wish.sense, made, now, wish.author)
            self._turn({before.key: before.asked.nudged(made)}, told(change), now)
            return made

    def step(self, store: str, zone: str, step: Step, *, check: Check = whatever) -> None:
        """A step further from whatever the sense stands at, until the plan changes the scene next.

        Two who do it at once take two steps. No points: as the scene says. `UnknownZoneError`, and
        what ``check`` raises.
        """
        with self._lock:
            before = self.planned(store, zone)
            held = before.nudge_at(step.sense, self._now())
            stands = held.percent if held else FULL
            percent = stepped(step.sense, stands, step.points) if step.points else FULL
            if percent == FULL:
                self.end_nudge(store, zone, step.sense, author=step.author, check=check)
                return
            wish = NudgeWish(step.sense, percent, NextChange(), step.author, step.why)
            self.nudge(store, zone, wish, check=check)

    def end_nudge(
        self, store: str, zone: str, sense: Sense, *, author: str = "", check: Check = whatever
    ) -> bool:
        """Let a sense of a zone be as its scene says; False when it is so already.

        `UnknownZoneError`, and what ``check`` raises.
        """
        with self._lock:
            before = self.planned(store, zone)
            check(edition(before.asked.nudges.get(sense)))
            return self._end_nudge(before, sense, author, self._now())

    def begin_calm(
        self,
        store: str,
        calm: Calm,
        end: OverrideEnd,
        *,
        reason: str = "",
        author: str = "",
        check: Check = whatever,
    ) -> Nudge:
        """Mute a whole store, or turn its scent off, until ``end``; it replaces one before.

        `UnknownStoreError`, `OverrideEndError`, `NoZonesError`, and what ``check`` raises.
        """
        with self._lock:
            by = By(self._now(), author, reason)
            of, held = self.store(store), self.store_calm(store, calm)
            check(edition(held))
            whole = nudging.for_a_store(of, calm, end_instant(end, by.at, of), by)
            # A zone that left must not bring back the one that this replaces.
            turned = self._without_calm(store, calm)
            for planned in self.zones(store):
                theirs = in_zone(whole, planned.zone.id)
                turned[planned.key] = planned.asked.nudged(theirs)
            change = store_change(of, calm, held, whole, by)
            self._turn(turned, told(change), by.at)
            return whole

    def end_calm(
        self,
        store: str,
        calm: Calm,
        *,
        reason: str = "",
        author: str = "",
        check: Check = whatever,
    ) -> bool:
        """End a store's mute or scent-off; False when there is none."""
        with self._lock:
            by = By(self._now(), author, reason)
            of, held = self.store(store), self.store_calm(store, calm)
            check(edition(held))
            if held is None:
                return False
            change = store_change(of, calm, held, None, by)
            self._turn(self._without_calm(store, calm), told(change), by.at)
            return True

    def _end_nudge(self, before: PlannedZone, sense: Sense, author: str, now: datetime) -> bool:
        if before.asked.nudging(sense, now) is None:
            return False
        change = nudging.zone_nudge_change(before, sense, None, now, author)
        self._turn({before.key: before.asked.without_nudges(sense)}, told(change), now)
        return True

    def _without_calm(self, store: str, calm: Calm) -> dict[ZoneKey, Asked]:
        """No such nudge in any zone of a store, nor in those that left."""
        asked = self._memory.asked
        return {key: each.without_nudges(calm) for key, each in asked.items() if key[0] == store}


def plain(planned: PlannedZone, now: datetime, author: str) -> tuple[Asked, Keep]:
    """What is asked of a zone without its own nudges, and what tells the audit of each."""
    gone = [sense for sense in SENSES if planned.asked.nudging(sense, now)]
    changes: list[Change] = [
        nudging.zone_nudge_change(planned, sense, None, now, author) for sense in gone
    ]

    def keep(connection: Connection, _now: datetime) -> None:
        for change in changes:
            record(connection, change)

    return planned.asked.without_nudges(*SENSES), keep
