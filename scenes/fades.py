"""Fades as functions of time.

Light is interpolated as the eye sees it: level in CIE lightness, colour temperature in mired,
colour in Oklab. Volume runs linearly in per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scenes.colour import blend_colours, white_colour
from scenes.scene import LightCue

_KAPPA = 24389 / 27  # CIE 1976
_EPSILON = 216 / 24389
_NEUTRAL_K = 3000.0

LATE_S = 0.25
"""Who learns of a slot later than this after its start is late: everybody in time has begun."""

CATCH_UP_S = 2.0
"""Who is late takes at least this long (or the cue's own fade, if shorter), so that even a late
change never jumps."""


@dataclass(frozen=True, slots=True)
class LightLevel:
    """What a fixture group shines: per cent of full output, and a temperature or a colour."""

    level: float
    temperature_k: float | None = None
    colour: str | None = None

    @classmethod
    def of(cls, cue: LightCue) -> LightLevel:
        """What a cue asks for."""
        return cls(cue.level, cue.temperature_k, cue.colour)


@dataclass(frozen=True, slots=True)
class LightFade:
    """From ``origin`` at ``start`` to ``target`` at ``end``, and ``target`` ever after."""

    origin: LightLevel
    target: LightLevel
    start: datetime
    end: datetime

    def at(self, instant: datetime) -> LightLevel:
        """The level due at ``instant``: a pure function, so who joins late gets the middle."""
        share = progress(self.start, self.end, instant)
        if share >= 1.0:
            return self.target
        return blend(self.origin, self.target, share)

    def done(self, instant: datetime) -> bool:
        """Whether nothing moves any more."""
        return instant >= self.end or self.origin == self.target


@dataclass(frozen=True, slots=True)
class VolumeFade:
    """A player's volume in per cent, from ``origin`` to ``target``."""

    origin: float
    target: float
    start: datetime
    end: datetime

    def at(self, instant: datetime) -> float:
        """The volume due at ``instant``, per cent."""
        share = progress(self.start, self.end, instant)
        return self.origin + (self.target - self.origin) * share

    def done(self, instant: datetime) -> bool:
        """Whether nothing moves any more."""
        return instant >= self.end or self.origin == self.target


def progress(start: datetime, end: datetime, instant: datetime) -> float:
    """How much of [start, end) is over: 0.0 to 1.0."""
    if instant >= end:
        return 1.0
    if instant <= start:
        return 0.0
    return (instant - start) / (end - start)


def fade_end(slot_start: datetime, fade_s: float, now: datetime) -> datetime:
    """When a fade for a slot that began at ``slot_start`` ends, for a device that plays on.

    In time, that is the slot's start plus the fade: every agent arrives together. Late (an
    override that came through after an outage), what is left of the fade is used, but never
    less than a short catch-up, so that nobody sees a jump.
    """
    planned = slot_start + timedelta(seconds=fade_s)
    at_least = now + timedelta(seconds=min(fade_s, CATCH_UP_S))
    late = now - slot_start > timedelta(seconds=LATE_S)
    return max(planned, at_least) if late else max(planned, now)


def blend(origin: LightLevel, target: LightLevel, share: float) -> LightLevel:
    """Between two light levels, ``share`` (0 to 1) of the way, as the eye sees it."""
    if origin == target or share >= 1.0:
        return target
    level = luminance(_mix(lightness(origin.level), lightness(target.level), share))
    if target.colour is not None or origin.colour is not None:
        return LightLevel(level, colour=_blend_hues(origin, target, share))
    if target.temperature_k is None and origin.temperature_k is None:
        return LightLevel(level)
    warm = 1e6 / (origin.temperature_k or target.temperature_k or _NEUTRAL_K)
    cold = 1e6 / (target.temperature_k or origin.temperature_k or _NEUTRAL_K)
    return LightLevel(level, temperature_k=1e6 / _mix(warm, cold, share))


def _mix(one: float, other: float, share: float) -> float:
    return one + (other - one) * share


def lightness(level: float) -> float:
    """CIE L* (0 to 100) of a luminance in per cent."""
    relative = level / 100
    if relative <= _EPSILON:
        return _KAPPA * relative
    return float(116 * relative ** (1 / 3) - 16)


def luminance(l_star: float) -> float:
    """Luminance in per cent of a CIE L*."""
    if l_star <= _KAPPA * _EPSILON:
        return l_star / _KAPPA * 100
    return float(((l_star + 16) / 116) ** 3 * 100)


def _blend_hues(origin: LightLevel, target: LightLevel, share: float) -> str:
    """Between two hues of which at least one is a colour; the other may be white."""
    return blend_colours(_colour(origin, target), _colour(target, origin), share)


def _colour(light: LightLevel, other: LightLevel) -> str:
    if light.colour is not None:
        return light.colour
    if light.temperature_k is not None:
        return white_colour(light.temperature_k)
    # Whatever white it is: in the dark there is none, so the colour is there from the start.
    return other.colour or "#ffffff" if light.level <= 0 else white_colour(_NEUTRAL_K)
