"""What people lay over whatever scene holds: less light, softer music, no scent for now."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from scenes.scene import LightCue, Limits, MusicCue, Scene, ScentCue

Sense = Literal["light", "volume", "scent"]
"""What a person can make more or less of without choosing another scene."""
SENSES: tuple[Sense, ...] = ("light", "volume", "scent")
FULL = 100.0
"""As the scene says."""

_LOWEST: dict[Sense, float] = {"light": 20.0, "volume": 0.0, "scent": 0.0}
_HIGHEST: dict[Sense, float] = {"light": 150.0, "volume": 150.0, "scent": 100.0}
_DARKEST = 10.0
QUICKLY_S = 1.0
"""A nudge is seen and heard within this time, however slowly its scene fades in."""

_DIGITS = 6


class Adjustment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """In per cent of what the scene asks for; 100 is as the scene says. Scent is only ever less."""

    light: Annotated[float, Meta(ge=_DARKEST, le=150)] = FULL
    volume: Annotated[float, Meta(ge=0, le=150)] = FULL
    scent: Annotated[float, Meta(ge=0, le=100)] = FULL

    @property
    def plain(self) -> bool:
        """Whether everything is as the scene says."""
        return self == AS_IT_SAYS

    def of(self, sense: Sense) -> float:
        """The per cent of one sense."""
        percent: float = getattr(self, sense)
        return percent

    def lowering(self) -> Adjustment:
        """The same without what it makes louder or stronger."""
        return Adjustment(
            light=self.light, volume=min(self.volume, FULL), scent=min(self.scent, FULL)
        )


AS_IT_SAYS = Adjustment()


def limits_of(sense: Sense) -> tuple[float, float]:
    """The least and the most per cent that a person can ask for."""
    return _LOWEST[sense], _HIGHEST[sense]


def stepped(sense: Sense, percent: float, points: float) -> float:
    """One press further from ``percent``, by so many points, as far as it may go."""
    low, high = limits_of(sense)
    return min(max(percent + points, low), high)


def combined(asked: Iterable[tuple[Sense, float]]) -> Adjustment:
    """Several together: their product, within what an adjustment can be, in whatever order."""
    factors: dict[Sense, list[float]] = {sense: [] for sense in SENSES}
    for sense, percent in asked:
        factors[sense].append(percent / FULL)
    found = {sense: round(FULL * prod(sorted(each)), _DIGITS) for sense, each in factors.items()}
    return Adjustment(
        light=min(max(found["light"], _DARKEST), _HIGHEST["light"]),
        volume=min(max(found["volume"], 0.0), _HIGHEST["volume"]),
        scent=min(max(found["scent"], 0.0), _HIGHEST["scent"]),
    )


def adjusted(scene: Scene, adjustment: Adjustment) -> Scene:
    """The recipe as it is given: never beyond full, nor beyond the scene's own limits."""
    if adjustment.plain:
        return scene
    return msgspec.structs.replace(
        scene,
        light={group: _light(cue, adjustment.light) for group, cue in scene.light.items()},
        music=scene.music and _music(scene.music, adjustment.volume, scene.max_volume),
        scent=scene.scent and _scent(scene.scent, adjustment.scent),
        limits=_limits(scene.limits, adjustment),
    )


def quickly(scene: Scene) -> Scene:
    """The same recipe, reached within `QUICKLY_S`: somebody waits for it."""
    return msgspec.structs.replace(
        scene,
        light={group: _sooner(cue) for group, cue in scene.light.items()},
        music=scene.music
        and msgspec.structs.replace(
            scene.music, crossfade_s=min(scene.music.crossfade_s, QUICKLY_S)
        ),
    )


def _light(cue: LightCue, percent: float) -> LightCue:
    return msgspec.structs.replace(cue, level=min(_part(cue.level, percent), FULL))


def _sooner(cue: LightCue) -> LightCue:
    return msgspec.structs.replace(cue, fade_s=min(cue.fade_s, QUICKLY_S))


def _music(cue: MusicCue, percent: float, most: float) -> MusicCue:
    return msgspec.structs.replace(cue, volume=min(_part(cue.volume, percent), most))


def _scent(cue: ScentCue, percent: float) -> ScentCue:
    return msgspec.structs.replace(cue, intensity=min(_part(cue.intensity, percent), cue.intensity))


def _limits(limits: Limits | None, adjustment: Adjustment) -> Limits | None:
    """Where the music is mute, nothing is to be heard over it either."""
    if adjustment.volume > 0:
        return limits
    return msgspec.structs.replace(limits or Limits(), max_volume=0.0)


def _part(value: float, percent: float) -> float:
    return round(value * percent / FULL, _DIGITS)
