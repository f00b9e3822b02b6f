"""PWM outputs: what lights ask of one, and how a pin without the hardware does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from devices.errors import DeviceUnavailableError

HARDWARE_PINS = (12, 13, 18, 19)
"""The pins of a Raspberry Pi's header that its PWM reaches."""


@dataclass(frozen=True, slots=True)
class Pwm:
    """How a pin is switched: by the Pi's PWM hardware, or by a thread of lgpio's."""

    frequency_hz: float
    hardware: bool
    chip: int = 0


class PwmOutput(Protocol):
    """One pin under PWM. A share is the part of the time that the pin is high, 0 to 1."""

    def write(self, share: float) -> None:
        """Put out ``share`` from now on; `DeviceUnavailableError` if that fails."""
        ...

    def read(self) -> float:
        """The share that is put out; `DeviceUnavailableError` if nobody knows."""
        ...

    def close(self, share: float) -> None:
        """Leave the pin at ``share``, as near as it can hold; never raises."""
        ...


class PinPwm:
    """PWM by gpiozero: of mock pins, or in lgpio's software.

    Closed, the PWM ends and the pin holds the nearer of low and high.
    """

    def __init__(
        self,
        device: Any,  # noqa: ANN401 - gpiozero has no types
        failures: tuple[type[Exception], ...],
    ) -> None:
        self.device = device
        self._failures = failures

    def write(self, share: float) -> None:
        try:
            self.device.value = share
        except self._failures as error:
            raise DeviceUnavailableError(str(error)) from error

    def read(self) -> float:
        try:
            return float(self.device.value)
        except self._failures as error:
            raise DeviceUnavailableError(str(error)) from error

    def close(self, share: float) -> None:
        try:
            if not self.device.closed:
                self.device.value = share
            self.device.close()
        except self._failures:
            # Closing never raises: the others have to be closed too.
            return
