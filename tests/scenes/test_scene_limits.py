"""A scene's limits: nothing that says more than them is a scene, on no way in."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.codec import decode, encode
from scenes.dosing import dose_s_per_h
from scenes.errors import InvalidMessageError, InvalidSceneError
from scenes.messages import PlanMessage
from scenes.scene import Limits, MusicCue, Scene, ScentCue
from scenes.scene_file import parse_scene
from tests.scenes.examples import CALM, plan

LIMITS = Limits(max_volume=40, max_dose_s_per_h=300)
LIMITED = msgspec.structs.replace(CALM, limits=LIMITS)
LOUD = MusicCue(source="playlist:calm", volume=41)
STRONG = ScentCue(fragrance="linen", intensity=34)


@pytest.mark.parametrize(
    ("cues", "complaint"),
    [
        (
            {"music": LOUD},
            "music.volume is 41 %, more than the scene's limits.max_volume of 40 %",
        ),
        (
            {"scent": STRONG},
            (
                "scent.intensity is 34 %, which is 306 s of bursts an hour "
                "and more than the scene's limits.max_dose_s_per_h of 300 s"
            ),
        ),
    ],
)
def test_a_cue_beyond_the_limits_is_refused_by_name(cues: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=r"music\.volume|scent\.intensity") as refused:
        Scene(id="x", name="X", limits=LIMITS, **cues)
    assert str(refused.value) == complaint
    document = {"name": "X", "mood": "relax", "experience": "aesthetic"}
    written = msgspec.to_builtins({"limits": LIMITS, **cues})
    with pytest.raises(InvalidSceneError) as refused_file:
        parse_scene("x", document | written)
    assert str(refused_file.value) == f"scene 'x': {complaint}"


def test_a_cue_at_the_limits_is_fine() -> None:
    music = MusicCue(source="playlist:calm", volume=40)
    scent = ScentCue(fragrance="linen", intensity=300 / 9)
    assert Scene(id="x", name="X", limits=LIMITS, music=music, scent=scent).max_volume == 40


@given(st.floats(0, 100))
def test_the_dose_of_an_intensity_is_never_beyond_itself(intensity: float) -> None:
    scent = ScentCue(fragrance="linen", intensity=intensity)
    Limits(max_dose_s_per_h=dose_s_per_h(intensity)).check(None, scent)


def test_without_limits_the_shop_commissioned_ones_hold_alone() -> None:
    assert CALM.max_volume == 100
    assert Scene(id="x", name="X", limits=Limits(max_dose_s_per_h=1)).max_volume == 100


def test_no_plan_carries_a_scene_beyond_its_limits() -> None:
    message = json.loads(encode(PlanMessage(plan=plan((0, LIMITED)))))
    assert decode(PlanMessage, json.dumps(message).encode()).plan.scenes["calm"] == LIMITED
    for name, cue in (("music", LOUD), ("scent", STRONG)):
        spoilt = json.loads(json.dumps(message))
        spoilt["plan"]["scenes"]["calm"][name] = msgspec.to_builtins(cue)
        with pytest.raises(InvalidMessageError, match="limits"):
            decode(PlanMessage, json.dumps(spoilt).encode())


def test_a_plan_from_before_there_were_moods_is_read() -> None:
    message = json.loads(encode(PlanMessage(plan=plan((0, CALM)))))
    assert not {"mood", "experience", "limits"} & message["plan"]["scenes"]["calm"].keys()
    scene = decode(PlanMessage, json.dumps(message).encode()).plan.scenes["calm"]
    assert (scene.mood, scene.experience, scene.limits) == (None, None, None)
