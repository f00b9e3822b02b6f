"""Colour as the eye sees it: what lies between two hues, and how red one is. Pure.

``#rrggbb`` is sRGB (IEC 61966-2-1). A *hue* is linear light in sRGB's primaries, its strongest
part 1: what a fixture at full gives of each primary.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

Rgb: TypeAlias = tuple[float, float, float]

WHITE: Rgb = (1.0, 1.0, 1.0)
COOLEST_K, WARMEST_K = 15_000.0, 1_000.0
"""Beyond these nothing is known of how a black body looks."""

SATURATED_RED = 0.8
"""From this share of red in its light on, a hue is saturated red (WCAG 2.3.1)."""

# From linear sRGB to cone responses and from their cube roots to Oklab (Ottosson, 2020).
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def blend_colours(origin: str, target: str, share: float) -> str:
    """The colour that is ``share`` (0 to 1) of the way between two, evenly to the eye (Oklab)."""
    if origin == target:
        return target
    lab = zip(_oklab(origin), _oklab(target), strict=True)
    cones = _times(_FROM_LAB, [one + (other - one) * share for one, other in lab])
    linear = _times(_FROM_CONES, [cone**3 for cone in cones])
    return "#" + "".join(f"{round(255 * _encoded(part)):02x}" for part in linear)


@lru_cache(maxsize=256)
def white_colour(temperature_k: float) -> str:
    """How white light of a temperature looks beside other colours, as ``#rrggbb``."""
    return "#" + "".join(f"{round(255 * _encoded(part)):02x}" for part in black_body(temperature_k))


@lru_cache(maxsize=1024)
def redness(colour: str) -> float:
    """How much red a fixture at full shows over its green and blue: 0 to 1.

    0 unless the hue is saturated red: only that is worse than white when it flashes.
    """
    red, green, blue = hue_of(colour)
    if red < SATURATED_RED * (red + green + blue):
        return 0.0
    return max(red - green - blue, 0.0)


@lru_cache(maxsize=1024)
def brightness(colour: str) -> float:
    """The relative luminance of a fixture at full in a colour: 0 to 1, white being 1."""
    return _luminance(hue_of(colour))


@lru_cache(maxsize=1024)
def white_brightness(temperature_k: float) -> float:
    """The relative luminance of an RGB fixture at full in a white of a temperature: 0 to 1."""
    return _luminance(black_body(temperature_k))


def hue_of(colour: str) -> Rgb:
    """The hue of ``#rrggbb``.

    Black has no hue: it counts as white, or a cue with it would be dark below a zone's minimum.
    """
    parts = _linear(colour)
    return _strongest_one(parts) if any(parts) else WHITE


def black_body(temperature_k: float) -> Rgb:
    """The hue of a black body.

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


@lru_cache(maxsize=256)
def _oklab(colour: str) -> tuple[float, ...]:
    cones = _times(_TO_CONES, _linear(colour))
    return tuple(_times(_TO_LAB, [cone ** (1 / 3) for cone in cones]))


def _times(matrix: tuple[Rgb, Rgb, Rgb], vector: list[float]) -> list[float]:
    one, two, three = vector
    return [a * one + b * two + c * three for a, b, c in matrix]


def _luminance(hue: Rgb) -> float:
    red, green, blue = hue
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _strongest_one(parts: list[float]) -> Rgb:
    strongest = max(parts)
    red, green, blue = (part / strongest for part in parts)
    return red, green, blue


def _linear(colour: str) -> list[float]:
    """The light of each primary of ``#rrggbb``, 0 to 1."""
    return [_decoded(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5)]


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _encoded(linear: float) -> float:
    """The sRGB value (0 to 1) of a light; what the primaries cannot give is cut off."""
    light = min(max(linear, 0.0), 1.0)
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)
