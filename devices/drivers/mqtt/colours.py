"""Hues between ``#rrggbb`` and what lamps speak: CIE 1931 x and y, or hue and saturation.

Only the hue: how bright a lamp is, is its level. ``#rrggbb`` is sRGB.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable

Row = tuple[float, float, float]

# Linear sRGB to CIE XYZ and back (IEC 61966-2-1, white point D65).
_TO_XYZ: tuple[Row, Row, Row] = (
    (0.4124, 0.3576, 0.1805),
    (0.2126, 0.7152, 0.0722),
    (0.0193, 0.1192, 0.9505),
)
_FROM_XYZ: tuple[Row, Row, Row] = (
    (3.2406, -1.5372, -0.4986),
    (-0.9689, 1.8758, 0.0415),
    (0.0557, -0.2040, 1.0570),
)
_D65 = (0.3127, 0.3290)


def hex_to_xy(colour: str) -> tuple[float, float]:
    """CIE 1931 chromaticity of ``#rrggbb``; that of white for black."""
    linear = [_decoded(channel) for channel in _channels(colour)]
    x, y, z = (_dot(row, linear) for row in _TO_XYZ)
    total = x + y + z
    return _D65 if total == 0 else (x / total, y / total)


def xy_to_hex(x: float, y: float) -> str | None:
    """The brightest ``#rrggbb`` of a chromaticity; None for a point that is no colour."""
    if not (0 <= x <= 1 and 0.001 <= y <= 1 and x + y <= 1):
        return None
    xyz = [x / y, 1.0, (1 - x - y) / y]
    linear = [max(0.0, _dot(row, xyz)) for row in _FROM_XYZ]
    brightest = max(linear)
    return _hex(_encoded(channel / brightest) for channel in linear) if brightest > 0 else None


def hex_to_hue(colour: str) -> tuple[float, float]:
    """Hue in degrees (0 to 360) and saturation in per cent of ``#rrggbb``."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*_channels(colour))
    return hue * 360, saturation * 100


def hue_to_hex(hue: float, saturation: float) -> str | None:
    """The brightest ``#rrggbb`` of a hue (degrees) and a saturation (per cent)."""
    if not (0 <= hue <= 360 and 0 <= saturation <= 100):
        return None
    return _hex(colorsys.hsv_to_rgb(hue / 360, saturation / 100, 1.0))


def _channels(colour: str) -> Row:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _dot(row: Row, column: list[float]) -> float:
    return sum(one * other for one, other in zip(row, column, strict=True))


def _decoded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _encoded(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)
