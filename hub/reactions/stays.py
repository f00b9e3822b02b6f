"""Since when somebody has been before each sensor, for as long as that is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.reactions.sensors import Sensor
from scenes.reaction import GAP_S

BLINK_S = 5.0
"""So long a sensor may lose somebody who stays; as of visits."""

SensorKey = tuple[str, str, str]
"""(store, edge, device)"""


@dataclass(slots=True)
class _Stay:
    began: datetime
    seen_at: datetime


class Stays:
    """The stays that go on now. One thread's.

    ``began`` tells since when a sensor that is seen with somebody for the first time has seen them
    already, if that is known: the hub may have started in the middle of a stay.
    """

    def __init__(self, began: Callable[[Sensor], datetime | None]) -> None:
        self._began = began
        self._stays: dict[SensorKey, _Stay] = {}
        self._known: set[SensorKey] = set()

    def look(self, sensors: Iterable[Sensor], now: datetime) -> None:
        """Take in what all sensors say now."""
        for sensor in sensors:
            stay = self._stays.get(sensor.key)
            if sensor.present is None:
                continue
            if sensor.present:
                self._see(sensor, stay, now)
            elif stay is not None and now - stay.seen_at > timedelta(seconds=BLINK_S):
                del self._stays[sensor.key]
            self._known.add(sensor.key)

    def lasting_s(self, sensor: Sensor, now: datetime) -> float:
        """For how long somebody has been before a sensor; 0 when nobody is."""
        stay = self._stays.get(sensor.key)
        return 0.0 if stay is None else max(0.0, (now - stay.began).total_seconds())

    def _see(self, sensor: Sensor, stay: _Stay | None, now: datetime) -> None:
        if stay is not None and now - stay.seen_at <= timedelta(seconds=GAP_S):
            # A clock that was set back must not leave a stay in the future.
            stay.began, stay.seen_at = min(stay.began, now), now
            return
        began = None if sensor.key in self._known else self._began(sensor)
        self._stays[sensor.key] = _Stay(min(began or now, now), now)
