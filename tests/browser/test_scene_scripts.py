"""The editor's scripts say and draw the same as the hub."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from hub.scene_library import starter_scenes
from hub.web.scene_picture import picture
from scenes.colour import blend_colours, white_colour
from scenes.dosing import dose_s_per_h
from scenes.scene import LightCue, MusicCue, Scene, ScentCue
from scenes.scene_file import document_of, read_document
from tests.browser.conftest import OpenTablet


@pytest.fixture
def page(tablet: OpenTablet) -> Page:
    """Any page of the hub: scripts are loaded from there."""
    return tablet("/scenes?store=oslo")


def scenes() -> list[Scene]:
    """The starter library, and what stands at its edges."""
    return [
        *starter_scenes().values(),
        *(
            _lit(LightCue(level=level, temperature_k=1000 + level * 110))
            for level in (0, 1, 44, 45, 100)
        ),
        *(_lit(LightCue(level=70, colour=colour)) for colour in ("#000000", "#ffffff", "#ff2010")),
        Scene(id="own", name="Own"),
        Scene(
            id="own",
            name="Own",
            light={"window": LightCue(level=30), "b-side": LightCue(level=99, temperature_k=6500)},
            music=MusicCue(source="folder:a/b", volume=0),
            scent=ScentCue(fragrance="amber", intensity=100),
        ),
    ]


def _lit(cue: LightCue) -> Scene:
    accent = msgspec.structs.replace(cue, fade_s=60.0)
    return Scene(id="own", name="Own", light={"all": cue, "accent": accent})


def test_the_picture_is_the_same_while_it_is_edited(page: Page) -> None:
    drawn: list[dict[str, Any]] = page.evaluate(
        """async recipes => {
            const { picture } = await import('/static/scene_picture.js');
            return recipes.map(picture);
        }""",
        [msgspec.to_builtins(scene) for scene in scenes()],
    )
    for scene, shown in zip(scenes(), drawn, strict=True):
        wanted = asdict(picture(scene))
        wanted["bars"] = list(wanted["bars"])
        assert shown == {key: wanted[key] for key in shown}, scene


def test_colours_and_doses_are_the_same(page: Page) -> None:
    kelvins = [1000, 1800, 2700, 4000, 6500, 9000, 15000, 16000]
    pairs = [("#1a100a", "#ffb46b", 0.3), ("#ff0000", "#0000ff", 0.5), ("#123456", "#123456", 1)]
    found = page.evaluate(
        """async ([kelvins, pairs, intensities]) => {
            const { blendColours, whiteColour } = await import('/static/colour.js');
            const { doseOf } = await import('/static/scene_recipe.js');
            return [
                kelvins.map(whiteColour),
                pairs.map(pair => blendColours(...pair)),
                intensities.map(doseOf),
            ];
        }""",
        [kelvins, pairs, [0, 1, 35, 100]],
    )
    assert found == [
        [white_colour(kelvin) for kelvin in kelvins],
        [blend_colours(*pair) for pair in pairs],
        [dose_s_per_h(intensity) for intensity in (0, 1, 35, 100)],
    ]


def test_hue_and_saturation_make_the_colour_that_they_were_read_from(page: Page) -> None:
    colours = ["#ff0000", "#ffff00", "#00ff00", "#00ffff", "#0000ff", "#ff00ff", "#ffffff"]
    found = page.evaluate(
        """async colours => {
            const { colourOf, hueAndSaturation } = await import('/static/colour.js');
            const read = colours.map(hueAndSaturation);
            return read.map(({ hue, saturation }) => colourOf(hue, saturation));
        }""",
        colours,
    )
    assert found == colours


def test_a_document_that_was_taken_up_is_the_same_again(page: Page) -> None:
    documents = [document_of(scene) for scene in starter_scenes().values()]
    taken: list[dict[str, Any]] = page.evaluate(
        """async documents => {
            const { documentOf, sheetOf } = await import('/static/scene_recipe.js');
            const room = { 'light.all.own': false };
            return documents.map(each => documentOf(sheetOf(each, room)));
        }""",
        documents,
    )
    assert [read_document(each) for each in taken] == [read_document(each) for each in documents]


def test_both_people_s_changes_are_put_together(page: Page) -> None:
    base = {"name": "A", "light": {"all": {"level": 1}, "accent": {"level": 2}}, "scent": {"x": 1}}
    theirs = {
        "name": "B",
        "light": {"all": {"level": 1}, "accent": {"level": 9}},
        "limits": {"v": 1},
    }
    mine = {"name": "C", "light": {"all": {"level": 5}}, "scent": {"x": 1}, "music": {"y": 2}}
    found = page.evaluate(
        """async ([base, theirs, mine]) => {
            const { merged } = await import('/static/scene_recipe.js');
            return merged(base, theirs, mine);
        }""",
        [base, theirs, mine],
    )
    assert found == {
        "name": "C",
        "light": {"all": {"level": 5}},
        "limits": {"v": 1},
        "music": {"y": 2},
    }
