"""A passive infrared motion sensor (PIR) on a pin."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from gpiozero import DigitalInputDevice

from devices.catalogue import Driver, Surroundings
from devices.drivers.gpio.pins import PinBank, pin_bank, pin_name
from devices.options import Chip, Pin, SensorOptions
from devices.telling import Changes
from scenes.messages import Reading


class PirOptions(SensorOptions, frozen=True, kw_only=True):
    """``gpio-pir``: a motion sensor on a pin."""

    pin: Pin
    chip: Chip = 0

    def claims(self) -> tuple[str, ...]:
        return (pin_name(self.pin, self.chip),)


class GpioPir:
    """A sensor whose output is high while it sees something warm move.

    Each edge of the pin is told exactly once, at its moment: the kernel reports it, nothing
    polls (gpiozero's ``MotionSensor`` would sample from a thread of its own). The sensor's own
    hold time stays in the signal.

    Raises `DeviceConfigurationError` for an impossible pin.
    """

    def __init__(self, bank: PinBank, pin: int, chip: int = 0) -> None:
        self._name = f"the sensor on {pin_name(pin, chip)}"
        self._failures = bank.failures
        self._telling = RLock()
        self._changes = Changes(self._name, "present")
        # Pulled down: a cut cable means "nobody", not a random crowd.
        self._device = bank.open(self, DigitalInputDevice, pin, chip, pull_up=False)

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(present)`` on every change, and at once if somebody is in view now."""
        self._changes.watch(changed)
        self._device.when_activated = self._came
        self._device.when_deactivated = self._left
        if self._device.value:
            self._tell(True)

    def reading(self) -> Reading:
        """Whether the sensor sees somebody."""
        try:
            return Reading(present=bool(self._device.value))
        except self._failures as error:
            return Reading(problem=f"{self._name} cannot be read: {error}")

    def close(self) -> None:
        """Watch no longer."""
        self._changes.end()
        try:
            self._device.close()
        except self._failures:
            # Closing never raises: the others have to be closed too.
            return

    def _came(self) -> None:
        self._tell(True)

    def _left(self) -> None:
        self._tell(False)

    def _tell(self, present: bool) -> None:
        with self._telling:
            self._changes.tell(present)


def _make(options: PirOptions, surroundings: Surroundings) -> GpioPir:
    return GpioPir(pin_bank(surroundings), options.pin, chip=options.chip)


PIR = Driver(PirOptions, _make, inline=True, sensor_type="pir")
