"""The figures of one scene in one zone, each with an interval whose unit is the day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.insights.estimate.panel import Lengths, Panel
from hub.insights.estimate.resampling import Statistic, day_interval

Floats = npt.NDArray[np.float64]

MIN_DAYS = 7
"""Fewer days than this give no interval: "not enough data"."""


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval; ``days`` is how many days it rests on.

    ``value`` is None when there is nothing to divide by, ``interval`` when there are too few
    days or they don't vary.
    """

    value: float | None
    interval: tuple[float, float] | None
    days: int


@dataclass(frozen=True)
class SceneFigures:
    """What the effects table says of one scene in one zone. Sales are in minor units."""

    days: int
    exposure_hours: float
    visits: int
    receipts: int
    sales_minor: int
    visits_per_hour: Figure
    dwell_mean_s: Figure
    dwell_median_s: Figure
    dwell_p90_s: Figure
    receipts_per_hour: Figure
    sales_minor_per_hour: Figure


def scene_figures(panel: Panel) -> SceneFigures:
    """Estimate one panel."""
    hours, visits, dwell_s, receipts, sales = (
        table.sum(axis=1)
        for table in (
            panel.hours,
            panel.visits,
            panel.dwell_s,
            panel.receipts,
            panel.sales_minor,
        )
    )
    return SceneFigures(
        days=int(np.count_nonzero(hours)),
        exposure_hours=float(hours.sum()),
        visits=int(visits.sum()),
        receipts=int(receipts.sum()),
        sales_minor=int(sales.sum()),
        visits_per_hour=ratio_figure(visits, hours),
        dwell_mean_s=ratio_figure(dwell_s, visits),
        dwell_median_s=quantile_figure(panel.lengths, 0.5),
        dwell_p90_s=quantile_figure(panel.lengths, 0.9),
        receipts_per_hour=ratio_figure(receipts, hours),
        sales_minor_per_hour=ratio_figure(sales, hours),
    )


def ratio_figure(numerator: Floats, denominator: Floats) -> Figure:
    """Sum over sum, both per day; days with nothing to divide by are no days."""
    some = denominator > 0
    above, below = numerator[some], denominator[some]
    if not len(below):
        return Figure(None, None, 0)
    return Figure(
        float(above.sum() / below.sum()),
        _interval(lambda weights: (weights @ above) / (weights @ below), len(below)),
        len(below),
    )


def quantile_figure(lengths: Lengths, share: float) -> Figure:
    """The smallest whole second that at least ``share`` of the visits do not exceed."""
    some = lengths.counts.sum(axis=1) > 0
    if not some.any():
        return Figure(None, None, 0)
    # Visits of each day that are no longer than each length: summed up once, not in every draw.
    up_to = np.cumsum(lengths.counts[some], axis=1)

    def quantile(weights: Floats) -> Floats:
        below = weights @ up_to
        # The tolerance keeps 0.9 * 10 from asking for more than nine visits.
        wanted = share * below[:, -1:] - 1e-9
        found: Floats = lengths.seconds[(below >= wanted).argmax(axis=1)]
        return found

    days = len(up_to)
    return Figure(float(quantile(np.ones((1, days)))[0]), _interval(quantile, days), days)


def _interval(statistic: Statistic, days: int) -> tuple[float, float] | None:
    return day_interval(statistic, days) if days >= MIN_DAYS else None
