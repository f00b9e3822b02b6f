"""A red, green and blue light on three pins."""

from __future__ import annotations

from collections.abc import Mapping

from devices.catalogue import Driver
from devices.drivers.gpio.light import PwmOptions, open_light
from devices.fixtures import Fixture, RgbFixture
from devices.options import Pin


class RgbLightOptions(PwmOptions, frozen=True, kw_only=True):
    """``gpio-rgb``: a red, green and blue light on three pins."""

    red_pin: Pin
    green_pin: Pin
    blue_pin: Pin

    def fixture(self) -> Fixture:
        return RgbFixture()

    def outputs(self) -> Mapping[str, int]:
        return {
            "red_pin": self.red_pin,
            "green_pin": self.green_pin,
            "blue_pin": self.blue_pin,
        }


RGB = Driver(RgbLightOptions, open_light, inline=True)
