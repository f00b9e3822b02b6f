"""Presence out of distances that jump and go missing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.gpio.nearness import Nearness

NEAR_CM, SLACK_CM, HOLD_S, SILENCE_S = 120.0, 10.0, 2.0, 5.0
EVERY_S = 0.1
near = st.floats(2, NEAR_CM)
between = st.floats(NEAR_CM, NEAR_CM + SLACK_CM, exclude_min=True, exclude_max=True)
far = st.floats(NEAR_CM + SLACK_CM, 450) | st.just(math.inf)


class Bench:
    def __init__(self) -> None:
        self.at_s = 0.0
        self.nearness = Nearness(NEAR_CM, SLACK_CM, HOLD_S, SILENCE_S, 0.0)

    def hear(self, *distances_cm: float) -> list[bool]:
        """What it says after each distance, a tenth of a second apart."""
        said = []
        for distance_cm in distances_cm:
            self.at_s += EVERY_S
            self.nearness.hear(distance_cm, self.at_s)
            said.append(self.nearness.present)
        return said

    def wait(self, seconds: float) -> None:
        self.at_s += seconds


@given(st.lists(near, min_size=2, max_size=50))
def test_who_is_near_is_there_from_the_second_distance_on(distances_cm: list[float]) -> None:
    assert Bench().hear(*distances_cm) == [False, *[True] * (len(distances_cm) - 1)]


@given(st.lists(far | between, min_size=1), near)
def test_one_stray_echo_makes_nobody(distances_cm: list[float], stray_cm: float) -> None:
    said = Bench().hear(*distances_cm, stray_cm, *distances_cm)
    assert not any(said)


@given(st.lists(near | between, min_size=1, max_size=60))
def test_who_sways_at_the_threshold_stays_there(distances_cm: list[float]) -> None:
    bench = Bench()
    bench.hear(50, 50)
    assert all(bench.hear(*distances_cm))


@given(st.lists(far, min_size=19, max_size=19), near | between)
def test_who_is_near_once_within_the_hold_time_never_left(
    distances_cm: list[float], there_cm: float
) -> None:
    bench = Bench()
    bench.hear(50, 50)
    assert all(bench.hear(*distances_cm, there_cm, *distances_cm))


@given(st.lists(far, min_size=21, max_size=40))
def test_who_is_away_for_the_hold_time_has_left(distances_cm: list[float]) -> None:
    bench = Bench()
    bench.hear(50, 50)
    said = bench.hear(*distances_cm)
    assert said == sorted(said, reverse=True)
    assert said[18] is True
    assert said[20] is False


@given(st.lists(near | between | far, max_size=50))
def test_it_is_silent_only_without_any_distance(distances_cm: list[float]) -> None:
    bench = Bench()
    for distance_cm in distances_cm:
        bench.hear(distance_cm)
        assert not bench.nearness.silent(bench.at_s + SILENCE_S)
        assert bench.nearness.silent(bench.at_s + SILENCE_S + 0.01)


@pytest.mark.parametrize(("back_cm", "present"), [(50.0, True), (math.inf, False)])
def test_after_a_silence_what_is_so_counts(back_cm: float, present: bool) -> None:
    bench = Bench()
    bench.hear(50, 50)
    bench.wait(60)
    assert bench.hear(back_cm, back_cm)[-1] is present
