"""A scene as YAML: what was written is read back the same, and reads well."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.scene_library import starter_scenes
from hub.scene_yaml import read_scene, write_scene
from hub.yaml_file import YamlFileError
from scenes.dosing import dose_s_per_h
from scenes.errors import InvalidSceneError
from scenes.scene import Experience, LightCue, Limits, Mood, MusicCue, Scene, ScentCue

LIBRARY = Path(__file__).parents[2] / "scenes" / "library"

percentages = st.one_of(st.integers(0, 100).map(float), st.floats(0, 100))
seconds = st.one_of(st.integers(0, 86400).map(float), st.floats(0, 86400))
# Also words that some version of YAML takes for something else.
slugs = st.one_of(
    st.from_regex(r"\A[a-z0-9]{1,6}(-[a-z0-9]{1,5}){0,2}\Z"),
    st.sampled_from(["all", "null", "true", "no", "12", "1e5", "0x1f"]),
)
# All but what turns the direction of a line.
signs = st.characters(
    codec="utf-8",
    exclude_categories=["Cc", "Cs", "Zl", "Zp"],
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
lines = st.one_of(
    st.text(signs, max_size=50),
    st.sampled_from(
        ["- a", "a: b", "#x", "'", '"', "10:00", "~", " a", "a ", "{}", "%", "\\n", "…"]
    ),
)
lights = st.builds(
    lambda level, hue, fade_s: LightCue(level=level, fade_s=fade_s, **hue),
    percentages,
    st.one_of(
        st.just({}),
        st.builds(lambda k: {"temperature_k": k}, st.integers(1000, 12000)),
        st.builds(lambda number: {"colour": f"#{number:06x}"}, st.integers(0, 0xFFFFFF)),
    ),
    seconds,
)
sources = st.builds(
    lambda kind, word, rest: f"{kind}:{word}{rest}",
    st.sampled_from(["playlist", "folder", "stream"]),
    st.text(signs, min_size=1, max_size=1).filter(lambda sign: not sign.isspace()),
    lines,
)


def _cut(name: str) -> str:
    """As much of a name as a name may have, the end of it with what can be seen."""
    return name[name.index("N") - 5 if name.index("N") > 5 else 0 :][:60]


@st.composite
def random_scenes(draw: st.DrawFn) -> Scene:
    """Any scene that a person may write; its limits go as far as its cues at least."""
    music = draw(
        st.none()
        | st.builds(
            MusicCue,
            source=sources,
            volume=percentages,
            crossfade_s=seconds,
            change=st.sampled_from(["now", "song-end"]),
        )
    )
    scent = draw(st.none() | st.builds(ScentCue, fragrance=slugs, intensity=percentages))
    limits = Limits(
        max_volume=draw(st.floats(music.volume if music else 0, 100)),
        max_dose_s_per_h=dose_s_per_h(scent.intensity) if scent else None,
    )
    return Scene(
        id="x",
        # A sign that can be seen, somewhere.
        name=draw(st.builds(lambda before, after: f"{before}N{after}", lines, lines).map(_cut)),
        description="\n".join(draw(st.lists(lines, max_size=4))),
        mood=draw(st.sampled_from(get_args(Mood))),
        experience=draw(st.sampled_from(get_args(Experience))),
        limits=draw(st.sampled_from([None, limits])),
        light=draw(st.dictionaries(slugs, lights, max_size=3)),
        music=music,
        scent=scent,
    )


@given(random_scenes())
@settings(max_examples=150)
def test_what_was_written_is_read_back_the_same(scene: Scene) -> None:
    text = write_scene(scene)
    read = read_scene("x", text)
    assert read == scene
    assert write_scene(read) == text

    assert yaml.safe_load(text)["name"] == scene.name, "also to readers of YAML 1.1"


def test_a_file_reads_as_a_person_would_write_it() -> None:
    scene = Scene(
        id="x",
        name="Sommer på Løkka",
        description="Two lines:\nlight, and what it does.",
        mood="relax",
        experience="escapist",
        limits=Limits(max_volume=45.5),
        light={
            "all": LightCue(level=60, temperature_k=3000, fade_s=30),
            "accent": LightCue(level=0.5, colour="#ff7a4d"),
        },
        music=MusicCue(source="playlist:calm", volume=25, change="song-end"),
        scent=ScentCue(fragrance="linen", intensity=25),
    )
    assert (
        write_scene(scene)
        == """\
name: Sommer på Løkka
description: |-
  Two lines:
  light, and what it does.
mood: relax
experience: escapist
limits: {max_volume: 45.5}
light:
  all: {level: 60, temperature_k: 3000, fade_s: 30}
  accent: {level: 0.5, colour: '#ff7a4d'}
music: {source: 'playlist:calm', volume: 25, change: song-end}
scent: {fragrance: linen, intensity: 25}
"""
    )


def test_the_same_scene_is_written_the_same() -> None:
    said = LightCue(level=5, fade_s=float("3"))
    unsaid = LightCue(level=5)
    texts = {
        write_scene(
            Scene(id="x", name="X", mood="close", experience="aesthetic", light={"all": cue})
        )
        for cue in (said, unsaid)
    }
    assert len(texts) == 1


@pytest.mark.parametrize("scene", starter_scenes().values(), ids=lambda scene: scene.id)
def test_the_library_is_as_it_would_be_written(scene: Scene) -> None:
    assert write_scene(scene) == (LIBRARY / f"{scene.id}.yaml").read_text(encoding="utf-8")


def test_what_is_no_scene_is_refused_in_words() -> None:
    with pytest.raises(InvalidSceneError, match="scene 'x': the file names no fields"):
        read_scene("x", "- a\n")
    with pytest.raises(YamlFileError, match="line 2"):
        read_scene("x", "name: [\n")
