"""Sensors: every change becomes an event with the time at which it happened."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from devices.capabilities import PresenceSensor
from edge.clock import Clock
from scenes.messages import AnyEvent, Presence, Reading

logger = logging.getLogger(__name__)

SensorType = Literal["pir", "simulated"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A sensor and the zone that it looks at."""

    name: str
    zone: str
    sensor: PresenceSensor
    type: SensorType = "pir"


class Sensing:
    """Watches every sensor; ``record`` and ``changed`` are called from the drivers' threads."""

    def __init__(
        self,
        spots: tuple[Spot, ...],
        record: Callable[[AnyEvent], None],
        changed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self.spots = spots
        self._record = record
        self._changed = changed
        self._clock = clock
        self._last: dict[str, bool] = {}
        self._lock = Lock()

    def start(self) -> None:
        """Begin to watch. Somebody who is in view already is told of at once."""
        for spot in self.spots:
            try:
                spot.sensor.watch(self._watcher(spot))
                if spot.sensor.reading().present:
                    self._tell(spot, True)
            except Exception:  # one dead sensor never stops the others
                logger.exception("%s can't be watched", spot.name)

    def readings(self) -> dict[str, Reading]:
        """What each sensor says now."""
        return {spot.name: _reading(spot) for spot in self.spots}

    def presences(self) -> tuple[tuple[str, bool], ...]:
        """What each sensor told last: cheap, for noticing a change."""
        with self._lock:
            return tuple(self._last.items())

    def _watcher(self, spot: Spot) -> Callable[[bool], None]:
        def changed(present: bool) -> None:
            self._tell(spot, present)

        return changed

    def _tell(self, spot: Spot, present: bool) -> None:
        at = self._clock.now()
        with self._lock:
            if self._last.get(spot.name, False) == present:
                return
            self._last[spot.name] = present
            # Under the lock, so that two changes are recorded in the order they happened.
            self._record(
                Presence(
                    seq=1,
                    at=at,
                    zone=spot.zone,
                    device=spot.name,
                    present=present,
                    sensor_type=spot.type,
                )
            )
        self._changed()


def _reading(spot: Spot) -> Reading:
    try:
        return spot.sensor.reading()
    except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
        return Reading(problem=f"gives no reading: {error}"[:500])
