"""An ultrasonic distance sensor on two pins, as presence: who stands near is there."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from threading import Event, RLock, Thread
from typing import Annotated

from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.gpio.nearness import Nearness
from devices.drivers.gpio.pins import PinBank, pin_bank, pin_name
from devices.drivers.gpio.sonar import Sonar
from devices.errors import DeviceUnavailableError
from devices.options import Chip, Pin, SensorOptions, SilenceSeconds
from devices.telling import Changes
from scenes.messages import Reading

log = logging.getLogger(__name__)

CLOSE_S = 2.0

NearCentimetres = Annotated[float, Meta(ge=5, le=400, description="number of cm (5 to 400)")]
SlackCentimetres = Annotated[float, Meta(ge=0, le=100, description="number of cm (0 to 100)")]
HoldSeconds = Annotated[float, Meta(ge=0, le=60, description="number of seconds (0 to 60)")]
Interval = Annotated[float, Meta(ge=60, le=1000, description="number of ms (60 to 1000)")]


class UltrasonicOptions(SensorOptions, frozen=True, kw_only=True):
    """``gpio-ultrasonic``: an HC-SR04 or the like."""

    trigger_pin: Pin
    echo_pin: Pin
    chip: Chip = 0
    near_cm: NearCentimetres = 120.0
    hysteresis_cm: SlackCentimetres = 10.0
    hold_s: HoldSeconds = 2.0
    interval_ms: Interval = 100.0
    silence_s: SilenceSeconds = 5.0

    def claims(self) -> tuple[str, ...]:
        return pin_name(self.trigger_pin, self.chip), pin_name(self.echo_pin, self.chip)

    def problems(self) -> list[str]:
        if self.trigger_pin != self.echo_pin:
            return []
        return ["echo_pin: is the trigger's: each needs a pin of its own"]


class GpioUltrasonic:
    """Pings from a thread of its own, for as long as it isn't closed.

    No echo, or one that can't be, for ``silence_s`` is a problem, told in the log once.
    Raises `DeviceConfigurationError` for an impossible pin.
    """

    def __init__(
        self, bank: PinBank, options: UltrasonicOptions, monotonic: Callable[[], float]
    ) -> None:
        self._name = f"the ultrasonic sensor on {' and '.join(options.claims())}"
        self._interval_s = options.interval_ms / 1000
        self._monotonic = monotonic
        self._nearness = Nearness(
            options.near_cm,
            options.hysteresis_cm,
            options.hold_s,
            options.silence_s,
            monotonic(),
        )
        self._distance_cm: float | None = None
        self._problem: str | None = None
        self._changes = Changes(self._name, "present")
        self._telling = RLock()
        self._closing = Event()
        self._sonar: Sonar | None = None
        self._sonar = sonar = Sonar(self, bank, options.trigger_pin, options.echo_pin, options.chip)
        self._thread = Thread(target=self._run, args=(sonar,), name="ultrasonic", daemon=True)
        self._thread.start()

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(present)`` on every change, and at once if somebody is near now."""
        with self._telling:
            self._changes.watch(changed)
            self._tell()

    def reading(self) -> Reading:
        """Whether somebody is near, and how far away the nearest thing is, if one is in range."""
        with self._telling:
            if self._problem is not None:
                return Reading(problem=self._problem)
            if self._distance_cm is None:
                return Reading()
            near = math.isfinite(self._distance_cm)
            distance_cm = round(self._distance_cm, 1) if near else None
            return Reading(present=self._nearness.present, distance_cm=distance_cm)

    def close(self) -> None:
        """Ping no longer."""
        with self._telling:
            self._changes.end()
            self._problem = f"{self._name} is closed"
        self._closing.set()
        # Without its pins it was never begun.
        if self._sonar is not None:
            self._thread.join(CLOSE_S)
            self._sonar.close()

    def _run(self, sonar: Sonar) -> None:
        while not self._closing.wait(self._interval_s):
            try:
                distance_cm = sonar.ping()
            except DeviceUnavailableError as error:
                self._miss(error)
            else:
                self._hear(distance_cm)

    def _hear(self, distance_cm: float) -> None:
        with self._telling:
            if self._closing.is_set():
                return
            if self._problem is not None:
                log.info("%s works again", self._name)
            self._problem = None
            self._distance_cm = distance_cm
            self._nearness.hear(distance_cm, self._monotonic())
            self._tell()

    def _miss(self, error: DeviceUnavailableError) -> None:
        with self._telling:
            if self._closing.is_set() or not self._nearness.silent(self._monotonic()):
                return
            known = self._problem is not None
            self._problem = (
                f"{self._name} {error}: look at its supply, its wires, the level shifter"
            )
            if not known:
                log.error("%s", self._problem)

    def _tell(self) -> None:
        if self._problem is None:
            self._changes.tell(self._nearness.present)


def _make(options: UltrasonicOptions, surroundings: Surroundings) -> GpioUltrasonic:
    return GpioUltrasonic(pin_bank(surroundings), options, surroundings.monotonic)


ULTRASONIC = Driver(UltrasonicOptions, _make, inline=True, sensor_type="ultrasonic")
