"""Where a light is going: a fade, in legs that the device can carry out by itself."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.fades import LightLevel, blend


@dataclass(frozen=True, slots=True)
class Leg:
    """What a device is told: go to ``level`` in ``duration_s``."""

    level: LightLevel
    duration_s: float


@dataclass(frozen=True, slots=True)
class Course:
    """From ``origin`` at ``start_s`` to ``target`` at ``end_s``, on a clock that never leaps."""

    origin: LightLevel
    target: LightLevel
    start_s: float
    end_s: float

    def at(self, now_s: float) -> LightLevel:
        """The level that is due."""
        if now_s >= self.end_s:
            return self.target
        share = (now_s - self.start_s) / (self.end_s - self.start_s)
        return blend(self.origin, self.target, max(share, 0.0))

    def leg(self, now_s: float, longest_s: float) -> Leg:
        """What to tell the device now, whose transitions take at most ``longest_s``."""
        remaining_s = max(self.end_s - now_s, 0.0)
        if remaining_s <= longest_s:
            return Leg(self.target, remaining_s)
        return Leg(self.at(now_s + longest_s), longest_s)
