"""A push-button on a pin."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Annotated

from gpiozero import DigitalInputDevice
from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.gpio.pins import PinBank, pin_bank, pin_name
from devices.options import Chip, Pin, SensorOptions
from devices.telling import tell
from scenes.messages import Reading

Debounce = Annotated[float, Meta(ge=1, le=500, description="number of milliseconds (1 to 500)")]


class ButtonOptions(SensorOptions, frozen=True, kw_only=True):
    """``gpio-button``: a push-button between a pin and ground."""

    pin: Pin
    chip: Chip = 0
    debounce_ms: Debounce = 30.0

    def claims(self) -> tuple[str, ...]:
        return (pin_name(self.pin, self.chip),)


class GpioButton:
    """A button that makes its pin low while it is pressed.

    A press is told at once; whatever follows within ``debounce_ms`` of the last change is the
    contact's bouncing. Raises `DeviceConfigurationError` for an impossible pin.
    """

    def __init__(
        self, bank: PinBank, options: ButtonOptions, monotonic: Callable[[], float]
    ) -> None:
        self._name = f"the button on {pin_name(options.pin, options.chip)}"
        self._failures = bank.failures
        self._debounce_s = options.debounce_ms / 1000
        self._monotonic = monotonic
        self._changed_s: float | None = None
        self._pressed: Callable[[], None] | None = None
        self._telling = RLock()
        self._device = bank.open(self, DigitalInputDevice, options.pin, options.chip, pull_up=True)

    def watch_presses(self, pressed: Callable[[], None]) -> None:
        """Call ``pressed()`` once a press."""
        self._pressed = pressed
        self._device.when_activated = self._down
        self._device.when_deactivated = self._up

    def reading(self) -> Reading:
        """Whether it is held down now."""
        try:
            return Reading(pressed=bool(self._device.value))
        except self._failures as error:
            return Reading(problem=f"{self._name} cannot be read: {error}")

    def close(self) -> None:
        """Watch no longer."""
        self._pressed = None
        try:
            self._device.close()
        except self._failures:
            # Closing never raises: the others have to be closed too.
            return

    def _up(self) -> None:
        with self._telling:
            self._changed_s = self._monotonic()

    def _down(self) -> None:
        with self._telling:
            before_s, self._changed_s = self._changed_s, self._monotonic()
            quiet = before_s is None or self._changed_s - before_s >= self._debounce_s
            pressed = self._pressed
            if not quiet or pressed is None:
                return
            tell(self._name, "of a press", pressed)


def _make(options: ButtonOptions, surroundings: Surroundings) -> GpioButton:
    return GpioButton(pin_bank(surroundings), options, surroundings.monotonic)


BUTTON = Driver(ButtonOptions, _make, inline=True)
