"""What one light gives as far as its agent knows, also while it glides by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.colour import brightness, redness, white_brightness
from scenes.fades import LightLevel

Sight = tuple[float, float, float]
"""What is seen of a light, each in per cent: its level, its saturated red, its luminance.

A dimmer shows its level whatever the hue, an RGB lamp its luminance: nobody here knows which of
them a light is, so both count.
"""


@dataclass(frozen=True, slots=True)
class Course:
    """A light's own way from what is seen of it: devices go straight, so that is assumed."""

    origin: Sight
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
        course = Course(self.sight(at_s), at_s, at_s + duration_s)
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
        return self.given.level if self.course is None else self.sight(at_s)[0]

    def sight(self, at_s: float) -> Sight:
        """What is seen at ``at_s``."""
        target = sight(self.given)
        course = self.course
        if course is None or at_s >= course.end_s:
            return target
        share = max(at_s - course.start_s, 0.0) / (course.end_s - course.start_s)
        level, red, luminance = (
            one + (other - one) * share for one, other in zip(course.origin, target, strict=True)
        )
        return level, red, luminance


def sight(light: LightLevel) -> Sight:
    """What is seen of a light that gives this."""
    level, colour = light.level, light.colour
    if colour is None:
        white_k = light.temperature_k
        return level, 0.0, level if white_k is None else white_brightness(white_k) * level
    return level, redness(colour) * level, brightness(colour) * level
