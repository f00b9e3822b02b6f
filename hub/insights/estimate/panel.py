"""Sums per scene, day and quarter-hour: all that the estimators look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.insights.estimate.calendar import QUARTERS, Calendar
from hub.insights.estimate.exposure import NOTHING, Exposure

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class Visits:
    """Visits of one zone: when each began (microseconds since 1970) and its length in seconds."""

    enter: Ints
    dwell_s: Floats


@dataclass(frozen=True)
class Receipts:
    """Receipts of a store: when (microseconds since 1970) and how much in minor units."""

    at: Ints
    total_minor: Ints


@dataclass(frozen=True)
class Lengths:
    """Visits by whole seconds of dwell: ``counts`` [days, lengths] of each of ``seconds``."""

    seconds: Floats
    counts: Floats


@dataclass(frozen=True)
class Panel:
    """One scene in one zone; every array is [days, quarters of the day]."""

    hours: Floats
    visits: Floats
    dwell_s: Floats
    receipts: Floats
    sales_minor: Floats
    lengths: Lengths


def panels(
    exposure: Exposure, visits: Visits, receipts: Receipts, calendar: Calendar, scenes: int
) -> list[Panel]:
    """One panel for each scene number; everything must lie inside the calendar.

    A visit counts for the scene that was verified when it began, a receipt for the one that was
    verified at its time; both count for nothing when none was.
    """
    pieces = _cut(exposure, calendar)
    visit_scene = exposure.scene_at(visits.enter)
    visit_cells = calendar.cell_at(visits.enter)
    receipt_scene = exposure.scene_at(receipts.at)
    receipt_cells = calendar.cell_at(receipts.at)

    def panel(scene: int) -> Panel:
        exposed, came, paid = (
            pieces.scene == scene,
            visit_scene == scene,
            receipt_scene == scene,
        )
        sums = _Sums(len(calendar.days))
        days, quarters = visit_cells
        dwell = visits.dwell_s[came]
        return Panel(
            hours=sums.of(pieces.day, pieces.quarter, exposed, pieces.hours[exposed]),
            visits=sums.of(days, quarters, came),
            dwell_s=sums.of(days, quarters, came, dwell),
            receipts=sums.of(*receipt_cells, paid),
            sales_minor=sums.of(
                *receipt_cells, paid, receipts.total_minor[paid].astype(np.float64)
            ),
            lengths=_lengths(days[came], dwell, len(calendar.days)),
        )

    return [panel(scene) for scene in range(scenes)]


@dataclass(frozen=True)
class _Pieces:
    scene: Ints
    hours: Floats
    day: Ints
    quarter: Ints


def _cut(exposure: Exposure, calendar: Calendar) -> _Pieces:
    """Cut the stretches at the calendar's quarter-hours."""
    bounds = np.unique(np.concatenate([exposure.start, exposure.until, calendar.edges]))
    starts, untils = bounds[:-1], bounds[1:]
    scene = exposure.scene_at(starts)
    some = scene != NOTHING
    day, quarter = calendar.cell_at(starts[some])
    return _Pieces(scene[some], (untils - starts)[some] / _HOUR_US, day, quarter)


class _Sums:
    def __init__(self, days: int) -> None:
        self._days = days

    def of(
        self,
        day: Ints,
        quarter: Ints,
        which: npt.NDArray[np.bool_],
        values: Floats | None = None,
    ) -> Floats:
        """Sum ``values`` (default: count) over the cells of those that ``which`` picks."""
        index = day[which] * QUARTERS + quarter[which]
        sums = np.bincount(index, weights=values, minlength=self._days * QUARTERS)
        return sums.reshape(self._days, QUARTERS).astype(np.float64)


def _lengths(day: Ints, dwell_s: Floats, days: int) -> Lengths:
    seconds, index = np.unique(np.rint(dwell_s), return_inverse=True)
    counts = np.bincount(day * len(seconds) + index, minlength=days * len(seconds))
    return Lengths(seconds, counts.reshape(days, len(seconds)).astype(np.float64))
