"""The starter library loads, and a misspelt scene file says what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scenes.errors import InvalidSceneError
from scenes.scene import DARK, Scene
from scenes.scene_file import parse_scene

LIBRARY = Path(__file__).parents[2] / "scenes" / "library"
EXPECTED = {
    "opening",
    "calm-morning",
    "trading",
    "rush-hour",
    "quiet-hour",
    "evening",
    "event",
    "cleaning",
    "closing",
    "closed",
}


def library() -> dict[str, Scene]:
    return {
        path.stem: parse_scene(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(LIBRARY.glob("*.yaml"))
    }


def test_the_scenes_a_shop_would_use_are_there() -> None:
    assert set(library()) == EXPECTED


@pytest.mark.parametrize("scene", library().values(), ids=lambda scene: scene.id)
def test_a_starter_scene_is_gentle(scene: Scene) -> None:
    assert scene.name
    assert scene.description
    assert scene.light, "nobody should stand in the dark"
    assert all(cue.fade_s >= 0.5 for cue in scene.light.values())
    assert scene.music is None or scene.music.volume <= 60


def test_the_quiet_hour_is_quiet_for_all_senses() -> None:
    quiet, trading = library()["quiet-hour"], library()["trading"]
    assert quiet.music is None
    assert quiet.scent is None
    assert quiet.light_cue("accent").level < trading.light_cue("accent").level


def test_a_scene_is_total() -> None:
    scene = Scene(id="x", name="X", light={"accent": library()["event"].light["accent"]})
    assert scene.light_cue("window") == DARK
    assert library()["event"].light_cue("window") == library()["event"].light["all"]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"name": "X", "lights": {}}, "lights"),
        ({"name": "X", "light": {"all": {"level": 30, "temprature_k": 3000}}}, "temprature_k"),
        ({"name": "X", "light": {"all": {"level": 130}}}, "100"),
        (
            {
                "name": "X",
                "light": {"all": {"level": 3, "temperature_k": 3000, "colour": "#ffffff"}},
            },
            "not both",
        ),
        ({"name": "X", "music": {"source": "spotify", "volume": 3}}, "source"),
        ({"name": "X", "music": {"source": "folder:a", "volume": 3, "change": "soon"}}, "change"),
        ({"light": {}}, "name"),
        ({"name": "X", "id": "y"}, "'id' is not written"),
        ({"name": "X", "light": None}, "light"),
    ],
)
def test_a_wrong_scene_file_says_what_is_wrong(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidSceneError, match=complaint):
        parse_scene("x", document)


def test_music_changes_now_unless_the_file_says_at_song_end() -> None:
    music = {"source": "playlist:calm", "volume": 30}
    now = parse_scene("x", {"name": "X", "music": music}).music
    later = parse_scene("x", {"name": "X", "music": music | {"change": "song-end"}}).music
    assert now is not None
    assert later is not None
    assert (now.change, later.change) == ("now", "song-end")
