"""Steps every reaction of every store once a second, and lets the planner begin and end its runs.

A run is kept in one transaction with the state that it follows from. What can't be written (the
database, a hub out of office) is tried again a second later; the run's own end bounds it anyway.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hub.audit import record
from hub.database import writing
from hub.reactions.keeping import Kept, ReactionKey, forget, keep, kept_by
from hub.reactions.measuring import Measuring
from hub.reactions.watched import Watched
from hub.shop import Shop, Store
from scenes.errors import StemningError
from scenes.reaction import ReactionState, begins, by_clock, certain, ends, step
from scenes.rules import Reaction, Run

Rows = Callable[[Connection], None]
_log = logging.getLogger(__name__)


class Runs(Protocol):
    """What the planner does for reactions; see `hub.planning.planner.Planner`."""

    @property
    def shop(self) -> Shop:
        """What is planned for now."""
        ...

    def runs(self, store: str, zone: str) -> Sequence[Run]:
        """What is at work in a zone; `UnknownZoneError`."""
        ...

    def begin_run(
        self, store: str, run: Run, keep: Callable[[Connection, datetime], None]
    ) -> object:
        """Let a run be at work."""
        ...

    def end_run(
        self, store: str, zone: str, run_id: str, keep: Callable[[Connection, datetime], None]
    ) -> object:
        """End one."""
        ...


class Watcher:
    """All reactions. `step` is the alarm clock's; `of_store` may be asked from any thread."""

    def __init__(
        self, engine: Engine, runs: Runs, measuring: Measuring, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._runs = runs
        self._measuring = measuring
        self._now = now
        self._recalled = False
        self._watched: dict[ReactionKey, Watched] = {}
        self._shown: tuple[Watched, ...] = ()
        self._failing: set[ReactionKey] = set()

    def of_store(self, store: str) -> Sequence[Watched]:
        """Where the reactions of a store stand, as of the last step."""
        return [each for each in self._shown if each.store == store]

    def inside(self, store: str, zone: str) -> int | None:
        """How many people are in a zone by who passed, as of the last step; None: not counted."""
        return self._measuring.inside(store, zone)

    def recall(self) -> None:
        """Go on from what the database has: another hub may have stepped since. Before a `step`."""
        self._recalled = False

    def step(self) -> None:
        """Measure, and do what follows."""
        now, shop = self._now(), self._runs.shop
        wanted = {(store.id, zone, of.id): (store, of) for store, zone, of in _wanted(shop)}
        if self._try(("", "", "measuring"), partial(self._look, now)):
            self._drop_old(wanted, shop)
            for key, (store, reaction) in wanted.items():
                before = self._watched.get(key)
                if before is None:
                    before = Watched(*key[:2], Kept(reaction=reaction, state=ReactionState()))
                # Where its old self can't be ended now, that is tried again at the next step.
                if before.reaction == reaction:
                    after = self._watched[key] = self._stepped(before, store, now)
                    if after.now.run:
                        self._try(key, partial(self._stay_at_work, after, now))
            self._keep_changed(now)
        self._shown = tuple(self._watched.values())

    def _look(self, now: datetime) -> None:
        if not self._recalled:
            with self._engine.connect() as connection:
                found = kept_by(connection)
            self._watched = {key: Watched(*key[:2], kept, kept=kept) for key, kept in found.items()}
            self._recalled = True
        # Also where no reaction asks: pages say how many people are in a zone.
        counted = [(store, zone.id) for store, zone in self._runs.shop.zones()]
        self._measuring.look(counted, now)

    def _drop_old(self, wanted: Mapping[ReactionKey, tuple[Store, Reaction]], shop: Shop) -> None:
        """End what the schedules ask for no more, or otherwise."""
        zones = {(store.id, zone.id) for store, zone in shop.zones()}
        for key, watched in list(self._watched.items()):
            if key in wanted and wanted[key][1] == watched.reaction:
                continue
            why = "the reaction was changed" if key in wanted else "the reaction is no more"
            gone = partial(forget, key=key)
            here = key[:2] in zones
            if self._over(watched, why, gone) if here else self._left(watched, gone):
                del self._watched[key]

    def _stepped(self, before: Watched, store: Store, now: datetime) -> Watched:
        reaction = before.reaction
        zone = reaction.measured_in or before.zone
        measured = self._measuring.measure(store, zone, reaction.measure, now)
        value = None
        if measured.at_least is not None and measured.at_most is not None:
            value = certain(reaction, measured.at_least, measured.at_most)
        # Also what can't be written now is kept by the clock as it is now.
        by_now = msgspec.structs.replace(before.now, state=by_clock(before.state, now))
        before = replace(before, now=by_now)
        after = step(reaction, before.state, value, now)
        looked = replace(before, measured=measured, measured_at=now)
        if begins(before.state, after):
            run = before.run(value, now)
            kept = Kept(reaction=reaction, state=after, run=run.id)
            done = self._begun(looked, run, kept)
        elif ends(before.state, after):
            kept = Kept(reaction=reaction, state=after)
            done = self._over(
                looked, before.why_over(now), partial(keep, key=looked.key, kept=kept)
            )
        else:
            return replace(looked, now=msgspec.structs.replace(before.now, state=after))
        if done:
            return replace(looked, now=kept, kept=kept, kept_at=now)
        unturned = msgspec.structs.replace(
            after,
            began_at=before.state.began_at,
            ended_at=before.state.ended_at,
            calm_since=before.state.calm_since,
        )
        return replace(looked, now=msgspec.structs.replace(before.now, state=unturned))

    def _stay_at_work(self, watched: Watched, now: datetime) -> None:
        """Take the run of a reaction along when the clock is set back to before it began.

        Its scene would be due only when the clock comes there again.
        """
        at_work = self._runs.runs(watched.store, watched.zone)
        run = next((run for run in at_work if run.id == watched.now.run), None)
        if run is not None and run.start > now:
            again = watched.run_again(run)
            self._runs.begin_run(
                watched.store, again, lambda rows, _at: keep(rows, watched.key, watched.now)
            )

    def _begun(self, watched: Watched, run: Run, kept: Kept) -> bool:
        """Begin a run; False when that can't be now."""

        def rows(connection: Connection, at: datetime) -> None:
            keep(connection, watched.key, kept)
            record(connection, watched.begun(at, run))

        begin = partial(self._runs.begin_run, watched.store, run, rows)
        return self._try(watched.key, begin)

    def _over(self, watched: Watched, why: str, rows: Rows) -> bool:
        """End the run of a reaction, if it has one, and write ``rows``; False if that can't be."""
        if not watched.now.run:
            return watched.kept is None or self._try(watched.key, partial(self._write, rows))

        def told(connection: Connection, at: datetime) -> None:
            rows(connection)
            record(connection, watched.ended(at, why))

        end = partial(self._runs.end_run, watched.store, watched.zone, watched.now.run, told)
        return self._try(watched.key, end)

    def _left(self, watched: Watched, rows: Rows) -> bool:
        """Forget a reaction whose zone left: the planner ended its run together with the zone."""

        def told(connection: Connection) -> None:
            rows(connection)
            if watched.now.run:
                record(connection, watched.ended(self._now(), "its zone left the shop"))

        return watched.kept is None or self._try(watched.key, partial(self._write, told))

    def _keep_changed(self, now: datetime) -> None:
        due = [each for each in self._watched.values() if each.worth_keeping(now)]

        def rows(connection: Connection) -> None:
            for each in due:
                keep(connection, each.key, each.now)

        if due and self._try(("", "", "keeping"), partial(self._write, rows)):
            for each in due:
                self._watched[each.key] = replace(each, kept=each.now, kept_at=now)

    def _write(self, rows: Rows) -> None:
        with writing(self._engine) as connection:
            rows(connection)

    def _try(self, key: ReactionKey, act: Callable[[], object]) -> bool:
        """Do it; False when the database or the planner refuses, which is said once."""
        try:
            act()
        except (SQLAlchemyError, StemningError) as error:
            if key not in self._failing:
                why = error.orig if isinstance(error, DBAPIError) else error
                _log.warning("reactions: %s waits: %s", "/".join(filter(None, key)), why)
            self._failing.add(key)
            return False
        self._failing.discard(key)
        return True


def _wanted(shop: Shop) -> Iterator[tuple[Store, str, Reaction]]:
    for store in shop.stores:
        zones = [zone.id for zone in store.zones]
        for reaction in store.schedule.reactions:
            for zone in sorted(store.schedule.zones_of(reaction.zones, zones)):
                yield store, zone, reaction
