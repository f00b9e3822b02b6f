"""Colours are blended evenly to the eye, and red is named where it is."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.colour import black_body, blend_colours, hue_of, redness, white_colour

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


@given(colours, colours)
def test_a_blend_begins_and_ends_where_it_should(origin: str, target: str) -> None:
    assert blend_colours(origin, target, 0.0) == origin
    assert blend_colours(origin, target, 1.0) == target


@given(colours, st.floats(0, 1))
def test_a_colour_blended_with_itself_stays(colour: str, share: float) -> None:
    assert blend_colours(colour, colour, share) == colour


def test_the_middle_of_a_blend_is_that_of_oklab() -> None:
    # Worked out by hand from Ottosson's published matrices.
    assert blend_colours("#0000ff", "#ffffff", 0.5) == "#74a3ff"
    assert blend_colours("#000000", "#ffffff", 0.5) == "#636363"


@given(colours, colours)
def test_no_step_of_a_blend_leaps(origin: str, target: str) -> None:
    course = [parts(blend_colours(origin, target, step / 200)) for step in range(201)]
    steps = [
        abs(one - other)
        for before, after in itertools.pairwise(course)
        for one, other in zip(before, after, strict=True)
    ]
    assert max(steps) <= 40


def test_white_light_goes_from_warm_to_cold() -> None:
    assert parts(white_colour(6500)) == pytest.approx([255, 255, 255], abs=8)
    warm, cold = parts(white_colour(2700)), parts(white_colour(10000))
    assert warm[0] == 255 > warm[1] > warm[2]
    assert cold[2] == 255 > cold[1] > cold[0]
    assert black_body(500) == black_body(1000)


def test_a_hue_has_its_strongest_part_at_full() -> None:
    assert hue_of("#800000") == (1.0, 0.0, 0.0)
    assert hue_of("#000000") == (1.0, 1.0, 1.0)
    assert max(hue_of("#203040")) == 1.0


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ("#ff0000", 1.0),
        ("#400000", 1.0),
        ("#ffffff", 0.0),
        ("#00ff00", 0.0),
        ("#ffb46b", 0.0),  # candle light is not saturated
        ("#ff00ff", 0.0),
    ],
)
def test_red_is_only_what_is_saturated(colour: str, expected: float) -> None:
    assert redness(colour) == pytest.approx(expected)
