"""Turns are counted as a viewer sees them, and none is allowed above the limit."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.playing.flash_watch import WINDOW_S, FlashWatch
from tests.edge.wcag import general_flashes

values = st.floats(0, 1)


def watch(flashes: int = 1, value: float = 0.5) -> FlashWatch:
    """One that has seen nothing for long."""
    it = FlashWatch(0.1, flashes, -10.0, value)
    assert not it.crowded(0.0)
    return it


def test_small_changes_are_no_turns_however_many() -> None:
    it = watch()
    for number in range(100):
        value = 0.5 + 0.09 * (number % 2)
        assert not it.would_turn(value)
        it.follow(number / 10, number / 10, value)


def test_a_long_rise_is_one_turn_and_what_falls_after_it_the_next() -> None:
    it = watch()
    for step in range(6):
        it.follow(step / 10, step / 10, 0.5 + step * 0.08)
    assert not it.crowded(0.5), "one turn"
    assert not it.would_turn(0.85)
    assert it.would_turn(0.79)
    it.follow(0.5, 0.5, 0.79)
    assert it.crowded(0.5), "two"


def test_a_turn_is_free_again_a_second_after_the_one_before_the_last() -> None:
    it = watch()
    it.follow(0.0, 0.0, 0.7)
    it.follow(0.3, 0.3, 0.5)
    assert it.free_at(0.5) == pytest.approx(WINDOW_S)
    assert it.crowded(WINDOW_S - 0.01)
    assert not it.crowded(WINDOW_S + 0.01)
    assert it.free_at(5.0) == 5.0


def test_a_watch_that_has_just_begun_lets_nothing_go_to_and_fro() -> None:
    it = FlashWatch(0.1, 1, 0.0, 0.5)
    assert not it.crowded(0.0), "one way may be gone at once"
    it.follow(0.1, 0.1, 0.9)
    assert it.crowded(0.2)
    assert not it.crowded(0.1 + WINDOW_S)


def test_a_line_turns_when_it_has_gone_far_enough() -> None:
    it = watch()
    it.follow(0.0, 1.0, 0.7)  # a tenth at half a second
    it.follow(1.0, 1.2, 0.5)
    assert it.free_at(1.2) == pytest.approx(0.5 + WINDOW_S)


def test_looking_ahead_changes_nothing() -> None:
    it = watch()
    assert it.keeps(0.0, 0.7, [(1.0, 0.5)])
    assert not it.keeps(0.0, 0.7, [(0.2, 0.5), (0.4, 0.7)])
    assert it.keeps(0.0, 0.7, [(0.2, 0.5), (2.0, 0.7)])
    assert it.value == 0.5
    assert not it.crowded(0.0)


@given(st.lists(st.tuples(values, st.floats(0.005, 0.5)), max_size=60), st.integers(1, 2))
def test_who_asks_before_each_step_never_flashes_too_much(
    steps: list[tuple[float, float]], flashes: int
) -> None:
    it, counter, at_s = watch(flashes), general_flashes(), 0.0
    for value, pause_s in steps:
        if not (it.would_turn(value) and it.crowded(at_s)):
            it.follow(at_s, at_s, value)
        assert counter.look(at_s, it.value) <= flashes
        at_s += pause_s


@given(st.lists(st.tuples(values, st.floats(0.02, 2)), min_size=1, max_size=12))
def test_lines_that_were_found_to_keep_the_limit_do(lines: list[tuple[float, float]]) -> None:
    it, at_s = watch(), 0.0
    course = []
    for value, lasts_s in lines:
        at_s += lasts_s
        course.append((at_s, value))
    if not it.keeps(0.0, it.value, course):
        return
    counter = general_flashes()
    counter.look(0.0, 0.5)
    for (from_s, before), (to_s, after) in itertools.pairwise([(0.0, 0.5), *course]):
        for step in range(1, 41):
            at_s = from_s + (to_s - from_s) * step / 40
            assert counter.look(at_s, before + (after - before) * step / 40) <= 1
