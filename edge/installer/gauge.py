"""One device's latest reading, since when it reads so, and what was counted."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from threading import Lock
from typing import Any

import msgspec

from devices.capabilities import ContactSensor, PassageSensor, PresenceSensor, PushButton
from edge.clock import Clock, Moment
from edge.guarded_diffuser import GuardedDiffuser
from edge.loop import Loop
from edge.wiring import Wired
from scenes.messages import Reading

READ_EVERY_S = 0.5
OLD_S = 5.0
"""A reading that nobody could renew for so long says nothing any more."""


class Gauge:
    """Reads one device; one whose calls may wait is read by a thread of its own.

    Sensors are also watched, so that a press between two readings is seen.
    """

    def __init__(self, wired: Wired[Any], clock: Clock) -> None:
        self.info = wired.info
        self._device = wired.device
        self._clock = clock
        self._lock = Lock()
        self._reading: Reading | None = None
        self._read_at: datetime | None = None
        self._since: datetime | None = None
        self._counts: Counter[str] = Counter()
        self._loop = None if wired.inline else Loop(f"check-{wired.name}", self._step, clock)

    def start(self) -> None:
        """Begin to read and watch."""
        device = self._device
        if isinstance(device, PresenceSensor):
            device.watch(self._counter("came", "left"))
        if isinstance(device, ContactSensor):
            device.watch_contact(self._counter("opened", "closed"))
        if isinstance(device, PassageSensor):
            device.watch_passages(self._count)
        if isinstance(device, PushButton):
            device.watch_presses(lambda: self._count("pressed"))
        if self._loop is not None:
            self._loop.start()

    def end(self) -> None:
        """Read no longer."""
        if self._loop is not None:
            self._loop.end(0.0)

    def read(self) -> tuple[Reading | None, float, Counter[str]]:
        """The reading (None before the first), for how many seconds it has been so, and counts."""
        if self._loop is None:
            self._step(Moment.read(self._clock))
        with self._lock:
            reading, since, read_at = self._reading, self._since, self._read_at
            counts = Counter(self._counts)
        if read_at is None or since is None:
            return None, 0.0, counts
        now = Moment.read(self._clock).steady
        age_s = (now - read_at).total_seconds()
        if age_s > OLD_S:
            return Reading(problem=f"gives no reading for {age_s:.0f} s"), age_s, counts
        return reading, (now - since).total_seconds(), counts

    def _step(self, moment: Moment) -> datetime:
        try:
            reading = self._device.reading()
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            reading = Reading(problem=f"gives no reading: {error}"[:500])
        if isinstance(self._device, GuardedDiffuser) and reading.problem is None:
            reading = msgspec.structs.replace(reading, problem=self._device.why_not())
        now = Moment.read(self._clock).steady
        with self._lock:
            if reading != self._reading:
                self._since = now
            self._reading, self._read_at = reading, now
        return moment.later(READ_EVERY_S)

    def _counter(self, true: str, false: str) -> Any:  # noqa: ANN401 - a callback of one bool
        return lambda value: self._count(true if value else false)

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1
