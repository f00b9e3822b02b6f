"""Scene documents that people write (YAML read into plain values) to scenes, strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from scenes.errors import InvalidSceneError
from scenes.scene import LightCue, MusicCue, Scene, ScentCue
from scenes.units import Slug


class _StrictLightCue(LightCue, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A light cue in which a misspelt field is an error."""


class _StrictMusicCue(MusicCue, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A music cue in which a misspelt field is an error."""


class _StrictScentCue(ScentCue, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scent cue in which a misspelt field is an error."""


class _SceneDocument(Scene, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scene as people write it: a file that is misspelt must not pass for a dark scene."""

    light: dict[Slug, _StrictLightCue] = msgspec.field(  # type: ignore[assignment]
        default_factory=dict
    )
    music: _StrictMusicCue | None = None
    scent: _StrictScentCue | None = None


def parse_scene(scene_id: str, document: Mapping[str, Any]) -> Scene:
    """The scene in a document; `InvalidSceneError` names the field that is wrong.

    The id comes from the file's name and the revision is counted by the hub, so neither stands
    in the document.
    """
    for given in ("id", "revision"):
        if given in document:
            raise InvalidSceneError(f"scene {scene_id!r}: {given!r} is not written in the file")
    try:
        msgspec.convert({**document, "id": scene_id}, _SceneDocument)
        return msgspec.convert({**document, "id": scene_id}, Scene)
    except (msgspec.ValidationError, TypeError) as error:
        raise InvalidSceneError(f"scene {scene_id!r}: {error}") from error
