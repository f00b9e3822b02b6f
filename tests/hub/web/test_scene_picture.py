"""A scene's picture shows what its recipe says, and nothing that it leaves out."""

from __future__ import annotations

import pytest

from hub.scene_library import starter_scenes
from hub.web.scene_picture import WISPS, Picture, picture
from scenes.colour import redness
from scenes.scene import LightCue, MusicCue, Scene, ScentCue

BRIGHT = {"all": LightCue(level=100, temperature_k=4000)}


def of(
    light: dict[str, LightCue] | None = None,
    music: MusicCue | None = None,
    scent: ScentCue | None = None,
) -> Picture:
    return picture(Scene(id="own", name="Own", light=light or {}, music=music, scent=scent))


def blueness(colour: str) -> int:
    return int(colour[5:7], 16) - int(colour[1:3], 16)


def luminance(colour: str) -> int:
    return sum(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def test_more_light_is_a_brighter_wall_and_a_warmer_one_is_less_blue() -> None:
    walls = [
        of({"all": LightCue(level=level, temperature_k=3000)}).wall for level in (0, 5, 40, 100)
    ]
    assert sorted(walls, key=luminance) == walls
    assert len(set(walls)) == 4
    warm, cool = (
        of({"all": LightCue(level=80, temperature_k=kelvin)}).wall for kelvin in (2400, 4500)
    )
    assert blueness(warm) < blueness(cool)


def test_accents_have_their_own_light() -> None:
    accent = LightCue(level=100, colour="#ff2010")
    shown = of({**BRIGHT, "accent": accent, "a-first": LightCue(level=1)})
    assert shown.accent.colour == accent.colour
    assert redness(shown.accent.colour) > 0 == redness(shown.room.colour)
    # Without a group of that name the first that has a light of its own stands out.
    assert of({**BRIGHT, "window": accent}).accent.colour == accent.colour
    assert of(BRIGHT).accent == of(BRIGHT).room


def test_silence_and_no_scent_are_not_drawn() -> None:
    shown = of(BRIGHT)
    assert (shown.bars, shown.wisps) == ((), 0)
    assert shown.words == "Light 100 %, 4000 K, no music, no scent"
    assert of(BRIGHT, MusicCue(source="playlist:calm", volume=0)).bars == ()


def test_louder_music_has_taller_bars_and_stronger_scent_more_wisps() -> None:
    heights = [
        max(of(BRIGHT, MusicCue(source="playlist:calm", volume=volume)).bars)
        for volume in (5, 40, 100)
    ]
    assert heights == sorted(set(heights))
    wisps = [
        of(BRIGHT, scent=ScentCue(fragrance="linen", intensity=intensity)).wisps
        for intensity in (1, 50, 100)
    ]
    assert wisps == [1, 2, WISPS]


def test_a_dark_room_is_drawn_in_light_ink() -> None:
    dark, bright = of({"all": LightCue(level=10)}), of(BRIGHT)
    assert luminance(dark.ink) > luminance(dark.wall)
    assert luminance(bright.ink) < luminance(bright.wall)


@pytest.mark.parametrize("scene", starter_scenes().values(), ids=lambda scene: scene.id)
def test_every_starter_scene_has_a_picture_with_words(scene: Scene) -> None:
    shown = picture(scene)
    assert shown.words.startswith("Light ")
    assert bool(shown.bars) == (scene.music is not None)
    assert bool(shown.wisps) == (scene.scent is not None)
