"""The guard's pins through lgpio, and through no other library.

A level is 0 or 1. Inputs are pulled up: what hangs on them closes to ground. Whatever a pin
refuses is an `OSError`. Importing this module imports no lgpio: `ChipPins` does, when it is made.
"""

from __future__ import annotations

import os
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from devices.drivers.gpio.relay_mock_pins import MockPins


def open_pins(mock: list[str | None] | None) -> ChipPins | MockPins:
    """This machine's pins, or mock ones over two files: a record and a pipe."""
    if mock is None:
        return ChipPins()
    from devices.drivers.gpio.relay_mock_pins import MockPins  # noqa: PLC0415

    return MockPins(*mock)


class ChipPins:
    """The pins of this Pi. An output is claimed at its first level, so no relay pulses."""

    def __init__(self) -> None:
        self._lgpio = _import_lgpio()
        self._chips: dict[int, int] = {}
        self._claimed: set[tuple[int, int]] = set()

    def write(self, chip: int, pin: int, level: int) -> int:
        """Drive an output; the level that it has then."""
        if not self._claim("gpio_claim_output", chip, pin, level):
            self._call("gpio_write", chip, pin, level)
        return level

    def read(self, chip: int, pin: int) -> int:
        """The level of an input."""
        self._claim("gpio_claim_input", chip, pin, self._lgpio.SET_PULL_UP)
        return self._call("gpio_read", chip, pin)

    def close(self) -> None:
        """Let go of all pins; what the kernel makes of their levels then is its own affair."""
        for handle in self._chips.values():
            self._lgpio.gpiochip_close(handle)

    def _claim(self, name: str, chip: int, pin: int, value: int) -> bool:
        """Take a pin at its first use; whether this is that."""
        if (chip, pin) in self._claimed:
            return False
        self._call(name, chip, pin, value)
        self._claimed.add((chip, pin))
        return True

    def _call(self, name: str, chip: int, *values: int) -> int:
        try:
            if chip not in self._chips:
                self._chips[chip] = self._lgpio.gpiochip_open(chip)
            level: int = getattr(self._lgpio, name)(self._chips[chip], *values)
        except self._lgpio.error as error:
            raise OSError(str(error)) from error
        return level


def _import_lgpio() -> ModuleType:
    """Import what makes a pipe where it works, and stays there: it gets a place of its own."""
    before, place = os.getcwd(), f"/dev/shm/stemning-guard-{os.getpid()}"  # noqa: S108
    os.mkdir(place, 0o700)
    os.environ["LG_WD"] = place
    try:
        import lgpio  # noqa: PLC0415
    finally:
        del os.environ["LG_WD"]
        os.chdir(before)
        for left in os.listdir(place):
            os.remove(f"{place}/{left}")
        os.rmdir(place)
    module: ModuleType = lgpio
    return module
