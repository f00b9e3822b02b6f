"""Means and shares of answers, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

LEVEL = 0.95
_Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


@dataclass(frozen=True, slots=True)
class Estimated:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def share(hits: int, n: int) -> Estimated:
    """The share of ``hits`` among ``n``, by Wilson's score interval: it stays within 0 and 1."""
    return _wilson(hits / n, n)


def mean(values: Sequence[float], low: float, high: float) -> Estimated:
    """The mean on a scale from ``low`` to ``high``, by Student's t; two values at least.

    Where everybody says the same, t would be sure of it. Then the interval is Wilson's on the
    scale: no spread of numbers between two ends is larger than that of numbers at its ends.
    """
    n, middle = len(values), fmean(values)
    spread = stdev(values)
    if spread == 0:
        span = high - low
        bounds = _wilson((middle - low) / span, n)
        return Estimated(middle, low + span * bounds.low, low + span * bounds.high)
    half = t_quantile(n - 1) * spread / math.sqrt(n)
    return Estimated(middle, max(low, middle - half), min(high, middle + half))


def t_quantile(freedom: int) -> float:
    """Student's 97.5 % quantile, by the expansion of Abramowitz and Stegun 26.7.5.

    Off by less than 0.05 % from four degrees of freedom on, which is the fewest that are shown.
    SciPy's exact one would cost every hub its import.
    """
    z = _Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))


def _wilson(middle: float, n: int) -> Estimated:
    squared = _Z * _Z / n
    centre = (middle + squared / 2) / (1 + squared)
    half = _Z / (1 + squared) * math.sqrt(middle * (1 - middle) / n + squared / (4 * n))
    return Estimated(middle, max(0.0, centre - half), min(1.0, centre + half))
