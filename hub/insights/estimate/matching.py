"""Two scenes of a zone compared where the schedule lets them be: same weekday, same hour.

The ratio is Mantel and Haenszel's: within each cell (a quarter-hour of a weekday) one scene is
held against the other, and the cells are pooled so that an empty one weighs nothing. It is the
textbook estimator for a common ratio over many sparse strata.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from hub.insights.estimate.figures import MIN_DAYS, Figure
from hub.insights.estimate.panel import Panel
from hub.insights.estimate.resampling import day_interval

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MIN_CELL_HOURS = 10 / 60
"""Both scenes ran at least so long in a cell that they share: a few seconds left over from a
change of scene are not a comparison."""

MIN_DAY_HOURS = 10 / 60
"""A day counts for a scene from so much exposure in shared cells on."""

_WEEK = 7


@dataclass(frozen=True)
class Overlap:
    """Where two scenes can be compared.

    ``cells`` [weekdays, quarters] are shared; ``days`` are those compared: between the first
    and the last day on which both were in use. ``fewer_days`` counts the days in shared cells
    of the scene that had fewer, among the days compared; ``fewer_days_ever`` among all days.
    """

    cells: Flags
    days: Flags
    fewer_days: int
    fewer_days_ever: int

    @property
    def enough(self) -> bool:
        """Whether there are days enough of both for a figure."""
        return self.fewer_days >= MIN_DAYS


@dataclass(frozen=True)
class Ratios:
    """Scene over baseline, in shared cells."""

    scene_hours: float
    baseline_hours: float
    days: int
    dwell: Figure
    visits: Figure
    receipts: Figure
    sales: Figure


def by_cell(table: Floats, weekday: Ints) -> Floats:
    """Sum [days, quarters] to [weekdays, quarters]."""
    return np.stack([table[weekday == day].sum(axis=0) for day in range(_WEEK)])


def overlap(scene: Panel, baseline: Panel, weekday: Ints) -> Overlap:
    """Find the shared cells and the days on which they can be compared."""
    cells = (by_cell(scene.hours, weekday) >= MIN_CELL_HOURS) & (
        by_cell(baseline.hours, weekday) >= MIN_CELL_HOURS
    )
    shared = cells[weekday]
    ran = (scene.hours * shared).sum(axis=1) >= MIN_DAY_HOURS
    baseline_ran = (baseline.hours * shared).sum(axis=1) >= MIN_DAY_HOURS
    span = _span(ran) & _span(baseline_ran)
    return Overlap(
        cells,
        span & (ran | baseline_ran),
        int(min(np.count_nonzero(span & ran), np.count_nonzero(span & baseline_ran))),
        int(min(np.count_nonzero(ran), np.count_nonzero(baseline_ran))),
    )


def matched_ratios(scene: Panel, baseline: Panel, weekday: Ints, where: Overlap) -> Ratios:
    """Compare two scenes in their shared cells, over the days that can be compared."""
    days = where.days
    mask = where.cells[weekday[days]]
    one, other = _masked(scene, days, mask), _masked(baseline, days, mask)
    of_day = weekday[days]
    return Ratios(
        scene_hours=float(one.hours.sum()),
        baseline_hours=float(other.hours.sum()),
        days=int(np.count_nonzero(days)),
        dwell=_ratio(one.dwell_s, one.visits, other.dwell_s, other.visits, of_day),
        visits=_ratio(one.visits, one.hours, other.visits, other.hours, of_day),
        receipts=_ratio(one.receipts, one.hours, other.receipts, other.hours, of_day),
        sales=_ratio(one.sales_minor, one.hours, other.sales_minor, other.hours, of_day),
    )


def mantel_haenszel(
    one: Floats, one_base: Floats, other: Floats, other_base: Floats
) -> tuple[Floats, Floats]:
    """Numerator and denominator of the pooled ratio, summed over the last axis.

    Each argument holds sums per cell: outcomes (``one``) and what they are per (``one_base``).
    """
    both = one_base + other_base
    share = np.divide(1.0, both, out=np.zeros_like(both), where=both > 0)
    above = (one * other_base * share).sum(axis=-1)
    below = (other * one_base * share).sum(axis=-1)
    return above, below


def _ratio(
    one: Floats, one_base: Floats, other: Floats, other_base: Floats, weekday: Ints
) -> Figure:
    # Quarters in which one of them has nothing add nothing to either sum.
    both = (one_base.sum(axis=0) > 0) & (other_base.sum(axis=0) > 0)
    tables = [table[:, both] for table in (one, one_base, other, other_base)]

    def statistic(weights: Floats) -> Floats:
        above, below = np.zeros(len(weights)), np.zeros(len(weights))
        for day in range(_WEEK):
            mine = weekday == day
            drawn = weights[:, mine]
            sums = (drawn @ table[mine] for table in tables)
            more, less = mantel_haenszel(*sums)
            above += more
            below += less
        ratio: Floats = np.divide(above, below, out=np.full(len(weights), np.nan), where=below > 0)
        return ratio

    days = len(weekday)
    value = float(statistic(np.ones((1, days)))[0])
    if not np.isfinite(value) or value == 0:
        return Figure(None, None, days)
    return Figure(value, day_interval(statistic, days), days)


def _masked(panel: Panel, days: Flags, mask: Flags) -> Panel:
    return replace(
        panel,
        hours=panel.hours[days] * mask,
        visits=panel.visits[days] * mask,
        dwell_s=panel.dwell_s[days] * mask,
        receipts=panel.receipts[days] * mask,
        sales_minor=panel.sales_minor[days] * mask,
    )


def _span(which: Flags) -> Flags:
    """Everything from the first to the last that is true."""
    return np.logical_or.accumulate(which) & np.logical_or.accumulate(which[::-1])[::-1]
