"""What fixtures make of a level: rules that hold for every kind, and the physics of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.fixtures import (
    Dimmer,
    Fixture,
    RgbFixture,
    RgbwFixture,
    TunableWhite,
    level_of,
)
from scenes.colour import black_body, hue_of
from scenes.fades import LightLevel

KINDS: list[Fixture] = [
    Dimmer(),
    RgbFixture(),
    RgbwFixture(4000),
    RgbwFixture(2700),
    RgbwFixture(6500),
    TunableWhite(2700, 6500),
    TunableWhite(1800, 4000),
]
each = pytest.mark.parametrize("fixture", KINDS, ids=repr)
temperatures = st.floats(1000, 12_000)
colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
hues = st.one_of(
    st.just((None, None)),
    st.tuples(temperatures, st.none()),
    st.tuples(st.none(), colours),
)
levels = st.floats(0, 100)


@each
@given(level=levels, hue=hues)
def test_a_share_for_each_channel_from_dark_to_full(
    fixture: Fixture, level: float, hue: tuple[float | None, str | None]
) -> None:
    shares = fixture.mix(LightLevel(level, *hue))
    assert len(shares) == len(fixture.channels)
    assert all(0 <= share <= 1 for share in shares)


@each
@given(hue=hues)
def test_level_0_is_dark(fixture: Fixture, hue: tuple[float | None, str | None]) -> None:
    assert set(fixture.mix(LightLevel(0, *hue))) == {0}


@each
@given(level=levels, hue=hues)
def test_the_level_is_a_straight_line_to_the_most_in_that_hue(
    fixture: Fixture, level: float, hue: tuple[float | None, str | None]
) -> None:
    full = fixture.mix(LightLevel(100, *hue))
    shares = fixture.mix(LightLevel(level, *hue))
    assert shares == pytest.approx([level / 100 * share for share in full])


@each
@given(lower=levels, higher=levels, hue=hues)
def test_a_higher_level_dims_no_channel(
    fixture: Fixture, lower: float, higher: float, hue: tuple[float | None, str | None]
) -> None:
    lower, higher = sorted((lower, higher))
    below, above = (fixture.mix(LightLevel(level, *hue)) for level in (lower, higher))
    # The difference of two numbers may be off by one in their last digit.
    assert all(one <= other + 1e-12 for one, other in zip(below, above, strict=True))


@each
@given(level=levels, hue=hues)
def test_the_level_can_be_read_from_the_shares(
    fixture: Fixture, level: float, hue: tuple[float | None, str | None]
) -> None:
    told = LightLevel(level, *hue)
    assert level_of(fixture, fixture.mix(told), told) == pytest.approx(level)


@given(level=levels, hue=hues)
def test_a_dimmer_knows_no_hue(level: float, hue: tuple[float | None, str | None]) -> None:
    told = LightLevel(level, *hue)
    assert Dimmer().mix(told) == (level / 100,)
    assert Dimmer().shown(told) == LightLevel(level)


@given(level=levels, temperature=temperatures, warm=st.floats(1500, 3500))
def test_tunable_white_gives_the_same_sum_at_every_temperature(
    level: float, temperature: float, warm: float
) -> None:
    fixture = TunableWhite(warm, warm + 2000)
    assert sum(fixture.mix(LightLevel(level, temperature))) == pytest.approx(level / 100)


def test_tunable_white_is_halfway_in_mired() -> None:
    fixture = TunableWhite(2500, 5000)  # 400 and 200 mired
    assert fixture.mix(LightLevel(80, 1e6 / 300)) == pytest.approx((0.4, 0.4))
    assert fixture.mix(LightLevel(80, 1e6 / 350)) == pytest.approx((0.6, 0.2))


def test_tunable_white_stops_at_its_ends_and_says_so() -> None:
    fixture = TunableWhite(2700, 6500)
    for wanted, shares, shown_k in ((1000, (1, 0), 2700), (9000, (0, 1), 6500)):
        assert fixture.mix(LightLevel(100, wanted)) == pytest.approx(shares)
        assert fixture.shown(LightLevel(100, wanted)) == LightLevel(100, shown_k)
    assert fixture.mix(LightLevel(100, colour="#ff0000")) == (0.5, 0.5)
    assert fixture.shown(LightLevel(100, colour="#ff0000")) == LightLevel(100)


# CIE 1931 (x, y) of a black body, from tables of the Planckian locus.
LOCUS = {
    1500: (0.5857, 0.3931),
    2000: (0.5267, 0.4133),
    2700: (0.4599, 0.4106),
    4000: (0.3805, 0.3768),
    6500: (0.3135, 0.3237),
    10_000: (0.2807, 0.2884),
}


@pytest.mark.parametrize("temperature_k", LOCUS)
def test_a_black_body_has_its_place_in_the_colour_chart(temperature_k: int) -> None:
    red, green, blue = black_body(temperature_k)
    x = 0.4124564 * red + 0.3575761 * green + 0.1804375 * blue
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = 0.0193339 * red + 0.1191920 * green + 0.9503041 * blue
    # Below 1,900 K a black body is redder than any screen: blue is cut off at none.
    near = 0.02 if temperature_k < 1900 else 0.0008
    assert (x / (x + y + z), y / (x + y + z)) == pytest.approx(LOCUS[temperature_k], abs=near)


@given(one=temperatures, other=temperatures)
def test_a_higher_temperature_is_never_redder(one: float, other: float) -> None:
    warm, cool = sorted((one, other))
    (warm_red, _, warm_blue), (cool_red, _, cool_blue) = black_body(warm), black_body(cool)
    assert warm_red >= cool_red - 1e-12
    assert warm_blue <= cool_blue + 1e-12


@given(st.floats(1000, 11_999))
def test_temperatures_side_by_side_look_alike(temperature_k: float) -> None:
    here, there = black_body(temperature_k), black_body(temperature_k + 1)
    assert here == pytest.approx(there, abs=0.002)


def test_daylight_on_rgb_is_white() -> None:
    assert RgbFixture().mix(LightLevel(100, 6504)) == pytest.approx((1, 0.94, 0.99), abs=0.01)
    assert RgbFixture().mix(LightLevel(100)) == (1, 1, 1)


def test_a_colour_is_linear_and_its_strongest_part_is_the_level() -> None:
    fixture = RgbFixture()
    assert fixture.mix(LightLevel(100, colour="#ff0000")) == (1, 0, 0)
    assert fixture.mix(LightLevel(50, colour="#800000")) == (0.5, 0, 0)
    # sRGB 0xbc is half the light of 0xff.
    assert fixture.mix(LightLevel(80, colour="#ffbc00")) == pytest.approx((0.8, 0.4, 0), abs=0.005)
    assert fixture.shown(LightLevel(80, colour="#ffbc00")).colour == "#ffbc00"


def test_black_is_no_way_to_be_dark() -> None:
    assert hue_of("#000000") == (1, 1, 1)
    assert hue_of("#010101") == (1, 1, 1)


@given(white_k=temperatures, level=levels)
def test_rgbw_gives_its_own_white_on_its_white_channel_alone(white_k: float, level: float) -> None:
    fixture = RgbwFixture(white_k)
    for told in (LightLevel(level), LightLevel(level, white_k)):
        assert fixture.mix(told) == pytest.approx((0, 0, 0, level / 100))


@given(white_k=temperatures, hue=hues.filter(any))
def test_rgbw_is_seen_as_rgb_would_be(white_k: float, hue: tuple[float | None, str | None]) -> None:
    """The white channel is a mixture of the three, so they all add up to the colour asked for."""
    told = LightLevel(100, *hue)
    red, green, blue, white = RgbwFixture(white_k).mix(told)
    own = black_body(white_k)
    seen = [part + white * of for part, of in zip((red, green, blue), own, strict=True)]
    assert seen == pytest.approx(RgbFixture().mix(told))


@given(white_k=st.floats(2000, 12_000), hue=hues)
def test_rgbw_leaves_at_least_one_colour_dark(
    white_k: float, hue: tuple[float | None, str | None]
) -> None:
    assert min(RgbwFixture(white_k).mix(LightLevel(100, *hue))[:3]) == pytest.approx(0)
