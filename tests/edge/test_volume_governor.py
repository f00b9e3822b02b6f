"""Never above the most, never faster than the ramp, and always there in the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.playing.volume_governor import CREDIT_S, VolumeGovernor
from edge.tables import Zone

steps = st.lists(st.tuples(st.floats(-20, 200), st.floats(0, 3)), min_size=1, max_size=40)


@given(steps, st.floats(1, 60), st.floats(1, 100))
def test_it_is_never_too_loud_and_never_too_fast(
    wishes: list[tuple[float, float]], ramp_s: float, most: float
) -> None:
    governor = VolumeGovernor(Zone(ramp_s=ramp_s, max_volume=most))
    before, at_s, last_s = 0.0, 0.0, -CREDIT_S
    for wanted, pause_s in wishes:
        volume = governor.allow(wanted, at_s)
        assert 0 <= volume <= most
        assert abs(volume - before) <= 100 / ramp_s * (at_s - last_s) + 0.1001
        before, last_s = volume, at_s
        at_s += pause_s


def test_a_ramp_takes_its_time_and_arrives() -> None:
    governor = VolumeGovernor(Zone(ramp_s=4.0))
    volumes = [governor.allow(80, step / 10) for step in range(40)]
    assert volumes == sorted(volumes)
    assert volumes[-1] == 80
    assert 30 <= volumes.index(80) <= 32
    assert governor.arrived


def test_what_is_wanted_above_the_most_is_given_as_the_most() -> None:
    governor = VolumeGovernor(Zone(ramp_s=1.0, max_volume=33.33))
    for step in range(20):
        volume = governor.allow(90, step / 10)
    assert volume == pytest.approx(33.3, abs=0.04)
    assert volume <= 33.33
    assert governor.arrived


def test_it_goes_on_from_what_the_player_gives() -> None:
    governor = VolumeGovernor(Zone())
    governor.begin(40)
    assert governor.allow(40, 0.0) == 40
    governor.begin(0)
    assert governor.allow(40, 0.1) < 10


def test_who_was_turned_up_by_somebody_else_comes_down_at_once() -> None:
    governor = VolumeGovernor(Zone(max_volume=50))
    governor.begin(100)
    assert governor.allow(50, 0.0) <= 50


def test_a_slow_ramp_with_quick_steps_is_not_held_by_rounding() -> None:
    governor = VolumeGovernor(Zone(ramp_s=60.0))
    for step in range(2000):
        volume = governor.allow(20, step / 100)
    assert volume == 20
