"""Events between the moment they happen and the moment they are on disk."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable

from scenes.messages import AnyEvent

logger = logging.getLogger(__name__)

GROUP_EVENTS = 200
MOST_IN_MEMORY = 10_000


class Recorder:
    """Takes events from any thread without ever blocking it.

    While the disk refuses them they wait here, at most `MOST_IN_MEMORY`; then the oldest go,
    and it is said how many.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._events: deque[AnyEvent] = deque()
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._events)

    def record(self, event: AnyEvent) -> None:
        """Keep ``event``; its ``seq`` is set when it is committed to the disk."""
        self._events.append(event)
        if len(self._events) == 1 or len(self._events) >= GROUP_EVENTS:
            self._wake()

    def take(self) -> list[AnyEvent]:
        """All that wait, in order. One thread takes."""
        taken = []
        while self._events:
            taken.append(self._events.popleft())
        return taken

    def give_back(self, events: Iterable[AnyEvent]) -> None:
        """Put back what `take` gave and the disk refused."""
        self._events.extendleft(reversed(list(events)))
        excess = len(self._events) - MOST_IN_MEMORY
        for _ in range(excess):
            self._events.popleft()
        if excess > 0:
            self._dropped += excess
            logger.error("the disk takes no events: %d are lost so far", self._dropped)
