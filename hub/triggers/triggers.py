"""Wishes of integrations at work in zones, in the layer of reactions: below every person's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Protocol

from sqlalchemy import Connection

from hub.audit import Change, record
from hub.errors import NotAllowedError, TooOftenError, UnknownZoneError
from hub.shop import Shop, Store
from hub.triggers.allowances import Allowances
from hub.triggers.errors import (
    TooManyTriggersError,
    TriggerTimeError,
    UnknownTriggerError,
)
from hub.triggers.integrations import Integration, refuse_revoked
from scenes.errors import UnknownSceneError
from scenes.rules import Measure, Run

MOST_AT_WORK = 50
"""Wishes that an integration may have at work: more than any shop has mirrors."""

MEASUREMENTS_PER_MINUTE = 120

LATER_SHARE = 0.1
"""A renewal that moves the end by less than this share of the wish's length changes nothing: each
change is a plan that is written, published and kept, and a mirror may renew every few seconds."""

Keep = Callable[[Connection, datetime], None]


class Runs(Protocol):
    """What the planner does for triggers; see `hub.planning.planner.Planner`."""

    @property
    def shop(self) -> Shop:
        """What is planned for now."""
        ...

    def store(self, store: str) -> Store:
        """A store; `UnknownStoreError`."""
        ...

    def runs(self, store: str, zone: str) -> Sequence[Run]:
        """What is at work in a zone."""
        ...

    def begin_run(self, store: str, run: Run, keep: Keep) -> object:
        """Let a run be at work, in place of one of its id."""
        ...

    def end_run(self, store: str, zone: str, run_id: str, keep: Keep) -> object:
        """End one."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """``zone`` shall have ``scene`` for ``lasting_s`` seconds; ``key`` is what it is about."""

    key: str
    zone: str
    scene: str
    lasting_s: float


class Triggers:
    """Begins, renews and ends wishes. Safe to use from any thread.

    What is at work is the planner's to know, so a restart forgets nothing.
    """

    def __init__(self, runs: Runs, allowances: Allowances, now: Callable[[], datetime]) -> None:
        self._runs = runs
        self._allowances = allowances
        self._now = now
        # Two wishes of one key at once must not both begin.
        self._lock = threading.Lock()

    def ask(self, integration: Integration, wish: Wish) -> Run:
        """Begin a wish, or renew the one of its key; what is at work now.

        Its end is the one that holds: a little before what was asked, after a renewal too small to
        count (`LATER_SHARE`).
        `TooOftenError`, `NotAllowedError`, `UnknownZoneError`, `UnknownSceneError`,
        `TriggerTimeError`, `TooManyTriggersError`, `UnknownCallerError` when it is revoked.
        """
        self._limit(integration, "trigger")
        self._check(integration, wish)
        with self._lock:
            now = self._now()
            at_work = self._at_work(integration)
            of_key = [run for run in at_work if _key(run) == wish.key]
            if len(at_work) - len(of_key) >= MOST_AT_WORK:
                raise TooManyTriggersError(
                    f"{integration.id} has {MOST_AT_WORK} wishes at work: end one, or let it end"
                )
            same = next(
                (run for run in of_key if (run.zone, run.scene) == (wish.zone, wish.scene)), None
            )
            begun = self._run(integration, wish, same, now)
            if same is not None and _as_good(same, begun, wish):
                begun = same
            else:
                self._runs.begin_run(integration.store, begun, _told(integration, begun, same))
            # Afterwards, so that the zone never falls back in between, and nothing is lost if the
            # database fails there: asked again, the new one is renewed and the old one ended.
            for run in of_key:
                if run is not same:
                    self._end(integration, run, "it asks for something else")
            return begun

    def end(self, integration: Integration, key: str) -> None:
        """End the wish of a key; `UnknownTriggerError` when none is at work, `TooOftenError`."""
        self._limit(integration, "end")
        with self._lock:
            of_key = [run for run in self._at_work(integration) if _key(run) == key]
            for run in of_key:
                self._end(integration, run, "it was ended")
        if not of_key:
            raise UnknownTriggerError(f"{integration.id} has no wish {key!r} at work")

    def end_all(self, integration: Integration, why: str) -> None:
        """End everything that an integration asked for."""
        with self._lock:
            for run in self._at_work(integration):
                self._end(integration, run, why)

    def may_measure(
        self, integration: Integration, zone: str, measures: Collection[Measure]
    ) -> None:
        """Raises unless it may: `TooOftenError`, `NotAllowedError`, `UnknownZoneError`."""
        self._limit(integration, "measure", MEASUREMENTS_PER_MINUTE)
        for measure in measures:
            if measure not in integration.rights.measures:
                raise NotAllowedError(f"{integration.id} may not measure {measure}")
        self._check_zone(integration, zone)

    def _limit(self, integration: Integration, what: str, per_minute: int | None = None) -> None:
        most = per_minute or integration.rights.per_minute
        wait_s = self._allowances.take(f"{what}:{integration.id}", most)
        if wait_s:
            raise TooOftenError(f"{integration.id} may ask {most} times a minute", wait_s)

    def _check(self, integration: Integration, wish: Wish) -> None:
        if wish.scene not in integration.rights.scenes:
            raise NotAllowedError(f"{integration.id} may not ask for {wish.scene!r}")
        self._check_zone(integration, wish.zone)
        if wish.scene not in self._runs.shop.scenes:
            raise UnknownSceneError(f"no scene that can be played is called {wish.scene!r}")
        longest_s = integration.rights.longest_s
        if not 0 < wish.lasting_s <= longest_s:
            raise TriggerTimeError(
                f"a wish of {integration.id} lasts up to {longest_s:g} seconds "
                f"({longest_s / 60:g} minutes), not {wish.lasting_s:g}"
            )

    def _check_zone(self, integration: Integration, zone: str) -> None:
        store = self._runs.store(integration.store)
        zones = {each.id for each in store.zones}
        if zone in store.schedule.zones_of(integration.rights.zones, zones):
            return
        if zone not in zones:
            raise UnknownZoneError(f"{store.id} has no zone {zone!r}")
        raise NotAllowedError(f"{integration.id} may ask nothing of {zone!r}")

    def _at_work(self, integration: Integration) -> list[Run]:
        store = self._runs.shop.store(integration.store)
        return [
            run
            for zone in (store.zones if store else ())
            for run in self._runs.runs(integration.store, zone.id)
            if run.source == f"trigger:{integration.id}"
        ]

    def _run(self, integration: Integration, wish: Wish, same: Run | None, now: datetime) -> Run:
        return Run(
            id=same.id if same else f"{integration.id}:{wish.key}:{token_hex(4)}",
            zone=wish.zone,
            scene=wish.scene,
            # A renewal changes the end alone, so that a page goes on to say since when; but one of
            # before the clock was set back is at work now, and not only then.
            start=min(same.start, now) if same else now,
            end=now + timedelta(seconds=wish.lasting_s),
            source=f"trigger:{integration.id}",
            reason=f"{integration.name} asks for it",
            author=integration.name,
        )

    def _end(self, integration: Integration, run: Run, why: str) -> None:
        def told(connection: Connection, at: datetime) -> None:
            record(connection, _change(integration, "trigger.end", run, at, why))

        self._runs.end_run(integration.store, run.zone, run.id, told)


def _key(run: Run) -> str:
    """The key of a trigger's run; it stands in its id, so that the planner keeps it."""
    return run.id.split(":")[1]


def _as_good(holds: Run, asked: Run, wish: Wish) -> bool:
    """Whether the run that holds is near enough to what is asked, and no longer."""
    later_s = (asked.end - holds.end).total_seconds()
    return 0 <= later_s < wish.lasting_s * LATER_SHARE


def _told(integration: Integration, run: Run, same: Run | None) -> Keep:
    """The audit of a beginning. A renewal is none: a mirror may renew all day.

    Who is revoked while they ask begins nothing.
    """

    def told(connection: Connection, at: datetime) -> None:
        refuse_revoked(connection, integration)
        if same is None:
            record(connection, _change(integration, "trigger.begin", run, at, run.reason))

    return told


def _change(integration: Integration, action: str, run: Run, at: datetime, why: str) -> Change:
    begins = action == "trigger.begin"
    return Change(
        at=at,
        author=f"integration:{integration.id}",
        action=action,
        subject=run.zone,
        store=integration.store,
        why=why,
        before=None if begins else run,
        after=run if begins else None,
    )
