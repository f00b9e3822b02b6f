"""Lights on pins: one PWM output for each channel of the fixture. Here also the mono one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.gpio.hardware_pwm import PI_1_TO_4, pins_that_have
from devices.drivers.gpio.pins import PinBank, pin_bank, pin_name
from devices.drivers.gpio.pwm import HARDWARE_PINS, Pwm, PwmOutput
from devices.errors import (
    DeviceConfigurationError,
    DeviceError,
    DeviceRefusedError,
    DeviceUnavailableError,
)
from devices.fixtures import Dimmer, Fixture, level_of
from devices.options import Chip, Flag, LightOptions, Pin
from scenes.fades import LightLevel
from scenes.messages import Reading

CALM_HZ = 3000.0
SLOWEST_HZ = 1250.0
"""IEEE 1789: light that goes fully dark between pulses is of low risk from here on."""

Frequency = Annotated[
    float, Meta(ge=50, le=10_000, description="PWM frequency in Hz (50 to 10000)")
]
Switching = Annotated[
    Literal["hardware", "software"], Meta(description="kind of PWM (hardware or software)")
]


class PwmOptions(LightOptions, frozen=True, kw_only=True):
    """Every light on pins: how they are switched."""

    chip: Chip = 0
    frequency_hz: Frequency = CALM_HZ
    pwm: Switching = "hardware"
    indicator: Flag = False

    def fixture(self) -> Fixture:
        """What the light is."""
        raise NotImplementedError

    def outputs(self) -> Mapping[str, int]:
        """The pin of each channel, in the fixture's order, by the name of its option."""
        raise NotImplementedError

    def claims(self) -> tuple[str, ...]:
        return tuple(pin_name(pin, self.chip) for pin in self.outputs().values())

    def claims_on_some_boards(self) -> Mapping[str, str]:
        if self.pwm == "software":
            return {}
        return {
            option: f"on a Pi before the 5, PWM channel {PI_1_TO_4[pin]}"
            for option, pin in self.outputs().items()
            if pin in PI_1_TO_4
        }

    def problems(self) -> list[str]:
        return [*self._flicker(), *self._pins_without_hardware(), *self._pins_twice()]

    def _flicker(self) -> list[str]:
        if self.frequency_hz >= SLOWEST_HZ or self.indicator:
            return []
        sentence = (
            f"light switched {self.frequency_hz:g} times a second flickers, which gives people "
            f"headaches: take {CALM_HZ:.0f} or more (from {SLOWEST_HZ:.0f} on the risk is low); "
            "a signal lamp that lights no room may, with indicator = true"
        )
        return [f"frequency_hz: {sentence}"]

    def _pins_without_hardware(self) -> list[str]:
        if self.pwm == "software":
            return []
        return [
            f"{option}: GPIO {pin} has no hardware PWM, {pins_that_have()}: connect the light "
            'there, or set pwm = "software" (a busy Pi then makes it unsteady)'
            for option, pin in self.outputs().items()
            if pin not in HARDWARE_PINS
        ]

    def _pins_twice(self) -> list[str]:
        first: dict[int, str] = {}
        return [
            f"{option}: GPIO {pin} is taken by {first[pin]}"
            for option, pin in self.outputs().items()
            if first.setdefault(pin, option) != option
        ]


class PwmLightOptions(PwmOptions, frozen=True, kw_only=True):
    """``gpio-pwm``: a dimmable white light on a pin."""

    pin: Pin

    def fixture(self) -> Fixture:
        return Dimmer()

    def outputs(self) -> Mapping[str, int]:
        return {"pin": self.pin}


class GpioLight:
    """A light with a PWM output for each of its channels.

    It starts at ``boot_level``, or from what hardware PWM still puts out from before, and is left
    at ``fail_level``, which hardware PWM holds until the Pi loses power; without it a pin holds
    the nearer of off and on.

    Raises `DeviceConfigurationError` for an impossible option or pin.
    """

    def __init__(self, bank: PinBank, options: PwmOptions) -> None:
        pins = tuple(options.outputs().values())
        self._name = f"the light on {', '.join(pin_name(pin, options.chip) for pin in pins)}"
        for problem in options.problems():
            raise DeviceConfigurationError(f"{self._name}: {problem}")
        self._fixture = options.fixture()
        self._fail = self._fixture.mix(LightLevel(options.fail_level))
        self._told = LightLevel(options.boot_level)
        # Not what was asked for: hardware that runs already goes on as it is.
        self._shares: list[float | None] = [None] * len(pins)
        self._outputs: list[PwmOutput] = []
        self._closed = False
        pwm = Pwm(options.frequency_hz, options.pwm == "hardware", options.chip)
        try:
            for pin, share in zip(pins, self._fixture.mix(self._told), strict=True):
                self._outputs.append(bank.open_pwm(self, pin, pwm, share))
        except DeviceError:
            self.close()
            raise

    def shine(self, level: LightLevel) -> None:
        """Put out ``level`` at once, kelvin and colour as far as the fixture has them."""
        if not 0 <= level.level <= 100:
            raise DeviceRefusedError(f"{self._name} has levels of 0 to 100 %, not {level.level:g}")
        if self._closed:
            raise DeviceUnavailableError(f"{self._name} is closed")
        self._told = level
        for at, share in enumerate(self._fixture.mix(level)):
            if share != self._shares[at]:
                self._write(at, share)

    def reading(self) -> Reading:
        """What the pins put out, as a level in the hue that the light was told last."""
        if self._closed:
            return Reading(problem=f"{self._name} is closed")
        try:
            shares = tuple(output.read() for output in self._outputs)
        except DeviceUnavailableError as error:
            return Reading(problem=f"{self._name} cannot be read: {error}")
        shown = self._fixture.shown(self._told)
        return Reading(
            level=round(level_of(self._fixture, shares, self._told), 3),
            temperature_k=shown.temperature_k,
            colour=shown.colour,
        )

    def close(self) -> None:
        """Leave the light at its fail level."""
        if self._closed:
            return
        self._closed = True
        for output, share in zip(self._outputs, self._fail, strict=False):
            output.close(share)

    def _write(self, at: int, share: float) -> None:
        self._shares[at] = None
        try:
            self._outputs[at].write(share)
        except DeviceUnavailableError as error:
            raise DeviceUnavailableError(f"{self._name} cannot be set: {error}") from error
        self._shares[at] = share


def open_light(options: PwmOptions, surroundings: Surroundings) -> GpioLight:
    """Make the light that ``options`` describe."""
    return GpioLight(pin_bank(surroundings), options)


PWM = Driver(PwmLightOptions, open_light, inline=True)
