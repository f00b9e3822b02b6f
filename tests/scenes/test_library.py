"""The starter library loads, and a misspelt scene file says what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scenes.errors import InvalidSceneError
from scenes.scene import DARK, Scene
from scenes.scene_file import SceneDocument, document_of, parse_scene

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
    "emergency",
    "breathing-space",
}
SERVES = {"mood": "relax", "experience": "aesthetic"}


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


@pytest.mark.parametrize("scene", library().values(), ids=lambda scene: scene.id)
def test_a_starter_scene_says_what_it_is_for_and_how_far_it_goes(scene: Scene) -> None:
    assert scene.mood
    assert scene.experience
    assert scene.limits is not None
    assert scene.limits.max_volume is not None
    assert scene.limits.max_dose_s_per_h is not None


def test_in_an_emergency_everybody_sees_and_hears_at_once() -> None:
    emergency = library()["emergency"]
    assert emergency.music is None
    assert emergency.scent is None
    assert emergency.max_volume == 0
    light = emergency.light_cue("whatever")
    assert (light.level, light.colour) == (100, None)
    assert light.fade_s <= 1


def test_a_crowd_gets_a_softer_and_slower_scene() -> None:
    crowded, rush = library()["breathing-space"], library()["rush-hour"]
    assert crowded.music is not None
    assert rush.music is not None
    assert crowded.music.volume < rush.music.volume
    assert crowded.music.crossfade_s > rush.music.crossfade_s
    assert crowded.scent is None
    assert crowded.light_cue("all").level < rush.light_cue("all").level
    assert crowded.light_cue("all").fade_s > rush.light_cue("all").fade_s


def test_a_scene_is_total() -> None:
    scene = Scene(id="x", name="X", light={"accent": library()["event"].light["accent"]})
    assert scene.light_cue("window") == DARK
    assert library()["event"].light_cue("window") == library()["event"].light["all"]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"lights": {}}, "lights"),
        ({"light": {"all": {"level": 30, "temprature_k": 3000}}}, "temprature_k"),
        ({"light": {"all": {"level": 130}}}, "100"),
        ({"light": {"all": {"level": 3, "temperature_k": 3000, "colour": "#ffffff"}}}, "not both"),
        ({"music": {"source": "spotify", "volume": 3}}, "source"),
        ({"music": {"source": "folder:a", "volume": 3, "change": "soon"}}, "change"),
        ({"name": 5}, "name"),
        ({"id": "y"}, "'id' is not written"),
        ({"revision": 2}, "'revision' is not written"),
        ({"light": None}, "light"),
        ({"limits": {}}, "limits say max_volume, max_dose_s_per_h or both"),
        ({"limits": {"max_volum": 3}}, "max_volum"),
        ({"limits": {"max_dose_s_per_h": 901}}, "900"),
        ({"name": "a\nb"}, r"name has a character that can't be shown: U\+000A"),
        ({"description": "a\tb"}, r"description has a character that can't be shown: U\+0009"),
        ({"name": "a\ud800"}, r"U\+D800"),
        (
            {"music": {"source": "folder:a\rb", "volume": 3}},
            r"music.source has a character that can't be shown: U\+000D",
        ),
    ],
)
def test_a_wrong_scene_file_says_what_is_wrong(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidSceneError, match=complaint):
        parse_scene("x", {"name": "X", **SERVES, **document})


def test_a_scene_needs_a_name_and_a_right_id() -> None:
    with pytest.raises(InvalidSceneError, match=r"scene 'x': .*name"):
        parse_scene("x", SERVES)
    with pytest.raises(InvalidSceneError, match="scene 'X Y'"):
        parse_scene("X Y", {"name": "X", **SERVES})


MOODS = "mood says what mood it intends: relax, energise, focus, celebrate or close"
EXPERIENCES = (
    "experience says which experience it serves: entertainment, education, aesthetic or escapist"
)


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({}, f"{MOODS}; {EXPERIENCES}"),
        ({"mood": "relax"}, EXPERIENCES),
        ({"mood": "happy", "experience": "aesthetic"}, MOODS),
        ({"mood": ["relax"], "experience": "aesthetic"}, MOODS),
    ],
)
def test_who_does_not_say_what_a_scene_is_for_is_told_the_choices(
    document: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidSceneError) as refused:
        parse_scene("x", {"name": "X", **document})
    assert str(refused.value) == f"scene 'x': {complaint}"


def test_a_document_has_the_fields_of_a_scene() -> None:
    counted = {"id", "revision"}
    assert set(SceneDocument.__struct_fields__) == set(Scene.__struct_fields__) - counted


@pytest.mark.parametrize("scene", library().values(), ids=lambda scene: scene.id)
def test_a_scene_and_its_document_say_the_same(scene: Scene) -> None:
    assert parse_scene(scene.id, document_of(scene)) == scene


def test_music_changes_now_unless_the_file_says_at_song_end() -> None:
    music: dict[str, Any] = {"source": "playlist:calm", "volume": 30}
    now = parse_scene("x", {"name": "X", **SERVES, "music": music}).music
    music["change"] = "song-end"
    later = parse_scene("x", {"name": "X", **SERVES, "music": music}).music
    assert now is not None
    assert later is not None
    assert (now.change, later.change) == ("now", "song-end")
