"""The effects document as the page shows it: minutes, rounded figures, drawn intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from hub.insights.document import Comparison, EffectRow, EffectsDocument, Estimate
from hub.web.effects.retold import retold
from hub.web.looks import Look, scene_look
from hub.web.words import date_words, number_words
from scenes.day_words import from_to
from scenes.language import _, ngettext

PLOT_WIDTH = 200
_PLOT_MARGIN = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, its interval and what is missing, each in words and possibly empty."""

    value: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval as it is drawn, in units of the plot."""

    low: int
    value: int
    high: int


@dataclass(frozen=True, slots=True)
class _Scale:
    start: float
    per_unit: float


@dataclass(frozen=True, slots=True)
class Row:
    """One scene's row of a zone's table."""

    look: Look
    grade: str
    hours: str
    days: str
    visits: str
    dwell_mean: Figure
    dwell_median: Figure
    dwell_p90: Figure
    receipts: Figure
    sales: Figure
    whisker: Whisker | None


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison in a sentence, and its grade."""

    grade: str
    words: str


@dataclass(frozen=True, slots=True)
class ZoneEffects:
    """One zone's table, and its comparisons in sentences."""

    id: str
    name: str
    rows: tuple[Row, ...]
    compared: tuple[Line, ...]
    confounded: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class EffectsPage:
    """What the effects template shows."""

    wording: str
    grade_reason: str
    period: str
    currency: str
    notes: tuple[str, ...]
    zones: tuple[ZoneEffects, ...]
    method: tuple[tuple[str, str], ...]


def effects_page(document: EffectsDocument) -> EffectsPage:
    """The document in the page's terms."""
    method = document.method
    return EffectsPage(
        wording=retold(method.wording),
        grade_reason=retold(method.grade_reason),
        period=_period(document),
        currency=document.currency,
        notes=tuple(map(retold, document.notes)),
        zones=tuple(
            _zone(zone, list(rows), document.comparisons)
            for zone, rows in groupby(document.rows, key=lambda row: row.zone)
        ),
        method=(
            (_("Played"), retold(method.exposure)),
            (_("Visits"), retold(method.visits)),
            (_("Sales"), retold(method.sales)),
            (_("Intervals"), f"{retold(method.interval)} {retold(method.resampling)}"),
            (_("Comparisons"), retold(method.comparisons)),
            (_("Confounding"), retold(method.confounding)),
        ),
    )


def _period(document: EffectsDocument) -> str:
    if document.first_day is None or document.last_day is None:
        return ""
    first, last = date_words(document.first_day), date_words(document.last_day)
    return from_to(first, last)


def _zone(zone: str, rows: Sequence[EffectRow], comparisons: Sequence[Comparison]) -> ZoneEffects:
    scale = _scale([row.dwell_mean_s for row in rows])
    mine = [comparison for comparison in comparisons if comparison.zone == zone]
    return ZoneEffects(
        id=zone,
        name=rows[0].zone_name,
        rows=tuple(_row(row, scale) for row in rows),
        compared=tuple(_line(one) for one in mine if one.confounder is None),
        confounded=tuple(_line(one) for one in mine if one.confounder is not None),
    )


def _line(comparison: Comparison) -> Line:
    return Line(comparison.grade, retold(comparison.words))


def _row(row: EffectRow, scale: _Scale | None) -> Row:
    return Row(
        look=scene_look(row.scene, row.scene_name),
        grade=row.grade,
        hours=_played(row.exposure_hours),
        days=ngettext("{n} day", "{n} days", row.days).format(n=row.days),
        visits=number_words(row.visits),
        dwell_mean=_figure(row.dwell_mean_s, _duration),
        dwell_median=_figure(row.dwell_median_s, _duration),
        dwell_p90=_figure(row.dwell_p90_s, _duration),
        receipts=_figure(row.receipts_per_hour),
        sales=_figure(row.sales_per_hour),
        whisker=_whisker(row.dwell_mean_s, scale),
    )


def _figure(estimate: Estimate, words: Callable[[float], str] | None = None) -> Figure:
    words = words or _number
    value = "" if estimate.value is None else words(estimate.value)
    interval = estimate.interval
    spread = from_to(words(interval.low), words(interval.high)) if interval else ""
    return Figure(value, spread, retold(estimate.note))


def _number(value: float) -> str:
    """Three digits at most say as much as such data can: 4.27, 31.4, 1,250."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return number_words(value, digits)


def _played(hours: float) -> str:
    """How long a scene played; seconds are no part of an hour that anybody reads."""
    if hours * 60 < 1:
        return _("less than a minute")
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return _("{hours} h").format(hours=_number(hours))


def _duration(seconds: float) -> str:
    """Minutes and seconds: 3:53."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _scale(estimates: Iterable[Estimate]) -> _Scale | None:
    """What a zone's intervals are drawn by; those without one would only squeeze the rest."""
    intervals = [estimate.interval for estimate in estimates if estimate.interval is not None]
    low = min((interval.low for interval in intervals), default=0.0)
    high = max((interval.high for interval in intervals), default=0.0)
    return _Scale(low, (PLOT_WIDTH - 2 * _PLOT_MARGIN) / (high - low)) if high > low else None


def _whisker(estimate: Estimate, scale: _Scale | None) -> Whisker | None:
    if estimate.value is None or estimate.interval is None or scale is None:
        return None
    low, value, high = (
        _PLOT_MARGIN + round(scale.per_unit * (seconds - scale.start))
        for seconds in (estimate.interval.low, estimate.value, estimate.interval.high)
    )
    return Whisker(low, value, high)
