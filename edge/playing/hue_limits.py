"""What the limits on light mean for coloured light. Pure.

A colour takes light away: a blue at full gives a fourteenth of white's luminance. So the minimum
is one of luminance, and a change of hue takes its time as a change of level does.
"""

from __future__ import annotations

from functools import lru_cache

from edge.playing.lamp import sight
from scenes.colour import blend_colours, brightness, white_brightness
from scenes.fades import LightLevel, blend, lightness, luminance

_HALVINGS = 8
_WHITE = "#ffffff"
_PLAIN_WHITE_K = 6500.0
"""What an RGB lamp gives that is told no temperature."""

WARM_WHITE_K = 2000.0
"""The warmest white that scenes use: what it gives at the minimum is light enough."""

_MIRED_A_LIGHTNESS = 2.0
"""From candle to daylight and back takes longer than a second at the quickest fade: no flash."""


@lru_cache(maxsize=4096)
def lit(light: LightLevel, minimum: float) -> LightLevel:
    """``light``, or the nearest to it that gives the ``minimum`` of light, in per cent.

    White keeps it by its level. A colour gives at least the luminance of the warmest white that
    an RGB lamp is used for: first its level rises; a hue that is too dark even at full is mixed
    with as little white as it takes.
    """
    if light.colour is None:
        return light if light.level >= minimum else LightLevel(minimum, light.temperature_k)
    least = minimum * white_brightness(WARM_WHITE_K)
    if light.level >= minimum and sight(light)[2] >= least:
        return light
    colour = light.colour
    if brightness(colour) * 100 < least:
        colour = _paler(colour, least)
    return LightLevel(min(max(least / brightness(colour), minimum), 100.0), colour=colour)


def towards(given: LightLevel, wish: LightLevel, reach: float, minimum: float = 0.0) -> LightLevel:
    """``wish``, or as near to it as ``reach`` (in CIE lightness) allows.

    A colour has 256 steps a channel. Where even one of them is more than ``reach``, one is taken.
    Between two hues there may be less light than at either: also there is the ``minimum``.
    """
    if given.colour is None and wish.colour is None:
        return _white_towards(given, wish, reach)
    span = _span(given, wish)
    if span <= reach:
        return wish
    start = given
    if given.colour is None and given.temperature_k is None:
        start = LightLevel(given.level, _PLAIN_WHITE_K)
    share = reach / span
    nearer = lit(blend(start, wish, share), minimum)
    for _ in range(_HALVINGS):
        if _span(given, nearer) <= reach:
            break
        share /= 2
        nearer = lit(blend(start, wish, share), minimum)
    while nearer.colour == given.colour != wish.colour:
        # Less than one step of the colour: without taking one it would stay for ever.
        share *= 2
        colour = _further(start, wish, share).colour
        nearer = lit(LightLevel(nearer.level, colour=colour), minimum)
    return nearer


def _white_towards(given: LightLevel, wish: LightLevel, reach: float) -> LightLevel:
    now, wanted = lightness(given.level), lightness(wish.level)
    # An RGB lamp makes warm white from less light than cold white.
    mired, wanted_mired = _mired(given), _mired(wish)
    turn = reach * _MIRED_A_LIGHTNESS
    if abs(wanted - now) <= reach and abs(wanted_mired - mired) <= turn:
        return wish
    level, temperature_k = wish.level, wish.temperature_k
    if abs(wanted - now) > reach:
        level = luminance(now + reach if wanted > now else now - reach)
    if abs(wanted_mired - mired) > turn:
        temperature_k = 1e6 / (mired + turn if wanted_mired > mired else mired - turn)
    return LightLevel(level, temperature_k)


def _mired(white: LightLevel) -> float:
    return 1e6 / (white.temperature_k or _PLAIN_WHITE_K)


def _further(given: LightLevel, wish: LightLevel, share: float) -> LightLevel:
    return wish if share >= 1 else blend(given, wish, share)


def _span(given: LightLevel, wish: LightLevel) -> float:
    """The longest way of all that is seen, in CIE lightness."""
    ways = zip(sight(given), sight(wish), strict=True)
    return max(abs(lightness(to) - lightness(now)) for now, to in ways)


def _paler(colour: str, minimum: float) -> str:
    """The colour with as little white as gives ``minimum`` at full."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = brightness(blend_colours(colour, _WHITE, middle)) * 100 >= minimum
        low, high = (low, middle) if enough else (middle, high)
    return blend_colours(colour, _WHITE, high)
