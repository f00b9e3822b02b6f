"""How many people are in a zone by who passed its sensors: in and out, never below nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from hub.reactions.events import Passed, newest_event, passages_between, passages_since
from hub.reactions.sensors import ZoneKey


@dataclass(slots=True)
class Count:
    """People in a zone since the count began anew."""

    since: datetime
    inside: int = 0
    _last: tuple[datetime, int] | None = None

    def take(self, passed: Passed) -> bool:
        """Count somebody; False for one who didn't pass after everybody who is counted.

        Then the order is lost, in which nobody who leaves an empty zone counts for anything.
        """
        order = (passed.at, passed.id)
        if self._last is not None and order <= self._last:
            return False
        self._last = order
        self.inside = max(0, self.inside + passed.step)
        return True


class PassageCounts:
    """The counts of the zones that somebody asks for. `update` and `count` are one thread's.

    They follow from the stored events alone: a hub that starts counts the day so far.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stored = threading.Event()
        self._counts: dict[ZoneKey, Count] = {}
        self._reached: int | None = None

    def poke(self) -> None:
        """Events were stored; from any thread, never waits."""
        self._stored.set()

    def count(self, key: ZoneKey) -> Count | None:
        """How many are in a zone; None for one that isn't counted."""
        return self._counts.get(key)

    def update(self, since: Mapping[ZoneKey, datetime]) -> None:
        """Count these zones, each from an instant on; a new instant begins anew."""
        anew = {
            key
            for key, begin in since.items()
            if key not in self._counts or self._counts[key].since != begin
        }
        if not anew and not (since and self._stored.is_set()):
            self._counts = {key: self._counts[key] for key in since}
            return
        self._stored.clear()
        try:
            with self._engine.connect() as connection:
                self._counts, self._reached = self._counted(connection, since, anew)
        except BaseException:
            self._stored.set()
            raise

    def _counted(
        self, connection: Connection, since: Mapping[ZoneKey, datetime], anew: set[ZoneKey]
    ) -> tuple[dict[ZoneKey, Count], int]:
        upto = newest_event(connection)
        counts = {key: self._counts[key] for key in since if key not in anew}
        if counts and self._reached is not None:
            new = passages_between(connection, self._reached, upto)
            anew = anew | _take(new, counts)
        for key in anew:
            counts[key] = Count(since[key])
            for passed in passages_since(connection, *key, since[key], upto):
                counts[key].take(passed)
        return counts, upto


def _take(new: Iterable[Passed], counts: Mapping[ZoneKey, Count]) -> set[ZoneKey]:
    """Count what is new; the answer has the zones in which somebody came late."""
    late = set()
    for passed in new:
        key = (passed.store, passed.zone)
        count = counts.get(key)
        if count is not None and passed.at >= count.since and not count.take(passed):
            late.add(key)
    return late
