"""Scene documents that people write (YAML or JSON read into plain values) to scenes, strictly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta, Struct

from scenes.audition import AUDITION
from scenes.errors import InvalidSceneError
from scenes.scene import (
    Description,
    Experience,
    LightCue,
    Limits,
    Mood,
    MusicCue,
    Scene,
    ScentCue,
    Title,
)
from scenes.units import LINE_PATTERN, TURNING, Slug

_CHOICES = {"mood": get_args(Mood), "experience": get_args(Experience)}
_ASKS = {"mood": "what mood it intends", "experience": "which experience it serves"}
_UNWRITABLE = {"Cc", "Cs", "Zl", "Zp"}
# Controls and formats, spaces, and marks upon nothing; the others are letters that leave a blank.
_UNSEEN = {"C", "Z", "M"}
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


class LightCueDocument(LightCue, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A light cue in which a misspelt field is an error."""


class MusicCueDocument(MusicCue, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A music cue in which a misspelt field is an error."""


class ScentCueDocument(ScentCue, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scent cue in which a misspelt field is an error."""


class LimitsDocument(Limits, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits in which a misspelt field is an error, and so is a table of none."""

    def __post_init__(self) -> None:
        if self.max_volume is None and self.max_dose_s_per_h is None:
            raise ValueError("limits say max_volume, max_dose_s_per_h or both")


class SceneDocument(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A scene as people write it: a file that is misspelt must not pass for a dark scene.

    The fields are those of `scenes.scene.Scene`. The id comes from the file's name or the address
    and the revision is counted by the hub, so neither stands in it.
    """

    # Scenes that were kept before are read as they are, so what is new is asked of what is written.
    name: Annotated[
        Title,
        Meta(
            description="One line with a character that can be seen.",
            extra_json_schema={"pattern": r"^(?=.*\S)" + LINE_PATTERN.removeprefix("^")},
        ),
    ]
    description: Description = ""
    mood: Mood
    experience: Experience
    limits: LimitsDocument | None = None
    light: dict[Slug, LightCueDocument] = {}
    music: MusicCueDocument | None = None
    scent: ScentCueDocument | None = None

    def __post_init__(self) -> None:
        if self.limits is not None:
            self.limits.check(self.music, self.scent)
        for field, text, several_lines in self._texts():
            _check_text(field, text, several_lines=several_lines)
        if all(unicodedata.category(sign)[0] in _UNSEEN or sign in _BLANKS for sign in self.name):
            raise ValueError("name has no character that can be seen")

    def scene(self, scene_id: str, revision: int = 1) -> Scene:
        """The scene of that id; `InvalidSceneError` when it can't be an id."""
        if scene_id == AUDITION:
            raise InvalidSceneError(
                f"scene {scene_id!r}: that id is what a recipe has while it is auditioned"
            )
        try:
            return msgspec.convert(
                {**msgspec.to_builtins(self), "id": scene_id, "revision": revision}, Scene
            )
        except msgspec.ValidationError as error:
            raise InvalidSceneError(f"scene {scene_id!r}: {error}") from error

    def _texts(self) -> Iterator[tuple[str, str, bool]]:
        yield "name", self.name, False
        yield "description", self.description, True
        if self.music is not None:
            yield "music.source", self.music.source, False


def parse_scene(scene_id: str, document: Mapping[str, Any]) -> Scene:
    """The scene in a document; `InvalidSceneError` names the field that is wrong."""
    try:
        return read_document(document).scene(scene_id)
    except ValueError as error:
        if isinstance(error, InvalidSceneError):
            raise
        raise InvalidSceneError(f"scene {scene_id!r}: {error}") from error


def read_document(document: object) -> SceneDocument:
    """A document (plain values of any kind) as its struct; `ValueError` names the wrong field."""
    if isinstance(document, Mapping):
        for given in ("id", "revision"):
            if given in document:
                raise ValueError(f"{given!r} is not written in the file")
        missing = [_asked(field) for field in _CHOICES if not _chosen(field, document)]
        if missing:
            raise ValueError("; ".join(missing))
    try:
        return msgspec.convert(document, SceneDocument)
    except (msgspec.ValidationError, TypeError) as error:
        raise ValueError(str(error)) from error


def document_of(scene: Scene) -> dict[str, Any]:
    """A scene's fields as people write them, in their order; what is as always is left out."""
    fields = _said(scene)
    return {name: fields[name] for name in SceneDocument.__struct_fields__ if name in fields}


def _said(part: Struct) -> dict[str, Any]:
    """The fields that are not at their defaults, as plain values."""
    said: dict[str, Any] = {}
    for field in msgspec.structs.fields(part):
        value = getattr(part, field.name)
        if isinstance(value, Struct):
            said[field.name] = _said(value)
        elif isinstance(value, dict):
            said |= {field.name: {key: _said(each) for key, each in value.items()}} if value else {}
        elif value != field.default:
            said[field.name] = value
    return said


def _chosen(field: str, document: Mapping[str, Any]) -> bool:
    value = document.get(field)
    return isinstance(value, str) and value in _CHOICES[field]


def _asked(field: str) -> str:
    *others, last = _CHOICES[field]
    return f"{field} says {_ASKS[field]}: {', '.join(others)} or {last}"


def _check_text(field: str, text: str, *, several_lines: bool) -> None:
    """Refuse (`ValueError`) what no page shows and no file keeps."""
    for sign in text.replace("\n", "") if several_lines else text:
        if unicodedata.category(sign) in _UNWRITABLE or sign in TURNING:
            raise ValueError(f"{field} has a character that can't be shown: U+{ord(sign):04X}")
