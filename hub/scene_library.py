"""Scenes from YAML files, one a scene: the starter library and a shop's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.scene_yaml import ENDING, read_scene
from hub.yaml_file import YamlFileError
from scenes.errors import InvalidSceneError
from scenes.scene import Scene


def starter_scenes() -> dict[str, Scene]:
    """The scenes that come with Stemning, by id; read once, as they come with the code."""
    return dict(_starter_scenes())


@cache
def _starter_scenes() -> dict[str, Scene]:
    scenes, problems = _read((files("scenes") / "library").iterdir())
    if problems:
        raise InvalidSceneError("; ".join(problems))
    return scenes


def read_scenes(directory: Path) -> tuple[dict[str, Scene], list[str]]:
    """The scenes of a directory by id, and what is wrong with the others, in words."""
    try:
        return _read(directory.iterdir())
    except FileNotFoundError:
        return {}, [f"the scenes can't be read: there is no directory {directory}"]
    except OSError as error:
        return {}, [f"the scenes in {directory} can't be read: {error.strerror}"]


def _read(entries: Iterable[Traversable]) -> tuple[dict[str, Scene], list[str]]:
    scenes: dict[str, Scene] = {}
    problems: list[str] = []
    for entry in sorted(entries, key=lambda entry: entry.name):
        if not entry.name.endswith(ENDING):
            continue
        scene_id = entry.name.removesuffix(ENDING)
        try:
            scenes[scene_id] = read_scene(scene_id, entry.read_text(encoding="utf-8"))
        except YamlFileError as error:
            problems.extend(f"{entry.name}, {problem}" for problem in error.problems)
        except InvalidSceneError as error:
            problems.append(f"{entry.name}: {error}")
        except OSError as error:
            problems.append(f"{entry.name} can't be read: {error.strerror}")
        except UnicodeDecodeError as error:
            problems.append(f"{entry.name} can't be read: {error}")
    return scenes, problems
