"""Fades are functions of time, without jumps, and end where they should."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scenes.colour import blend_colours, redness
from scenes.fades import (
    CATCH_UP_S,
    LATE_S,
    LightFade,
    LightLevel,
    VolumeFade,
    blend,
    fade_end,
    lightness,
    luminance,
    progress,
)
from scenes.scene import LightCue

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
levels = st.floats(0, 100)
kelvins = st.one_of(st.none(), st.floats(1000, 12000))
light_levels = st.one_of(
    st.builds(LightLevel, levels, kelvins),
    st.builds(LightLevel, levels, colour=st.sampled_from(("#000000", "#ff7a4d", "#ffffff"))),
)


@given(light_levels, light_levels, st.floats(0.1, 600))
def test_a_fade_runs_from_origin_to_target_and_stays(
    origin: LightLevel, target: LightLevel, fade_s: float
) -> None:
    fade = LightFade(origin, target, NOON, NOON + timedelta(seconds=fade_s))
    assert abs(fade.at(NOON).level - origin.level) < 1e-6
    assert fade.at(fade.end) == target
    assert fade.at(fade.end + timedelta(days=1)) == target
    assert fade.done(fade.end)
    low, high = sorted((origin.level, target.level))
    samples = [fade.at(NOON + timedelta(seconds=fade_s * step / 50)).level for step in range(51)]
    assert all(low - 1e-6 <= level <= high + 1e-6 for level in samples)
    rising = target.level >= origin.level
    assert all(
        (two >= one - 1e-6) == rising or abs(two - one) < 1e-6 for one, two in pairwise(samples)
    )


@given(light_levels, st.floats(0, 1))
def test_blending_with_itself_changes_nothing(level: LightLevel, share: float) -> None:
    assert blend(level, level, share) == level


def test_the_middle_is_the_middle_to_the_eye() -> None:
    middle = blend(LightLevel(0), LightLevel(100), 0.5)
    assert 18.3 < middle.level < 18.6  # L* 50 is 18.4 % luminance (CIE 1976)
    warm_to_cold = blend(LightLevel(50, 2000), LightLevel(50, 6000), 0.5)
    assert warm_to_cold.temperature_k is not None
    assert abs(warm_to_cold.temperature_k - 3000) < 1e-6  # 500 and 166.7 mired meet at 333.3
    between = blend(LightLevel(50, colour="#ff0000"), LightLevel(50, colour="#00ff00"), 0.5)
    assert between.colour == blend_colours("#ff0000", "#00ff00", 0.5)
    assert abs(between.level - 50) < 1e-9


def test_white_goes_to_a_colour_and_back_through_what_lies_between() -> None:
    white, red = LightLevel(50, temperature_k=4000), LightLevel(50, colour="#ff0000")
    for origin, target in ((white, red), (red, white)):
        hues = [blend(origin, target, step / 20).colour for step in range(1, 20)]
        reds = [redness(hue) for hue in hues if hue is not None]
        assert len(reds) == 19, "a colour all the way"
        assert reds == sorted(reds, reverse=origin is red)
    assert blend(red, white, 1.0).temperature_k == 4000


def test_dark_has_no_hue_of_its_own() -> None:
    red = LightLevel(50, colour="#ff0000")
    assert blend(LightLevel(0), red, 0.01).colour == "#ff0000"
    assert blend(red, LightLevel(0), 0.99).colour == "#ff0000"


@given(st.floats(0, 600), st.floats(-0.5, 900))
def test_a_fade_in_time_ends_for_everybody_together_and_a_late_one_never_jumps(
    fade_s: float, late_s: float
) -> None:
    now = NOON + timedelta(seconds=late_s)
    end = fade_end(NOON, fade_s, now)
    planned = NOON + timedelta(seconds=fade_s)
    assert end >= now
    if late_s <= LATE_S:
        assert end == max(planned, now)
    else:
        assert end >= planned
        assert end - now >= timedelta(seconds=min(fade_s, CATCH_UP_S)) - timedelta(microseconds=1)


@given(levels, levels, st.floats(0, 1))
def test_volume_runs_straight(origin: float, target: float, share: float) -> None:
    fade = VolumeFade(origin, target, NOON, NOON + timedelta(seconds=100))
    at = fade.at(NOON + timedelta(seconds=100 * share))
    assert abs(at - (origin + (target - origin) * share)) < 1e-3
    assert fade.at(fade.end) == origin + (target - origin)


@given(levels)
def test_lightness_and_luminance_are_each_others_way_back(level: float) -> None:
    assert abs(luminance(lightness(level)) - level) < 1e-9
    assert 0 <= lightness(level) <= 100 + 1e-9


def test_progress_of_no_time_is_over() -> None:
    assert progress(NOON, NOON, NOON) == 1.0
    assert progress(NOON, NOON + timedelta(seconds=1), NOON) == 0.0


def test_a_cue_is_a_level() -> None:
    assert LightLevel.of(LightCue(level=40, temperature_k=2700)) == LightLevel(40, 2700)
