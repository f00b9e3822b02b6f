"""Access to pins, chip by chip: real ones through lgpio, mock ones where there is no Pi."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from weakref import WeakSet

from gpiozero import PWMOutputDevice
from gpiozero.exc import (
    GPIOPinInUse,
    GPIOZeroError,
    PinFixedPull,
    PinInvalidPin,
    PinUnknownPi,
)
from msgspec import Meta, Struct

from devices.capabilities import Device
from devices.catalogue import SharedPart, Surroundings
from devices.drivers.gpio.pwm import PinPwm, Pwm, PwmOutput
from devices.errors import DeviceConfigurationError
from devices.options import PathText

if TYPE_CHECKING:
    from devices.drivers.gpio.hardware_pwm import HardwarePwm
    from devices.drivers.gpio.mock_pins import MockPinBank

Failures = tuple[type[Exception], ...]


class PinsOptions(Struct, frozen=True, kw_only=True):
    """``[pins]``: real pins, or pins of memory for a machine without any.

    With mock pins, ``record`` names a file that gets a line for each change of a pin, and
    ``drive`` a pipe through which inputs are moved (``echo "17 1" > pipe``).
    """

    factory: Annotated[
        Literal["lgpio", "mock"], Meta(description="kind of pins (lgpio or mock)")
    ] = "lgpio"
    record: PathText | None = None
    drive: PathText | None = None

    def problems(self) -> list[str]:
        """What goes with mock pins alone."""
        if self.factory == "mock":
            return []
        asked = {"record": self.record, "drive": self.drive}
        return [f'{name}: goes only with factory = "mock"' for name, it in asked.items() if it]


class PinBank:
    """The pins of one machine. Pins are numbered as the chip counts (BCM), not by position.

    One bank serves all GPIO drivers of an agent, so that no pin is used twice. A chip is
    opened when its first pin is asked for.

    ``failures`` are the exceptions that pins of this bank raise when they don't work.
    ``hardware`` is what switches a pin fast; without it (mock pins) the pins do so themselves.
    """

    def __init__(
        self,
        make_factory: Callable[[int], Any],
        failures: Failures,
        hardware: HardwarePwm | None = None,
    ) -> None:
        self._make_factory = make_factory
        self._hardware = hardware
        self._factories: dict[int, Any] = {}
        self._owners: WeakSet[Device] = WeakSet()
        self.failures = failures

    @staticmethod
    def lgpio() -> PinBank:
        """The pins of the Pi that this runs on. Raises `DeviceConfigurationError` without lgpio."""
        # Importing lgpio starts a thread and makes a pipe: only where real pins are asked for.
        from devices.drivers.gpio.chip_pins import chip_pin_bank  # noqa: PLC0415

        return chip_pin_bank()

    @staticmethod
    def mock(
        record: Path | None = None,
        drive: Path | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> MockPinBank:
        """Pins made of memory; see `devices.drivers.gpio.mock_pins.MockPinBank`."""
        from devices.drivers.gpio.mock_pins import MockPinBank, utc_now  # noqa: PLC0415

        return MockPinBank(record, drive, now or utc_now)

    def factory(self, chip: int = 0) -> Any:  # noqa: ANN401 - gpiozero has no types
        """The gpiozero pin factory of a chip; `DeviceConfigurationError` if it can't be opened."""
        if chip not in self._factories:
            self._factories[chip] = self._make_factory(chip)
        return self._factories[chip]

    def open(
        self,
        owner: Device,
        device_class: Callable[..., Any],
        pin: int,
        chip: int,
        **options: object,
    ) -> Any:  # noqa: ANN401 - gpiozero has no types
        """Make a gpiozero device on a pin, or raise `DeviceConfigurationError` in plain words.

        ``owner`` is the driver that asks; it is closed with the bank if it wasn't before.
        """
        name = pin_name(pin, chip)
        try:
            device = device_class(pin, pin_factory=self.factory(chip), **options)
        except GPIOPinInUse as error:
            raise DeviceConfigurationError(
                f"{name} is given to two devices: connect one of them to another pin"
            ) from error
        except PinInvalidPin as error:
            raise DeviceConfigurationError(
                f"there is no {name}: a Raspberry Pi's header has GPIO 0 to 27, "
                "numbered as the chip counts (BCM), not by position on the header"
            ) from error
        except PinFixedPull as error:
            raise DeviceConfigurationError(
                f"{name} has a pull-up resistor soldered on the board: connect the sensor to "
                "another pin"
            ) from error
        except PinUnknownPi as error:
            raise DeviceConfigurationError(
                f"{name} cannot be used: this machine is no Raspberry Pi. Without one, set the "
                "pins to mock"
            ) from error
        except self.failures as error:
            raise DeviceConfigurationError(
                f"{name} cannot be used: {error}. Look for another program that holds it"
            ) from error
        self._owners.add(owner)
        return device

    def open_pwm(self, owner: Device, pin: int, pwm: Pwm, share: float) -> PwmOutput:
        """Let a pin be switched fast, ``share`` (0 to 1) of the time high from the first moment.

        Raises `DeviceConfigurationError` in plain words; ``owner`` as for `open`.
        """
        if pwm.hardware and self._hardware is not None:
            output = self._hardware.open(pin, pwm.frequency_hz, share)
            self._owners.add(owner)
            return output
        device = self.open(
            owner,
            PWMOutputDevice,
            pin,
            pwm.chip,
            initial_value=share,
            frequency=pwm.frequency_hz,
        )
        return PinPwm(device, self.failures)

    def close(self) -> None:
        """Close what still uses a pin, then let go of every chip. May be called twice."""
        # Without its chip a diffuser in a burst could not be switched off any more.
        for owner in list(self._owners):
            owner.close()
        while self._factories:
            _, factory = self._factories.popitem()
            with suppress(*self.failures):
                factory.close()


def pin_name(pin: int, chip: int) -> str:
    """What messages call a pin."""
    return f"GPIO {pin}" if chip == 0 else f"GPIO {pin} of chip {chip}"


LIBRARY_FAILURES: Failures = (GPIOZeroError,)
"""What gpiozero itself raises; a bank adds what its own library raises."""


def _make(options: PinsOptions, surroundings: Surroundings) -> PinBank:
    if options.factory == "lgpio":
        return PinBank.lgpio()
    record, drive = (None if it is None else Path(it) for it in (options.record, options.drive))
    return PinBank.mock(record, drive, surroundings.now)


PINS = SharedPart(PinsOptions, _make)


def pin_bank(surroundings: Surroundings) -> PinBank:
    """The bank that all devices of an agent share."""
    bank = surroundings.shared("pins")
    assert isinstance(bank, PinBank)  # noqa: S101 - our own entry point makes nothing else
    return bank
