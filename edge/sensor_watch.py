"""One sensor: what it says becomes events, as far as it can be believed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from devices.capabilities import (
    ContactSensor,
    Direction,
    PassageSensor,
    PresenceSensor,
    PushButton,
    Sensor,
)
from devices.errors import DeviceConfigurationError
from edge.clock import Clock, Moment
from edge.flap_limit import MOST_A_MINUTE, FlapLimit
from edge.playing.health import FIRST_RETRY_S, LONGEST_RETRY_S
from edge.playing.worker import Worker
from scenes.messages import (
    AnyEvent,
    Contact,
    DeviceTrouble,
    Passage,
    Presence,
    Press,
    Reading,
    SensorType,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """A sensor, the zone that it looks at, what it sees by, and when it counts as stuck.

    ``inline``: none of its calls ever waits for anything (`devices.catalogue.Driver`).
    """

    name: str
    zone: str
    sensor: Sensor
    type: SensorType = "other"
    stuck_after_s: float = 4 * 3600.0
    inline: bool = False


class SensorWatch:
    """Watches one sensor; its callbacks come from the driver's thread, `step` from the player's.

    A sensor whose calls may wait is called on a thread of its own, so nobody waits for it.

    A sensor is in trouble when it can't be watched, when it doesn't answer, when its reading has
    a problem, when it flaps, and when it has seen somebody for ``stuck_after_s`` without a break.
    Trouble is told once, and its end once. In between nothing is claimed: an open presence ends
    with it, changes are only counted, and what is so at its end is told then.
    """

    def __init__(
        self,
        spot: Spot,
        record: Callable[[AnyEvent], None],
        changed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self.spot = spot
        self._record = record
        self._changed = changed
        self._clock = clock
        self._worker: Worker | None = None
        if not spot.inline:
            self._worker = Worker(f"sensor-{spot.name}", spot.sensor.reading, clock)
        # Never held while the driver is called: it calls back under a lock of its own.
        self._lock = Lock()
        self._limit = FlapLimit()
        self._failure: str | None = None
        self._misread: str | None = None
        self._problem: str | None = None
        self._unrecorded = 0
        self._seen = _Claim()
        self._open = _Claim()
        self._seen_since_s = 0.0
        self._retry_at: datetime | None = None
        self._retry_s = FIRST_RETRY_S

    def start(self, moment: Moment) -> None:
        """Begin to watch. What is so already is told at once."""
        self._retry_at = None
        if self._worker is not None:
            self._worker.do(self._watch)
            return
        try:
            self._watch()
        except Exception as error:  # noqa: BLE001 - one dead sensor never stops the others
            self._watched(error, moment)
        else:
            self._watched(True, moment)

    def step(self, moment: Moment) -> None:
        """Look at the sensor, and try again to watch one that couldn't be."""
        if self._retry_at is not None and moment.steady >= self._retry_at:
            self.start(moment)
        # What hangs is only waited for: watched a second time, it would tell all things twice.
        if self._worker is not None and self._worker.hanging() is None:
            outcome = self._worker.outcome()
            if outcome is not None:
                self._watched(outcome, moment)
        misread = self._read().problem
        with self._lock:
            self._misread = misread
            self._judge()

    def end(self, timeout_s: float) -> None:
        """Call the sensor no more, so that it can be closed; one that hangs is left."""
        if self._worker is not None and not self._worker.end(timeout_s):
            logger.error("%s has not answered and is left to itself", self.spot.name)

    def reading(self) -> Reading:
        """What the sensor says now; with a problem it says nothing else."""
        reading = self._read()
        with self._lock:
            problem = reading.problem or self._problem
        return Reading(problem=problem) if problem else reading

    def glance(self) -> object:
        """What was told last: cheap, for noticing a change."""
        with self._lock:
            return self._seen.told, self._open.told, self._problem is None

    def _watched(self, outcome: Exception | bool, moment: Moment) -> None:
        """The sensor is watched now, or why it can't be."""
        failure: str | None = None
        if isinstance(outcome, Exception):
            failure = f"can't be watched: {outcome}"
            self._retry_at = moment.later(self._retry_s)
            self._retry_s = min(self._retry_s * 2, LONGEST_RETRY_S)
        with self._lock:
            self._failure = failure
            self._judge()

    def _watch(self) -> None:
        sensor, kinds = self.spot.sensor, 0
        if isinstance(sensor, PresenceSensor):
            kinds += 1
            sensor.watch(self._presence)
        if isinstance(sensor, PassageSensor):
            kinds += 1
            sensor.watch_passages(self._passage)
        if isinstance(sensor, ContactSensor):
            kinds += 1
            sensor.watch_contact(self._contact)
        if isinstance(sensor, PushButton):
            kinds += 1
            sensor.watch_presses(self._press)
        if not kinds:
            raise DeviceConfigurationError("its driver tells of nothing that a sensor can")

    def _presence(self, present: bool) -> None:
        with self._lock:
            if present == self._seen.said:
                return
            self._seen.said = present
            self._seen_since_s = self._clock.monotonic()
            told = self._count() and self._tell_state()
        self._wake(told)

    def _contact(self, is_open: bool) -> None:
        with self._lock:
            if is_open == self._open.said:
                return
            self._open.said = is_open
            told = self._count() and self._tell_state()
        self._wake(told)

    def _passage(self, direction: Direction) -> None:
        with self._lock:
            told = self._count()
            if told:
                at, spot = self._clock.now(), self.spot
                self._record(
                    Passage(
                        seq=1,
                        at=at,
                        zone=spot.zone,
                        device=spot.name,
                        direction=direction,
                        sensor_type=spot.type,
                    )
                )
        self._wake(told)

    def _press(self) -> None:
        with self._lock:
            told = self._count()
            if told:
                at, spot = self._clock.now(), self.spot
                self._record(Press(seq=1, at=at, zone=spot.zone, device=spot.name))
        self._wake(told)

    def _wake(self, told: bool) -> None:
        if told:
            self._changed()

    def _count(self) -> bool:
        """Count a change; whether it may be recorded."""
        self._limit.allow(self._clock.monotonic())
        self._judge()
        if self._problem is not None:
            self._unrecorded += 1
        return self._problem is None

    def _judge(self) -> None:
        """Tell of trouble that began or ended."""
        steady_s = self._clock.monotonic()
        self._limit.look(steady_s)
        before, self._problem = self._problem, self._what_is_wrong(steady_s)
        if before is None and self._problem is not None:
            logger.error("%s: %s", self.spot.name, self._problem)
            self._end_presence()
            self._tell_trouble(self._problem)
        elif before is not None and self._problem is None:
            logger.info("%s works again; %d changes unrecorded", self.spot.name, self._unrecorded)
            self._tell_trouble(None)
            self._tell_state()

    def _what_is_wrong(self, steady_s: float) -> str | None:
        if self._failure or self._misread:
            return (self._failure or self._misread or "")[:500]
        if self._limit.flapping:
            return (
                f"changes more than {MOST_A_MINUTE} times a minute: look at its cable and at what "
                "moves before it"
            )
        seen_s = steady_s - self._seen_since_s
        if self._seen.said and seen_s > self.spot.stuck_after_s:
            return (
                f"has seen somebody for more than {self.spot.stuck_after_s / 3600:g} hours "
                "without a break: look whether it is stuck"
            )
        return None

    def _tell_trouble(self, problem: str | None) -> None:
        unrecorded, self._unrecorded = self._unrecorded, 0
        self._record(
            DeviceTrouble(
                seq=1,
                at=self._clock.now(),
                zone=self.spot.zone,
                device=self.spot.name,
                problem=problem,
                unrecorded=unrecorded,
            )
        )

    def _tell_state(self) -> bool:
        """Record what the sensor says, as far as it is news."""
        at, spot, news = self._clock.now(), self.spot, False
        if self._seen.is_news():
            self._tell_presence(self._seen.said, at)
            news = True
        if self._open.is_news():
            is_open = self._open.told = self._open.said
            self._record(Contact(seq=1, at=at, zone=spot.zone, device=spot.name, open=is_open))
            news = True
        return news

    def _end_presence(self) -> None:
        if self._seen.told:
            self._tell_presence(False, self._clock.now())

    def _tell_presence(self, present: bool, at: datetime) -> None:
        self._seen.told = present
        self._record(
            Presence(
                seq=1,
                at=at,
                zone=self.spot.zone,
                device=self.spot.name,
                present=present,
                sensor_type=self.spot.type,
            )
        )

    def _read(self) -> Reading:
        """What the sensor says; one with a worker said it about a second ago at most."""
        worker = self._worker
        try:
            if worker is None:
                return self.spot.sensor.reading()
            hanging = worker.hanging()
            return worker.reading() if hanging is None else Reading(problem=str(hanging))
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            return Reading(problem=f"gives no reading: {error}"[:500])


@dataclass(slots=True)
class _Claim:
    """What a sensor said last, and what was recorded of it last."""

    said: bool = False
    told: bool = False

    def is_news(self) -> bool:
        return self.said != self.told
