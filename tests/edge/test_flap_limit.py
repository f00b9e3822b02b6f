"""A sensor that changes without end: bounded in any minute, and believed again when calm."""

from itertools import accumulate
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import edge
from edge.flap_limit import MOST_A_MINUTE, WINDOW_S, FlapLimit

gaps = st.lists(st.floats(0.001, 2) | st.sampled_from([0.001, 20.0, 61.0]), max_size=120)


def calm(limit: FlapLimit, at_s: float) -> bool:
    limit.look(at_s)
    return not limit.flapping


@given(gaps, st.integers(2, 12))
def test_no_minute_has_more_than_the_limit(between_s: list[float], most: int) -> None:
    limit, allowed = FlapLimit(most), list[float]()
    for at_s in accumulate(between_s):
        limit.look(at_s)
        if limit.allow(at_s):
            allowed.append(at_s)
    for first, after in zip(allowed, allowed[most:], strict=False):
        assert after - first >= WINDOW_S


@given(gaps, st.integers(2, 12))
def test_who_never_exceeds_the_limit_is_never_refused(between_s: list[float], most: int) -> None:
    limit, times = FlapLimit(most), list[float]()
    for at_s in accumulate(between_s):
        recent = [time for time in times if at_s - time < WINDOW_S]
        if len(recent) < most:
            times.append(at_s)
            assert limit.allow(at_s)


def test_a_square_wave_of_1_khz_is_cut_until_a_calm_minute_later() -> None:
    limit = FlapLimit()
    allowed = [limit.allow(number / 1000) for number in range(10_000)]
    assert sum(allowed) == MOST_A_MINUTE
    assert not calm(limit, 10 + WINDOW_S - 0.1)
    assert calm(limit, 10 + WINDOW_S)
    assert limit.allow(10 + WINDOW_S)


def test_the_limit_is_declared() -> None:
    page = Path(edge.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert f"more than {MOST_A_MINUTE} times in a minute" in page
    assert f"less\n  than {MOST_A_MINUTE // 2} times in one" in page


def test_half_the_limit_is_calm_enough() -> None:
    limit = FlapLimit(10)
    for number in range(20):
        limit.allow(number / 10)
    for number in range(1, 15):
        at_s = number * (WINDOW_S / 4)
        limit.look(at_s)
        limit.allow(at_s)
    assert not limit.flapping
