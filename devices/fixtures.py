"""What a fixture makes of a light level: a share of each of its channels. Pure.

A share (0 to 1) is linear in light: half the share is half the photons, not half as bright to
the eye. ``level`` is per cent of the most that a fixture gives *in that hue*, so level 100 has
a channel at full and any level is a straight line to dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias

from scenes.fades import LightLevel

Shares = tuple[float, ...]
Rgb: TypeAlias = tuple[float, float, float]

WHITE: Rgb = (1.0, 1.0, 1.0)
COOLEST_K, WARMEST_K = 15_000.0, 1_000.0
"""Beyond these nothing is known of how a black body looks."""


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


def hue_of(colour: str) -> Rgb:
    """The hue of ``#rrggbb`` (sRGB), linear, the strongest part 1.

    Black has no hue: it counts as white, or a cue with it would be dark below a zone's minimum.
    """
    parts = [_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5)]
    return _strongest_one(parts) if any(parts) else WHITE


def black_body(temperature_k: float) -> Rgb:
    """The hue of a black body in sRGB's primaries, linear, the strongest part 1.

    From 1,000 to 15,000 K (others count as the nearer end), by Krystek's approximation of the
    Planckian locus in CIE 1960 (u, v) (1985; within 0.0001). What lies outside the primaries
    is cut off at none of that primary.
    """
    t = min(max(temperature_k, WARMEST_K), COOLEST_K)
    u = (0.860117757 + t * (1.54118254e-4 + t * 1.28641212e-7)) / (
        1 + t * (8.42420235e-4 + t * 7.08145163e-7)
    )
    v = (0.317398726 + t * (4.22806245e-5 + t * 4.20481691e-8)) / (
        1 + t * (-2.89741816e-5 + t * 1.61456053e-7)
    )
    # To CIE XYZ with Y = 2 v, then to linear sRGB (IEC 61966-2-1).
    x, y, z = 3 * u, 2 * v, 4 - u - 10 * v
    parts = (
        3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
        0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
    )
    return _strongest_one([max(part, 0.0) for part in parts])


def _strongest_one(parts: list[float]) -> Rgb:
    strongest = max(parts)
    red, green, blue = (part / strongest for part in parts)
    return red, green, blue


def _linear(encoded: float) -> float:
    """The light of an sRGB value, both 0 to 1."""
    if encoded <= 0.04045:
        return encoded / 12.92
    return float(((encoded + 0.055) / 1.055) ** 2.4)
