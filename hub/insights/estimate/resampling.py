"""Intervals by resampling days."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import bootstrap, norm, t

Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Takes weights [resamples, days], how often each day was drawn; gives a figure per resample."""

RESAMPLES = 1999
LEVEL = 0.95
_SEED = 20260314
_MOST_WITHOUT = 0.01


def day_interval(statistic: Statistic, days: int) -> tuple[float, float] | None:
    """The 95 % percentile bootstrap interval of a statistic of days drawn with replacement.

    The level is widened for few days as Student's t widens the normal (Hesterberg's expanded
    percentile): a bootstrap of n days is too narrow by sqrt(1 - 1/n), and more so in the tails.
    The seed is fixed, so that the same data give the same interval. None when the days don't
    vary, or when more than one draw in a hundred has no figure (not a number).
    """
    whole = float(statistic(np.ones((1, days)))[0])
    drawn_without = 0

    def of_sample(drawn: npt.NDArray[np.int64], axis: int = -1) -> Floats:
        # scipy hands over which days were drawn; sums over days need only how often each was.
        flat = np.moveaxis(drawn, axis, -1).reshape(-1, drawn.shape[axis])
        rows = np.arange(len(flat))[:, None]
        counts = np.bincount((rows * days + flat).ravel(), minlength=len(flat) * days)
        weights = counts.reshape(len(flat), days).astype(np.float64)
        figures = statistic(weights)
        usable = np.isfinite(figures)
        nonlocal drawn_without
        drawn_without += int(np.count_nonzero(~usable))
        shape = np.moveaxis(drawn, axis, -1).shape[:-1]
        return np.where(usable, figures, whole).reshape(shape)

    result = bootstrap(
        (np.arange(days),),
        of_sample,
        n_resamples=RESAMPLES,
        vectorized=True,
        axis=-1,
        confidence_level=expanded_level(days),
        method="percentile",
        rng=np.random.default_rng(_SEED),
    )
    low, high = result.confidence_interval
    if drawn_without > RESAMPLES * _MOST_WITHOUT or not low < high:
        return None
    return float(low), float(high)


def expanded_level(days: int, level: float = LEVEL) -> float:
    """The nominal level at which a bootstrap of so many days covers about ``level``."""
    tail = norm.cdf(math.sqrt(days / (days - 1)) * t.ppf((1 - level) / 2, days - 1))
    return float(1 - 2 * tail)
