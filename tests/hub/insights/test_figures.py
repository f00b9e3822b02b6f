"""Figures are plain sums and quantiles; intervals are scipy's, over days, and cover the truth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap

from hub.insights.estimate.figures import (
    MIN_DAYS,
    quantile_figure,
    ratio_figure,
    scene_figures,
)
from hub.insights.estimate.panel import Lengths, Panel
from hub.insights.estimate.resampling import _SEED, RESAMPLES, day_interval, expanded_level

Floats = npt.NDArray[np.float64]


def lengths_of(days: list[list[int]]) -> Lengths:
    seconds = sorted({value for day in days for value in day})
    counts = [[day.count(value) for value in seconds] for day in days]
    return Lengths(
        np.array(seconds, dtype=np.float64),
        np.array(counts, dtype=np.float64).reshape(len(days), len(seconds)),
    )


@given(
    st.lists(st.lists(st.integers(1, 500), max_size=12), min_size=1, max_size=6),
    st.sampled_from([0.5, 0.9]),
)
def test_quantiles_of_histograms_are_quantiles_of_visits(
    days: list[list[int]], share: float
) -> None:
    everybody = [value for day in days for value in day]
    found = quantile_figure(lengths_of(days), share).value
    if not everybody:
        assert found is None
    else:
        assert found == np.quantile(everybody, share, method="inverted_cdf")


def test_an_interval_is_scipys_own_over_days() -> None:
    rng = np.random.default_rng(1)
    sales, hours = rng.gamma(4, 100, 10), rng.uniform(2, 4, 10)
    expected = bootstrap(
        (sales, hours),
        lambda above, below, axis=-1: above.sum(axis) / below.sum(axis),
        paired=True,
        n_resamples=RESAMPLES,
        confidence_level=expanded_level(10),
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    found = ratio_figure(sales, hours)
    assert found.value == pytest.approx(sales.sum() / hours.sum())
    assert found.interval == pytest.approx((expected.low, expected.high))


def test_quantiles_are_drawn_by_days_too() -> None:
    rng = np.random.default_rng(2)
    days = [rng.integers(1, 200, rng.integers(3, 9)).tolist() for _ in range(9)]

    def pooled(drawn: npt.NDArray[np.int64], axis: int = -1) -> Floats:
        def quantile(row: npt.NDArray[np.int64]) -> float:
            values = [float(value) for day in row for value in days[day]]
            return float(np.quantile(values, 0.9, method="inverted_cdf"))

        return np.apply_along_axis(quantile, axis, drawn)

    expected = bootstrap(
        (np.arange(9),),
        pooled,
        n_resamples=RESAMPLES,
        confidence_level=expanded_level(9),
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    assert quantile_figure(lengths_of(days), 0.9).interval == (expected.low, expected.high)


def test_few_days_give_a_figure_but_no_interval() -> None:
    days = np.arange(1.0, MIN_DAYS)
    assert ratio_figure(days, np.ones_like(days)).interval is None
    assert ratio_figure(days, np.ones_like(days)).value == days.mean()
    more = np.arange(1.0, MIN_DAYS + 1)
    assert ratio_figure(more, np.ones_like(more)).interval is not None


def test_days_that_do_not_vary_give_no_interval() -> None:
    assert ratio_figure(np.zeros(20), np.ones(20)).interval is None
    assert ratio_figure(np.ones(20), np.ones(20)).interval is None


def test_nothing_gives_nothing() -> None:
    nothing = np.zeros((3, 96))
    figures = scene_figures(
        Panel(nothing, nothing, nothing, nothing, nothing, lengths_of([[], [], []]))
    )
    assert (figures.days, figures.exposure_hours, figures.visits) == (0, 0, 0)
    assert figures.dwell_mean_s.value is None
    assert figures.dwell_p90_s.value is None
    assert figures.sales_minor_per_hour.value is None


def test_days_without_visits_are_no_days_of_dwell() -> None:
    table = np.zeros((10, 96))
    empty = lengths_of([[] for _ in range(10)])
    figures = scene_figures(Panel(table + 1 / 96, table, table, table, table, empty))
    assert figures.days == 10
    assert figures.visits_per_hour.value == 0
    assert figures.dwell_mean_s.days == 0


def test_draws_without_a_figure_are_forgiven_only_when_rare() -> None:
    def with_holes(days: int, needed: int) -> tuple[float, float] | None:
        """A figure that only exists when one of the ``needed`` last days was drawn."""
        values = np.arange(days, dtype=np.float64)

        def statistic(weights: Floats) -> Floats:
            there = weights[:, -needed:].sum(axis=1) > 0
            return np.where(there, weights @ values / days, np.nan)

        return day_interval(statistic, days)

    assert with_holes(20, 8) is not None
    assert with_holes(20, 1) is None


def test_an_expanded_level_approaches_the_nominal_one() -> None:
    levels = [expanded_level(days) for days in (7, 14, 56, 1000)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == pytest.approx(0.95, abs=1e-3)


@pytest.mark.parametrize("days", [MIN_DAYS, 28])
def test_ninety_five_per_cent_cover_the_truth(days: int) -> None:
    """Visitors of a day share its shock: an interval over visitors would cover far less."""
    rng = np.random.default_rng(20260314)
    trials, mean_s = 300, 240.0
    covered = 0
    for _ in range(trials):
        shock = rng.lognormal(-(0.15**2) / 2, 0.15, days)
        visits = rng.poisson(25 * rng.lognormal(-(0.15**2) / 2, 0.15, days)).astype(np.float64)
        dwell = rng.gamma(1.5 * visits, mean_s / 1.5 * shock)
        interval = ratio_figure(dwell, visits).interval
        assert interval is not None
        covered += interval[0] <= mean_s <= interval[1]
    # Three standard errors of a 95 % coin below; an over-wide interval would fail above.
    assert 0.91 <= covered / trials <= 0.985
