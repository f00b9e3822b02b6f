"""So often and no more, in memory that doesn't grow."""

from __future__ import annotations

import pytest

from hub.triggers.allowances import Allowances


class Watch:
    """A stop watch that stands until it is told otherwise."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_bucket_is_full_at_first_and_fills_evenly() -> None:
    watch = Watch()
    allowances = Allowances(watch)
    assert [allowances.take("a", 6) for _ in range(7)] == [0] * 6 + [10]
    watch.now_s += 4
    assert allowances.take("a", 6) == pytest.approx(6)
    watch.now_s += 6
    assert allowances.take("a", 6) == 0
    assert allowances.take("a", 6) == pytest.approx(10)
    watch.now_s += 3600
    assert [allowances.take("a", 6) for _ in range(7)] == [0] * 6 + [10], "never more than full"


def test_a_bucket_may_hold_less_than_a_minutes_worth() -> None:
    watch = Watch()
    allowances = Allowances(watch)
    assert [allowances.take("a", 60, 3) for _ in range(4)] == [0] * 3 + [1]
    watch.now_s += 3600
    assert [allowances.take("a", 60, 3) for _ in range(4)] == [0] * 3 + [1]


def test_each_key_has_its_own() -> None:
    allowances = Allowances(Watch())
    assert (allowances.take("a", 1), allowances.take("a", 1)) == (0, 60)
    assert allowances.take("b", 1) == 0


def test_many_keys_take_no_more_memory_than_some() -> None:
    allowances = Allowances(Watch(), most_keys=10)
    assert allowances.take("a", 1) == 0
    for number in range(9):
        allowances.take(str(number), 1)
    assert allowances.take("a", 1) > 0, "it asked lately enough"
    for number in range(1000):
        allowances.take(str(number), 1)
    assert len(allowances._buckets) == 10
    assert allowances.take("a", 1) == 0, "forgotten"
