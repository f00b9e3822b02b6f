"""The counter that judges the governor counts as WCAG does."""

import pytest

from tests.edge.wcag import general_flashes, red_flashes


def most(values: list[float], step_s: float = 0.05) -> int:
    counter = general_flashes()
    return max(counter.look(at * step_s, value) for at, value in enumerate(values))


@pytest.mark.parametrize(
    ("values", "flashes"),
    [
        ([0.5] * 30, 0),
        ([0.0, 0.5], 0),
        ([0.0, 0.5, 0.0], 1),
        ([0.5, 0.0, 0.5], 1),
        ([0.0, 0.5, 0.0, 0.5], 1),
        ([0.0, 0.5, 0.0, 0.5, 0.0], 2),
        ([0.0, 0.05, 0.1, 0.05, 0.0], 1),
        ([0.0, 0.05, 0.03, 0.1, 0.08, 0.04, 0.06, 0.0], 1),
        ([0.0, 0.09, 0.0, 0.09, 0.0], 0),
        ([0.85, 0.99, 0.85, 0.99, 0.85], 0),
        ([0.75, 0.99, 0.75, 0.99, 0.75], 2),
        ([0.3, 0.1, 0.2, 0.35, 0.2], 1),
    ],
)
def test_pairs_of_opposing_changes_are_flashes(values: list[float], flashes: int) -> None:
    assert most(values) == flashes


def test_only_what_is_within_a_second_counts() -> None:
    strobe = [0.0, 1.0] * 20
    assert most(strobe, step_s=1.1) == 0
    assert most(strobe, step_s=0.6) == 1
    assert most(strobe, step_s=0.5) == 1
    assert most(strobe, step_s=0.1) == 5


def test_a_light_that_stood_still_for_long_counts_with_what_it_was() -> None:
    counter = general_flashes()
    for at_s, value in ((0, 0.0), (1, 0.0), (9, 0.0), (9.5, 0.5), (9.6, 0.0)):
        flashes = counter.look(at_s, value)
    assert flashes == 1


def test_red_counts_by_smaller_changes() -> None:
    counter = red_flashes()
    assert [counter.look(at / 10, red) for at, red in enumerate((0, 0.07, 0, 0.07, 0))] == [
        0,
        0,
        1,
        1,
        2,
    ]
