"""A light of warm and cool white on two pins."""

from __future__ import annotations

from collections.abc import Mapping

from devices.catalogue import Driver
from devices.drivers.gpio.light import PwmOptions, open_light
from devices.fixtures import Fixture, TunableWhite, white_problems
from devices.options import Kelvin, Pin


class TunableWhiteOptions(PwmOptions, frozen=True, kw_only=True):
    """``gpio-tunable-white``: a light of warm and cool white on two pins."""

    warm_pin: Pin
    cool_pin: Pin
    warm_k: Kelvin = 2700.0
    cool_k: Kelvin = 6500.0

    def fixture(self) -> Fixture:
        return TunableWhite(self.warm_k, self.cool_k)

    def outputs(self) -> Mapping[str, int]:
        return {"warm_pin": self.warm_pin, "cool_pin": self.cool_pin}

    def problems(self) -> list[str]:
        return [*super().problems(), *white_problems(self.warm_k, self.cool_k)]


TUNABLE_WHITE = Driver(TunableWhiteOptions, open_light, inline=True)
