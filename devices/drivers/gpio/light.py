"""A dimmable light on a pin: a MOSFET or an LED driver with a PWM input."""

from __future__ import annotations

from typing import Annotated

from gpiozero import PWMOutputDevice
from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.gpio.pins import PinBank, pin_bank, pin_name
from devices.errors import DeviceConfigurationError, DeviceRefusedError, DeviceUnavailableError
from devices.options import Chip, LightOptions, Pin
from scenes.fades import LightLevel
from scenes.messages import Reading

SLOWEST_HZ = 50.0
FASTEST_HZ = 10_000.0


Frequency = Annotated[
    float, Meta(ge=50, le=10_000, description="PWM frequency in Hz (50 to 10000)")
]


class PwmLightOptions(LightOptions, frozen=True, kw_only=True):
    """``gpio-pwm``: a dimmable light on a pin."""

    pin: Pin
    chip: Chip = 0
    frequency_hz: Frequency = 200.0

    def claims(self) -> tuple[str, ...]:
        return (pin_name(self.pin, self.chip),)


class GpioLight:
    """One white light; it has a level and no colour.

    ``frequency_hz`` is that of the PWM (50 to 10,000; lgpio makes it in software, so faster
    costs processor time and fine steps). The light starts at ``boot_level`` and is left at
    ``fail_level`` when closed, both in per cent; without PWM a pin can only hold on or off, so
    a fail level from 50 on is on.

    Raises `DeviceConfigurationError` for an impossible option or pin.
    """

    def __init__(
        self,
        bank: PinBank,
        pin: int,
        chip: int = 0,
        frequency_hz: float = 200.0,
        boot_level: float = 0.0,
        fail_level: float = 0.0,
    ) -> None:
        if not SLOWEST_HZ <= frequency_hz <= FASTEST_HZ:
            raise DeviceConfigurationError(
                f"frequency_hz of a light is {SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f}, "
                f"not {frequency_hz:g}"
            )
        for name, level in (("boot_level", boot_level), ("fail_level", fail_level)):
            if not 0 <= level <= 100:
                raise DeviceConfigurationError(f"{name} of a light is 0 to 100 %, not {level:g}")
        self._name = f"the light on {pin_name(pin, chip)}"
        self._failures = bank.failures
        self._fail_level = fail_level
        self._level = boot_level
        self._device = bank.open(
            self,
            PWMOutputDevice,
            pin,
            chip,
            initial_value=boot_level / 100,
            frequency=frequency_hz,
        )

    def shine(self, level: LightLevel) -> None:
        """Put out ``level.level`` per cent at once; kelvin and colour are not for this light."""
        wanted = level.level
        if not 0 <= wanted <= 100:
            raise DeviceRefusedError(f"{self._name} has levels of 0 to 100 %, not {wanted:g}")
        try:
            # The first statement also says whether the light is closed.
            pin = self._device.pin
            if pin is None or wanted != self._level:
                self._device.value = wanted / 100
                self._level = wanted
        except self._failures as error:
            raise DeviceUnavailableError(f"{self._name} cannot be set: {error}") from error

    def reading(self) -> Reading:
        """The level that the pin puts out, per cent."""
        try:
            return Reading(level=round(self._device.value * 100, 3))
        except self._failures as error:
            return Reading(problem=f"{self._name} cannot be read: {error}")

    def close(self) -> None:
        """Leave the light at its fail level."""
        try:
            if not self._device.closed:
                self._device.value = self._fail_level / 100
            self._device.close()
        except self._failures:
            # Closing never raises: the others have to be closed too.
            return


def _make(options: PwmLightOptions, surroundings: Surroundings) -> GpioLight:
    return GpioLight(
        pin_bank(surroundings),
        options.pin,
        chip=options.chip,
        frequency_hz=options.frequency_hz,
        boot_level=options.boot_level,
        fail_level=options.fail_level,
    )


PWM = Driver(PwmLightOptions, _make, inline=True)
