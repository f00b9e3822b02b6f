"""What one light gives as far as its agent knows, also while it glides by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.colour import redness
from scenes.fades import LightLevel


@dataclass(frozen=True, slots=True)
class Course:
    """A light's own way from a level and its red: devices go straight, so that is assumed."""

    origin_level: float
    origin_red: float
    start_s: float
    end_s: float


class Lamp:
    """``given`` is what the light gives, or will when its ``course`` is over."""

    __slots__ = ("course", "given")

    def __init__(self, given: LightLevel) -> None:
        self.given = given
        self.course: Course | None = None

    def send(self, target: LightLevel, duration_s: float, at_s: float) -> None:
        """The light goes to ``target`` by itself from now on."""
        course = Course(self.level(at_s), self.red(at_s), at_s, at_s + duration_s)
        self.given, self.course = target, course if duration_s > 0 else None

    def put(self, level: LightLevel) -> None:
        """The light gives ``level`` now."""
        self.given, self.course = level, None

    def at(self, at_s: float) -> LightLevel:
        """What the light gives at ``at_s`` (steady seconds)."""
        level = self.level(at_s)
        given = self.given
        if level == given.level:
            return given
        return LightLevel(level, given.temperature_k, given.colour)

    def level(self, at_s: float) -> float:
        """Per cent of full output at ``at_s``."""
        if self.course is None:
            return self.given.level
        return self._between(self.course.origin_level, self.given.level, at_s)

    def red(self, at_s: float) -> float:
        """Per cent of a saturated red at full that shows at ``at_s``."""
        if self.course is None:
            return red(self.given)
        return self._between(self.course.origin_red, red(self.given), at_s)

    def _between(self, origin: float, target: float, at_s: float) -> float:
        course = self.course
        if course is None or at_s >= course.end_s:
            return target
        share = max(at_s - course.start_s, 0.0) / (course.end_s - course.start_s)
        return origin + (target - origin) * share


def red(level: LightLevel) -> float:
    """Per cent of a saturated red at full that a light of this level shows."""
    return 0.0 if level.colour is None else redness(level.colour) * level.level
