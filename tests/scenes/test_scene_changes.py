"""Two revisions of a scene, and what differs between them in plain words."""

from typing import Any

import msgspec
import pytest

from scenes.scene import LightCue, Limits, MusicCue, Scene, ScentCue
from scenes.scene_changes import scene_changes
from scenes.scene_file import SceneDocument

SCENE = Scene(
    id="evening",
    name="Evening",
    description="Warm.",
    mood="relax",
    experience="escapist",
    limits=Limits(max_volume=50),
    light={
        "all": LightCue(level=50, temperature_k=2700, fade_s=60),
        "accent": LightCue(level=75),
    },
    music=MusicCue(source="playlist:evening", volume=40),
    scent=ScentCue(fragrance="amber", intensity=35),
)


def changed(cue: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(cue, **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Night"}, ["Name “Evening” → “Night”"]),
        ({"description": ""}, ["Description “Warm.” → none"]),
        ({"mood": "close"}, ["Mood relax → close"]),
        ({"experience": "aesthetic"}, ["Experience escapist → aesthetic"]),
        (
            {"limits": Limits(max_volume=45, max_dose_s_per_h=400)},
            ["Highest volume 50 % → 45 %", "Highest dose none → 400 s an hour"],
        ),
        ({"limits": None}, ["Highest volume 50 % → none"]),
        (
            {
                "light": {
                    "all": LightCue(level=62.5, colour="#ffb46b", fade_s=10),
                    "window": LightCue(level=30, temperature_k=3000),
                }
            },
            [
                "Light level 50 % → 62.5 %",
                "Colour temperature 2700 K → none",
                "Colour none → #ffb46b",
                "Light fade 60 s → 10 s",
                "Light of accent removed: 75 %",
                "Light of window added: 30 %, 3000 K",
            ],
        ),
        (
            {"light": {**SCENE.light, "accent": LightCue(level=70)}},
            ["Light level of accent 75 % → 70 %"],
        ),
        ({"music": changed(SCENE.music, volume=45)}, ["Volume 40 % → 45 %"]),
        (
            {"music": MusicCue(source="folder:jazz", volume=40, crossfade_s=8, change="song-end")},
            [
                "Music playlist:evening → folder:jazz",
                "Cross-fade 5 s → 8 s",
                "Music changes now → song-end",
            ],
        ),
        ({"music": None}, ["Music removed: playlist:evening at 40 %"]),
        (
            {"scent": ScentCue(fragrance="linen", intensity=20)},
            ["Scent amber → linen", "Scent intensity 35 % → 20 %"],
        ),
        ({"scent": None}, ["Scent removed: amber at 35 %"]),
        ({"revision": 7}, []),
    ],
)
def test_a_change_is_said_in_plain_words(fields: dict[str, Any], words: list[str]) -> None:
    after = changed(SCENE, **fields)
    assert scene_changes(SCENE, after) == words


def test_what_is_new_is_said_in_plain_words() -> None:
    empty = changed(SCENE, music=None, scent=None)
    assert scene_changes(empty, SCENE) == [
        "Music added: playlist:evening at 40 %",
        "Scent added: amber at 35 %",
    ]


def test_no_field_of_a_scene_changes_in_silence() -> None:
    other = Scene(
        id="evening",
        name="Other",
        description="Other.",
        mood="focus",
        experience="education",
        limits=Limits(max_volume=99),
        light={},
        music=MusicCue(source="playlist:other", volume=1),
        scent=ScentCue(fragrance="other", intensity=1),
    )
    for field in SceneDocument.__struct_fields__:
        assert scene_changes(SCENE, changed(SCENE, **{field: getattr(other, field)})), field
    cues: dict[str, tuple[Any, dict[str, Any]]] = {
        "music": (
            SCENE.music,
            {"source": "folder:x", "volume": 1, "crossfade_s": 1, "change": "song-end"},
        ),
        "scent": (SCENE.scent, {"fragrance": "x", "intensity": 1}),
        "limits": (SCENE.limits, {"max_volume": 60, "max_dose_s_per_h": 900}),
    }
    for name, (cue, fields) in cues.items():
        assert fields.keys() == set(cue.__struct_fields__)
        for field, value in fields.items():
            assert scene_changes(SCENE, changed(SCENE, **{name: changed(cue, **{field: value})}))
    lit = LightCue(level=1)
    others: dict[str, Any] = {"level": 2.0, "temperature_k": 2000, "colour": "#000000", "fade_s": 1}
    assert others.keys() == set(LightCue.__struct_fields__)
    for field, value in others.items():
        before = changed(SCENE, light={"all": lit})
        assert scene_changes(before, changed(SCENE, light={"all": changed(lit, **{field: value})}))
