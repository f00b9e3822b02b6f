"""The simulated shoppers' model."""

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.simulated.shoppers import (
    ARRIVALS_BY_HOUR,
    LIGHT,
    LONGEST_DWELL_S,
    MOVING_S,
    SCENT,
    SHORTEST_DWELL_S,
    STANDING_S,
    VOLUME,
    Atmosphere,
    Liking,
    effect,
    next_arrival,
    visit,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
BEST = Atmosphere(light=LIGHT.best, volume=VOLUME.best, scent=SCENT.best)
percentages = st.floats(0, 100)
atmospheres = st.builds(Atmosphere, percentages, percentages, percentages)
seeds = st.integers()


@given(atmospheres)
def test_nothing_beats_the_best_atmosphere_and_nothing_is_absurd(atmosphere: Atmosphere) -> None:
    assert 0.5 < effect(atmosphere) <= effect(BEST) < 1.6


def test_a_dark_silent_unscented_zone_has_no_effect() -> None:
    assert effect(Atmosphere()) == pytest.approx(1)


@given(
    st.sampled_from([LIGHT, VOLUME, SCENT]),
    st.tuples(percentages, percentages),
)
def test_nearer_to_the_best_is_never_worse(liking: Liking, two: tuple[float, float]) -> None:
    near, far = sorted(two, key=lambda percentage: abs(percentage - liking.best))
    assert liking.at(near) >= liking.at(far)


@given(seeds, atmospheres, atmospheres)
def test_a_better_atmosphere_keeps_the_same_shopper_longer(
    seed: int, one: Atmosphere, other: Atmosphere
) -> None:
    worse, better = sorted((one, other), key=effect)
    stays = [visit(90, atmosphere, Random(seed)).dwell_s for atmosphere in (worse, better)]
    assert stays == sorted(stays)


@given(seeds, st.floats(1, 2000), atmospheres)
def test_a_shopper_moves_from_entering_to_leaving_with_short_rests(
    seed: int, median_dwell_s: float, atmosphere: Atmosphere
) -> None:
    stay = visit(median_dwell_s, atmosphere, Random(seed))
    assert SHORTEST_DWELL_S <= stay.dwell_s <= LONGEST_DWELL_S
    assert stay.movements[0][0] == 0
    assert stay.movements[-1][1] == stay.dwell_s
    for start_s, end_s in stay.movements:
        assert 0 < end_s - start_s < MOVING_S[1] + STANDING_S[1] + 1
    for (_, end_s), (start_s, _) in zip(stay.movements, stay.movements[1:], strict=False):
        assert STANDING_S[0] - 1e-6 <= start_s - end_s <= STANDING_S[1] + 1e-6


@pytest.mark.parametrize("atmosphere", [Atmosphere(), BEST, Atmosphere(100, 100, 100)])
def test_the_median_is_what_it_says_times_the_effect(atmosphere: Atmosphere) -> None:
    stays = [visit(90, atmosphere, Random(seed)).dwell_s for seed in range(4000)]
    assert median(stays) == pytest.approx(90 * effect(atmosphere), rel=0.05)


def test_arrivals_follow_the_local_hour() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    dice = Random(7)
    days = 60
    counts = [0] * 24
    instant = next_arrival(MONDAY, 40, zone, dice)
    while instant < MONDAY + timedelta(days=days):
        counts[instant.astimezone(zone).hour] += 1
        instant = next_arrival(instant, 40, zone, dice)
    for count, share in zip(counts, ARRIVALS_BY_HOUR, strict=True):
        expected = 40 * days * share
        assert abs(count - expected) < 5 * expected**0.5


@given(seeds, st.floats(0.1, 1000))
def test_arrivals_lie_ahead_and_follow_from_the_dice(seed: int, rate: float) -> None:
    one, two = (next_arrival(MONDAY, rate, UTC, Random(seed)) for _ in range(2))
    assert one == two >= MONDAY
