"""New scenes: from a blank, from another one, from a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePath

from hub.parts import HubParts
from hub.scene_yaml import ENDING
from scenes.audition import AUDITION
from scenes.errors import InvalidSceneError, UnknownSceneError
from scenes.language import _
from scenes.scene import LightCue, Scene

_LONGEST = 60
# Letters that don't fall apart into a base and a mark.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "þ": "th", "ð": "d"})


def blank(scene_id: str, name: str) -> Scene:
    """A scene to begin with: half light, neither music nor scent."""
    return Scene(
        id=scene_id,
        name=name,
        mood="relax",
        experience="aesthetic",
        light={"all": LightCue(level=50, temperature_k=3000)},
    )


def free_id(hub: HubParts, name: str) -> str:
    """An id that no scene ever had, after a name: "Late evening" is ``late-evening``."""
    return free_of(name, lambda scene_id: scene_id == AUDITION or _ever_was(hub, scene_id))


def free_of(name: str, taken: Callable[[str], bool]) -> str:
    """An id after a name which is not ``taken``; a number is put after one that is."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    ascii_only = plain.encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", ascii_only)[:_LONGEST].strip("-") or "scene"
    number, found = 1, base
    while taken(found):
        number += 1
        found = f"{base}-{number}"
    return found


def id_of_file(name: str) -> str:
    """The id that a scene file's name says; `InvalidSceneError` for another kind of file."""
    path = PurePath(name.replace("\\", "/"))
    if path.suffix.lower() not in {ENDING, ".yml"}:
        said = _("a scene file’s name ends in {ending}: “{name}” doesn’t")
        raise InvalidSceneError(said.format(ending=ENDING, name=path.name))
    return path.stem.lower()


def _ever_was(hub: HubParts, scene_id: str) -> bool:
    try:
        return bool(hub.scene_book.revisions(scene_id))
    except UnknownSceneError:
        return False
