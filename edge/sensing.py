"""All sensors of an edge: every change becomes an event with the time at which it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from edge.clock import Clock, Moment
from edge.sensor_watch import SensorWatch, Spot
from scenes.messages import AnyEvent, Reading

LOOK_S = 1.0
"""How often a sensor is asked whether it is well."""


class Sensing:
    """Watches every sensor; ``record`` and ``changed`` are called from several threads."""

    def __init__(
        self,
        spots: Iterable[Spot],
        record: Callable[[AnyEvent], None],
        changed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self.spots = tuple(spots)
        self._clock = clock
        self._watches = [SensorWatch(spot, record, changed, clock) for spot in self.spots]
        self._started = False
        self._look_at: datetime | None = None

    def start(self) -> None:
        """Begin to watch. Somebody who is in view already is told of at once."""
        moment = Moment.read(self._clock)
        for watch in self._watches:
            watch.start(moment)
        self._started = True

    def step(self, moment: Moment) -> datetime | None:
        """Look after every sensor; when to come again. On one thread."""
        if not self._started:
            return None
        if self._look_at is None or moment.steady >= self._look_at:
            self._look_at = moment.later(LOOK_S)
            for watch in self._watches:
                watch.step(moment)
        return self._look_at

    def end(self, timeout_s: float) -> None:
        """Call the sensors no more, before they are closed."""
        for watch in self._watches:
            watch.end(timeout_s)

    def readings(self) -> dict[str, Reading]:
        """What each sensor says now."""
        return {watch.spot.name: watch.reading() for watch in self._watches}

    def glance(self) -> tuple[object, ...]:
        """What each sensor told last: cheap, for noticing a change."""
        return tuple(watch.glance() for watch in self._watches)
