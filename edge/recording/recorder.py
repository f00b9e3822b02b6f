"""Events between the moment they happen and the moment they are on disk."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import msgspec

from edge.recording.policy import URGENT, Losses, share_of
from scenes.messages import AnyEvent

logger = logging.getLogger(__name__)

GROUP_EVENTS = 200
MOST_IN_MEMORY = 10_000


@dataclass(frozen=True, slots=True)
class Taken:
    """Events in the order they happened, and what there was no room for before them."""

    events: list[AnyEvent]
    losses: Losses


class Recorder:
    """Takes events from any thread without ever waiting for the disk.

    While the disk refuses them they wait here, at most about `MOST_IN_MEMORY`; the nearer to
    that, the less is taken (`edge.recording.policy`). ``untrusted`` answers whether nobody
    vouches for the time of what happens now.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.untrusted: Callable[[], bool] = lambda: False
        self.dropped = 0
        self._wake = wake
        self._lock = Lock()
        self._events: deque[AnyEvent] = deque()
        self._losses = Losses()
        self._urgent = False

    def __len__(self) -> int:
        return len(self._events)

    @property
    def hurried(self) -> bool:
        """Whether what waits should wait no longer."""
        return self._urgent or len(self._events) >= GROUP_EVENTS

    def record(self, event: AnyEvent) -> None:
        """Keep ``event``; its ``seq`` is set when it is committed to the disk."""
        if self.untrusted():
            event = msgspec.structs.replace(event, clock="unsynced")
        with self._lock:
            if len(self._events) >= share_of(event) * MOST_IN_MEMORY:
                self._losses.refuse(event)
                self._count(1)
                return
            self._events.append(event)
            self._urgent = self._urgent or type(event) in URGENT
            waking = len(self._events) == 1 or self.hurried
        if waking:
            self._wake()

    def take(self) -> Taken:
        """All that wait, in order. One thread takes."""
        with self._lock:
            taken = Taken(list(self._events), self._losses)
            self._events.clear()
            self._losses = Losses()
            self._urgent = False
        return taken

    def give_back(self, taken: Taken) -> None:
        """Put back what `take` gave and the disk refused."""
        with self._lock:
            taken.losses.merge(self._losses)
            self._losses = taken.losses
            self._events.extendleft(reversed(taken.events))

    def refused(self, events: int) -> None:
        """The disk has no room for so many of what was taken, and they are counted there."""
        with self._lock:
            self._count(events)

    def _count(self, events: int) -> None:
        if events and not self.dropped:
            logger.error("there is no room for all events: some are dropped and counted")
        self.dropped += events
