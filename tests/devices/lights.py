"""Lights on pins, described as the configuration file does it."""

from typing import Any

import msgspec

from devices.catalogue import find_driver
from devices.drivers.gpio.light import GpioLight, PwmOptions
from devices.drivers.gpio.pins import PinBank


def described(driver: str, **options: Any) -> PwmOptions:
    """The options of a light on pins."""
    found = find_driver("lights", driver)
    assert found is not None
    struct = msgspec.convert({"driver": driver, "zone": "hall", **options}, found.options)
    assert isinstance(struct, PwmOptions)
    return struct


def mono(bank: PinBank, pin: int, **options: Any) -> GpioLight:
    """A white light on any pin; by software unless it is told otherwise."""
    return GpioLight(bank, described("gpio-pwm", pin=pin, **{"pwm": "software", **options}))
