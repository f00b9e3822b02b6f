"""Adjustments: never beyond what a scene and a person may ask, in whatever order they come."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.adjustment import (
    AS_IT_SAYS,
    SENSES,
    Adjustment,
    Sense,
    adjusted,
    combined,
    limits_of,
    quickly,
    stepped,
)
from scenes.dosing import dose_s_per_h
from scenes.scene import LightCue, Limits, MusicCue, Scene, ScentCue

percentages = st.floats(0, 100)
adjustments = st.builds(
    Adjustment,
    light=st.floats(10, 150),
    volume=st.floats(0, 150),
    scent=st.floats(0, 100),
)
asked = st.lists(
    st.sampled_from(SENSES).flatmap(
        lambda sense: st.tuples(st.just(sense), st.floats(*limits_of(sense)))
    ),
    max_size=6,
)
lights = st.builds(LightCue, level=percentages, fade_s=st.floats(0, 600))


@st.composite
def recipes(draw: st.DrawFn) -> Scene:
    music = draw(
        st.none() | st.builds(MusicCue, source=st.just("playlist:calm"), volume=percentages)
    )
    scent = draw(st.none() | st.builds(ScentCue, fragrance=st.just("linen"), intensity=percentages))
    most = draw(st.none() | st.floats(music.volume if music else 0, 100))
    dose = draw(st.none() | st.floats(dose_s_per_h(scent.intensity) if scent else 0, 900))
    return Scene(
        id="scene",
        name="Scene",
        light=draw(st.dictionaries(st.sampled_from(("all", "window")), lights)),
        music=music,
        scent=scent,
        limits=Limits(max_volume=most, max_dose_s_per_h=dose),
    )


@given(recipes(), adjustments)
def test_an_adjusted_scene_stays_within_all_limits(scene: Scene, adjustment: Adjustment) -> None:
    given_now = adjusted(scene, adjustment)
    assert all(0 <= cue.level <= 100 for cue in given_now.light.values())
    if given_now.music and scene.music:
        assert 0 <= given_now.music.volume <= scene.max_volume
        assert given_now.max_volume <= scene.max_volume
        if adjustment.volume <= 100:
            assert given_now.music.volume <= scene.music.volume + 1e-6
    if given_now.scent and scene.scent:
        assert given_now.scent.intensity <= scene.scent.intensity
    assert (given_now.music is None) == (scene.music is None), "nothing begins by a nudge"
    assert (given_now.scent is None) == (scene.scent is None)
    # What is sent can be read again: no rounding that the wire refuses.
    again = msgspec.json.decode(msgspec.json.encode(given_now), type=Scene)
    assert again == given_now


@given(asked, st.randoms(use_true_random=False))
def test_the_order_of_nudges_does_not_matter(
    asked_of: list[tuple[Sense, float]], dice: Random
) -> None:
    shuffled = list(asked_of)
    dice.shuffle(shuffled)
    assert combined(asked_of) == combined(shuffled)


@given(asked)
def test_what_is_off_stays_off_whatever_else_is_asked(
    asked_of: list[tuple[Sense, float]],
) -> None:
    found = combined([*asked_of, ("volume", 0.0), ("scent", 0.0)])
    assert (found.volume, found.scent) == (0, 0)


def test_nothing_asked_is_as_the_scene_says() -> None:
    scene = Scene(id="a", name="A", light={"all": LightCue(level=40)})
    assert combined([]).plain
    assert adjusted(scene, AS_IT_SAYS) is scene


def test_a_nudge_multiplies_what_the_scene_asks_for() -> None:
    scene = Scene(
        id="a",
        name="A",
        light={"all": LightCue(level=80), "window": LightCue(level=0)},
        music=MusicCue(source="playlist:a", volume=70),
        scent=ScentCue(fragrance="linen", intensity=40),
        limits=Limits(max_volume=80),
    )
    found = adjusted(scene, Adjustment(light=150, volume=120, scent=50))
    assert {group: cue.level for group, cue in found.light.items()} == {"all": 100, "window": 0}
    assert found.music
    assert found.music.volume == 80
    assert found.scent
    assert found.scent.intensity == 20


def test_over_muted_music_nothing_is_heard_either() -> None:
    scene = Scene(id="a", name="A", music=MusicCue(source="playlist:a", volume=70))
    muted = adjusted(scene, Adjustment(volume=0))
    assert muted.music
    assert muted.music.volume == 0, "it plays on, so that it can come back"
    assert muted.max_volume == 0


def test_a_nudge_is_reached_quickly_and_nothing_slower() -> None:
    scene = Scene(
        id="a",
        name="A",
        light={"all": LightCue(level=80, fade_s=600), "till": LightCue(level=5, fade_s=0.2)},
        music=MusicCue(source="playlist:a", volume=70, crossfade_s=30),
    )
    soon = quickly(scene)
    assert {group: cue.fade_s for group, cue in soon.light.items()} == {"all": 1, "till": 0.2}
    assert soon.music
    assert soon.music.crossfade_s == 1


@pytest.mark.parametrize(
    ("sense", "percent", "points", "after"),
    [
        ("volume", 90, -10, 80),
        ("volume", 5, -10, 0),
        ("volume", 145, 10, 150),
        ("light", 25, -10, 20),
        ("scent", 95, 10, 100),
    ],
)
def test_pressing_again_steps_further_as_far_as_it_goes(
    sense: Sense, percent: float, points: float, after: float
) -> None:
    assert stepped(sense, percent, points) == after
