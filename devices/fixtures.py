"""What a fixture makes of a light level: a share of each of its channels. Pure.

A share (0 to 1) is linear in light: half the share is half the photons, not half as bright to
the eye. ``level`` is per cent of the most that a fixture gives *in that hue*, so level 100 has
a channel at full and any level is a straight line to dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from scenes.colour import WHITE, Rgb, black_body, hue_of
from scenes.fades import LightLevel

Shares = tuple[float, ...]


class Fixture(Protocol):
    """The channels of a kind of fixture, and what each gives."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels, in the order of the shares."""
        ...

    def mix(self, light: LightLevel) -> Shares:
        """The share of each channel; ``light.level`` is 0 to 100."""
        ...

    def shown(self, light: LightLevel) -> LightLevel:
        """What is seen of ``light``: without a hue that the fixture doesn't have."""
        ...


def level_of(fixture: Fixture, shares: Shares, told: LightLevel) -> float:
    """The level that ``shares`` are, per cent, in the hue that the fixture was told last."""
    full = fixture.mix(LightLevel(100.0, told.temperature_k, told.colour))
    return min(100.0, 100.0 * sum(shares) / sum(full))


@dataclass(frozen=True, slots=True)
class Dimmer:
    """One white; a cue's temperature and colour are not for it."""

    channels: ClassVar[tuple[str, ...]] = ("white",)

    def mix(self, light: LightLevel) -> Shares:
        return (light.level / 100,)

    def shown(self, light: LightLevel) -> LightLevel:
        return LightLevel(light.level)


@dataclass(frozen=True, slots=True)
class TunableWhite:
    """Warm and cool white, which always sum to the level, so a change of hue dims nothing.

    ``warm_k`` and ``cool_k`` are the two channels' temperatures; between them the shares follow
    mired, outside the nearer channel stands alone. Without a temperature: half and half.
    """

    channels: ClassVar[tuple[str, ...]] = ("warm", "cool")
    warm_k: float
    cool_k: float

    def mix(self, light: LightLevel) -> Shares:
        whole = light.level / 100
        cool = whole * self._cool_part(light.temperature_k)
        return (whole - cool, cool)

    def shown(self, light: LightLevel) -> LightLevel:
        if light.temperature_k is None:
            return LightLevel(light.level)
        return LightLevel(light.level, min(max(light.temperature_k, self.warm_k), self.cool_k))

    def _cool_part(self, temperature_k: float | None) -> float:
        if temperature_k is None:
            return 0.5
        warm, cool, wanted = 1e6 / self.warm_k, 1e6 / self.cool_k, 1e6 / temperature_k
        return min(max((warm - wanted) / (warm - cool), 0.0), 1.0)


def white_problems(warm_k: float, cool_k: float) -> list[str]:
    """What is wrong with the two channels that a tunable white fixture is said to have."""
    if warm_k < cool_k:
        return []
    return [f"warm_k: {warm_k:g} K is not warmer (a smaller number) than cool_k, {cool_k:g} K"]


@dataclass(frozen=True, slots=True)
class RgbFixture:
    """Red, green and blue with sRGB's primaries; all three at full are white."""

    channels: ClassVar[tuple[str, ...]] = ("red", "green", "blue")

    def mix(self, light: LightLevel) -> Shares:
        whole = light.level / 100
        return tuple(whole * part for part in _hue(light) or WHITE)

    def shown(self, light: LightLevel) -> LightLevel:
        return light


@dataclass(frozen=True, slots=True)
class RgbwFixture:
    """Red, green, blue and a white of ``white_k``, which takes as much of a hue as it can.

    White light then comes from the white channel, whose spectrum is kind to skin and fabric;
    the three colours only bend it. Without a temperature and a colour it stands alone.
    """

    channels: ClassVar[tuple[str, ...]] = ("red", "green", "blue", "white")
    white_k: float

    def mix(self, light: LightLevel) -> Shares:
        whole = light.level / 100
        own = black_body(self.white_k)
        hue = _hue(light) or own
        # As much white as leaves no colour below nothing.
        white = min(part / of for part, of in zip(hue, own, strict=True) if of > 0)
        bent = (max(part - white * of, 0.0) for part, of in zip(hue, own, strict=True))
        return (*(whole * part for part in bent), whole * white)

    def shown(self, light: LightLevel) -> LightLevel:
        return light


def _hue(light: LightLevel) -> Rgb | None:
    if light.colour is not None:
        return hue_of(light.colour)
    return None if light.temperature_k is None else black_body(light.temperature_k)
