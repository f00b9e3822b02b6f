"""An audition: a recipe that nobody has to publish, tried in one zone for a minute."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct

from scenes.scene import LightCue, MusicCue, Scene
from scenes.units import Instant, Slug

AUDITION = "audition"
"""The id of a recipe that is auditioned; no other scene is called so."""
SHORTEST_S, LONGEST_S = 10.0, 120.0
FADE_S = 2.0
"""Whoever listens for a minute can't wait for a fade of ten."""
AUDITION_PREFIX = "Audition: "
_NAME = 60


class Audition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody's trial of ``recipe`` in ``zone``, from ``start`` (included) to ``end`` (excluded).

    ``of`` is the id of the scene that the recipe is, or is to become.
    """

    id: str
    zone: Slug
    recipe: Scene
    of: Slug
    start: Instant
    end: Instant
    author: str = ""

    def holds(self, instant: datetime) -> bool:
        """Whether it is under way."""
        return self.start <= instant < self.end

    @property
    def source(self) -> str:
        """What its slots say that they come from."""
        return f"{AUDITION}:{self.id}"


def recipe_of(scene: Scene) -> Scene:
    """A scene as it is auditioned: under the reserved id, and reached soon.

    Its limits stand, and so does everything that is no way to it.
    """
    return msgspec.structs.replace(
        scene,
        id=AUDITION,
        name=f"{AUDITION_PREFIX}{scene.name}"[:_NAME],
        light={group: _soon(cue) for group, cue in scene.light.items()},
        music=scene.music and _now(scene.music),
    )


def _soon(cue: LightCue) -> LightCue:
    return msgspec.structs.replace(cue, fade_s=min(cue.fade_s, FADE_S))


def _now(cue: MusicCue) -> MusicCue:
    return msgspec.structs.replace(cue, crossfade_s=min(cue.crossfade_s, FADE_S), change="now")
