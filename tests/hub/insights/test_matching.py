"""Two scenes are held against each other in the cells that they share, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.insights.estimate.figures import MIN_DAYS
from hub.insights.estimate.matching import MIN_CELL_HOURS, matched_ratios, overlap
from hub.insights.estimate.panel import Lengths, Panel

Floats = npt.NDArray[np.float64]

DAYS = 56
WEEKDAY = np.arange(DAYS, dtype=np.int64) % 7
QUARTER_H = 0.25


def panel_of(hours: Floats, visits: Floats | None = None, dwell_s: Floats | None = None) -> Panel:
    nothing = np.zeros_like(hours)
    some = nothing if visits is None else visits
    return Panel(
        hours=hours,
        visits=some,
        dwell_s=nothing if dwell_s is None else dwell_s,
        receipts=some,
        sales_minor=some * 1000,
        lengths=Lengths(np.zeros(0), np.zeros((len(hours), 0))),
    )


def ran(days: npt.NDArray[np.bool_], quarters: slice) -> Floats:
    hours = np.zeros((DAYS, 96))
    hours[np.ix_(np.flatnonzero(days), np.arange(96)[quarters])] = QUARTER_H
    return hours


def plain_ratio(one: Panel, other: Panel) -> float | None:
    """Mantel and Haenszel's ratio of visits an hour, cell by cell."""
    above = below = 0.0
    for weekday in range(7):
        for quarter in range(96):
            cell = (weekday == WEEKDAY, quarter)
            y1, t1 = one.visits[cell].sum(), one.hours[cell].sum()
            y0, t0 = other.visits[cell].sum(), other.hours[cell].sum()
            if t1 >= MIN_CELL_HOURS and t0 >= MIN_CELL_HOURS:
                above += y1 * t0 / (t1 + t0)
                below += y0 * t1 / (t1 + t0)
    return above / below if above > 0 and below > 0 else None


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_the_ratio_is_the_textbooks(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    mine = rng.random((DAYS, 4)) < share
    hours = np.zeros((DAYS, 96))
    hours[:, 40:44] = QUARTER_H
    chosen = np.zeros((DAYS, 96), dtype=bool)
    chosen[:, 40:44] = mine
    visits = rng.poisson(2.0, (DAYS, 96)).astype(np.float64)
    one = panel_of(hours * chosen, visits * chosen * (hours > 0))
    other = panel_of(hours * ~chosen, visits * ~chosen * (hours > 0))
    where = overlap(one, other, WEEKDAY)
    # Only what lies between the first and last day of both is compared.
    kept = where.days[:, None]
    cut_one = replace(one, hours=one.hours * kept, visits=one.visits * kept)
    cut_other = replace(other, hours=other.hours * kept, visits=other.visits * kept)
    if where.enough:
        shared = where.cells[WEEKDAY]
        expected = plain_ratio(
            replace(cut_one, hours=cut_one.hours * shared, visits=cut_one.visits * shared),
            replace(cut_other, hours=cut_other.hours * shared, visits=cut_other.visits * shared),
        )
        found = matched_ratios(one, other, WEEKDAY, where).visits.value
        assert found == (None if expected is None else pytest.approx(expected))


def test_hours_that_differ_do_not_fool_the_ratio() -> None:
    """Evening runs mostly in the busy hour, Trading in the calm one; neither changes a thing."""
    rng = np.random.default_rng(4)
    busy, calm = slice(68, 72), slice(40, 44)
    often, rarely = rng.random(DAYS) < 0.8, rng.random(DAYS) < 0.2
    one = ran(often, busy) + ran(rarely, calm)
    other = ran(~often, busy) + ran(~rarely, calm)
    rate = np.ones((1, 96)) * 8.0
    rate[:, busy] = 80.0
    visits = [rng.poisson(hours * rate).astype(np.float64) for hours in (one, other)]
    naive = (visits[0].sum() / one.sum()) / (visits[1].sum() / other.sum())
    assert naive > 2

    first, second = panel_of(one, visits[0]), panel_of(other, visits[1])
    ratio = matched_ratios(first, second, WEEKDAY, overlap(first, second, WEEKDAY)).visits
    assert ratio.value == pytest.approx(1, abs=0.1)
    assert ratio.interval is not None
    assert ratio.interval[0] < 1 < ratio.interval[1]


def test_other_hours_are_not_shared() -> None:
    every_day = np.ones(DAYS, dtype=bool)
    where = overlap(
        panel_of(ran(every_day, slice(36, 44))), panel_of(ran(every_day, slice(44, 60))), WEEKDAY
    )
    assert not where.cells.any()
    assert where.fewer_days == where.fewer_days_ever == 0


def test_some_seconds_after_a_change_of_scene_are_not_shared_time() -> None:
    every_day = np.ones(DAYS, dtype=bool)
    morning, noon = ran(every_day, slice(36, 44)), ran(every_day, slice(44, 60))
    morning[:, 44] = 5 / 3600
    assert not overlap(panel_of(morning), panel_of(noon), WEEKDAY).cells.any()


def test_other_weekdays_are_not_shared() -> None:
    where = overlap(
        panel_of(ran(WEEKDAY < 5, slice(40, 60))),
        panel_of(ran(WEEKDAY >= 5, slice(40, 60))),
        WEEKDAY,
    )
    assert not where.cells.any()


def test_before_and_after_is_no_comparison() -> None:
    day = np.arange(DAYS)
    where = overlap(
        panel_of(ran(day < 28, slice(40, 60))), panel_of(ran(day >= 28, slice(40, 60))), WEEKDAY
    )
    assert where.cells.any()
    assert (where.fewer_days, where.fewer_days_ever) == (0, 28)
    assert not where.enough


def test_a_few_shared_days_are_not_enough() -> None:
    few = np.zeros(DAYS, dtype=bool)
    few[: MIN_DAYS - 1] = True
    every_day = ~few
    every_day[0] = every_day[-1] = True
    where = overlap(
        panel_of(ran(few, slice(40, 60))), panel_of(ran(every_day, slice(40, 60))), WEEKDAY
    )
    assert not where.enough
    assert where.fewer_days_ever == MIN_DAYS - 1
