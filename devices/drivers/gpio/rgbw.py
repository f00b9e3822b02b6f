"""A red, green, blue and white light on four pins."""

from __future__ import annotations

from collections.abc import Mapping

from devices.catalogue import Driver
from devices.drivers.gpio.light import PwmOptions, open_light
from devices.fixtures import Fixture, RgbwFixture
from devices.options import Kelvin, Pin


class RgbwLightOptions(PwmOptions, frozen=True, kw_only=True):
    """``gpio-rgbw``: a red, green, blue and white light on four pins."""

    red_pin: Pin
    green_pin: Pin
    blue_pin: Pin
    white_pin: Pin
    white_k: Kelvin = 4000.0

    def fixture(self) -> Fixture:
        return RgbwFixture(self.white_k)

    def outputs(self) -> Mapping[str, int]:
        return {
            "red_pin": self.red_pin,
            "green_pin": self.green_pin,
            "blue_pin": self.blue_pin,
            "white_pin": self.white_pin,
        }


RGBW = Driver(RgbwLightOptions, open_light, inline=True)
