"""From records to figures: everything about one zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import numpy.typing as npt

from hub.insights.confounding import Footprint, Shared
from hub.insights.estimate.calendar import Calendar, calendar_of
from hub.insights.estimate.exposure import AsRunLog, verified_exposure
from hub.insights.estimate.figures import MIN_DAYS, SceneFigures, scene_figures
from hub.insights.estimate.matching import MIN_CELL_HOURS, Ratios, matched_ratios, overlap
from hub.insights.estimate.panel import Panel, Receipts, Visits, panels
from hub.insights.reading import StoreRecords, ZoneRecords

_REGULAR_DAYS = 2
_MANY_WEEKS = 4
"""Where a scene ran on so many days of a cell it ran as a rule; in four weeks, once is an
exception (an override, a holiday)."""


@dataclass(frozen=True)
class Pair:
    """Two scenes of a zone. ``ratios`` is None when they share too little to be compared."""

    scene: str
    baseline: str
    shared: Shared
    ratios: Ratios | None


@dataclass(frozen=True)
class ZoneAnalysis:
    """Scenes by falling hours of exposure, every pair of them, and when each ran."""

    zone: str
    figures: dict[str, SceneFigures]
    footprints: dict[str, Footprint]
    pairs: list[Pair]


def analyse(records: StoreRecords) -> list[ZoneAnalysis]:
    """Every zone of a store that has verified exposure, in the store's order."""
    if records.first is None or records.last is None:
        return []
    calendar = calendar_of(records.first, records.last, records.zone)
    receipts = Receipts(
        np.array(records.receipt_at, dtype=np.int64),
        np.array(records.receipt_minor, dtype=np.int64),
    )
    found = (
        _zone(zone, rows, receipts, calendar, records.scene_names)
        for zone, rows in records.zones.items()
    )
    return [zone for zone in found if zone.figures]


def _zone(
    zone: str, records: ZoneRecords, receipts: Receipts, calendar: Calendar, names: dict[str, str]
) -> ZoneAnalysis:
    scenes, log = _log(records)
    visits = Visits(
        np.array(records.enter, dtype=np.int64), np.array(records.dwell_s, dtype=np.float64)
    )
    each = panels(verified_exposure(log), visits, receipts, calendar, len(scenes))
    shown = {
        scene: panel for scene, panel in zip(scenes, each, strict=True) if panel.hours.sum() > 0
    }
    ranked = sorted(shown, key=lambda scene: -shown[scene].hours.sum())
    weekday = calendar.weekday
    return ZoneAnalysis(
        zone=zone,
        figures={scene: scene_figures(shown[scene]) for scene in ranked},
        footprints={
            scene: _footprint(names.get(scene, scene), shown[scene], calendar.days, weekday)
            for scene in ranked
        },
        # The scene with more hours is what a shop knows best: it is the baseline.
        pairs=[
            _pair(scene, baseline, shown, weekday) for baseline, scene in combinations(ranked, 2)
        ],
    )


def _log(records: ZoneRecords) -> tuple[list[str], AsRunLog]:
    scenes, scene = _numbered(records.scene)
    _, edge = _numbered(records.edge)
    return scenes, AsRunLog(
        edge=edge,
        scene=scene,
        start=np.array(records.start, dtype=np.int64),
        until=np.array(records.until, dtype=np.int64),
        confirmed=np.array(records.confirmed, dtype=np.bool_),
        fading=np.array(records.fading, dtype=np.int64),
    )


def _numbered(names: list[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
    distinct = sorted(set(names))
    number = {name: index for index, name in enumerate(distinct)}
    return distinct, np.array([number[name] for name in names], dtype=np.int64)


def _pair(
    scene: str, baseline: str, shown: dict[str, Panel], weekday: npt.NDArray[np.int64]
) -> Pair:
    where = overlap(shown[scene], shown[baseline], weekday)
    ratios = matched_ratios(shown[scene], shown[baseline], weekday, where) if where.enough else None
    return Pair(scene, baseline, Shared(where.fewer_days, where.fewer_days_ever, MIN_DAYS), ratios)


def _footprint(
    name: str, panel: Panel, days: tuple[date, ...], weekday: npt.NDArray[np.int64]
) -> Footprint:
    ran = panel.hours > 0
    times = np.stack([ran[weekday == day].sum(axis=0) for day in range(7)])
    hours = np.stack([panel.hours[weekday == day].sum(axis=0) for day in range(7)])
    in_use = np.flatnonzero(ran.any(axis=1))
    weeks = np.bincount(weekday[in_use[0] : in_use[-1] + 1], minlength=7)
    regular = np.where(weeks >= _MANY_WEEKS, _REGULAR_DAYS, 1)
    cells = (hours >= MIN_CELL_HOURS) & (times >= regular[:, None])
    if not cells.any():
        cells = hours > 0
    return Footprint(
        name=name,
        cells=frozenset((int(day), int(quarter)) for day, quarter in np.argwhere(cells)),
        days=len(in_use),
        first=days[in_use[0]],
        last=days[in_use[-1]],
    )
