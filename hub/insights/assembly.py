"""The effects document of one store, from its records in the database."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine

from hub.insights import words
from hub.insights.confounding import confounder
from hub.insights.document import (
    Comparison,
    EffectRow,
    EffectsDocument,
    Estimate,
    Interval,
)
from hub.insights.estimate.analysis import Pair, ZoneAnalysis, analyse
from hub.insights.estimate.figures import MIN_DAYS, Figure, SceneFigures
from hub.insights.estimate.matching import MIN_CELL_HOURS, Ratios
from hub.insights.reading import MOST_DAYS, StoreRecords, read_store
from hub.insights.words import method, ratio_words, too_few_days
from hub.money import minor_digits, write_amount


def effects_document(
    engine: Engine,
    store: str,
    computed_at: datetime,
    first: date | None = None,
    last: date | None = None,
) -> EffectsDocument:
    """Everything about ``store`` between two local days, both included; `UnknownStoreError`."""
    records = read_store(engine, store, first, last)
    zones = analyse(records)
    return EffectsDocument(
        computed_at=computed_at,
        store=store,
        store_name=records.name,
        time_zone=records.zone.key,
        currency=records.currency,
        first_day=records.first,
        last_day=records.last,
        notes=_notes(records, zones),
        method=method(MIN_DAYS, round(MIN_CELL_HOURS * 60)),
        rows=[
            _row(records, zone, scene, figures)
            for zone in zones
            for scene, figures in zone.figures.items()
        ],
        comparisons=[
            comparison
            for zone in zones
            for comparison in sorted(
                (_comparison(records, zone, pair) for pair in zone.pairs),
                key=lambda comparison: comparison.confounder is not None,
            )
        ],
    )


def _notes(records: StoreRecords, zones: list[ZoneAnalysis]) -> list[str]:
    cut = [words.ONLY_LAST.format(days=MOST_DAYS)] if records.cut else []
    if records.first is None:
        return [words.NO_RECORDS]
    if not zones:
        return [*cut, words.NONE_CONFIRMED]
    notes = cut
    given = sum(zone.given for zone in records.zones.values())
    nudged = sum(zone.nudged for zone in records.zones.values())
    if nudged:
        notes.append(words.NUDGED.format(share=_percent(nudged / given)))
    if not records.receipt_at:
        notes.append(words.NO_RECEIPTS)
    if not any(zone.enter for zone in records.zones.values()):
        notes.append(words.NO_SENSED)
    return notes


def _percent(share: float) -> str:
    return words.LESS_THAN_ONE if share < 0.01 else f"{share:.0%}".replace("%", " %")


def _row(records: StoreRecords, zone: ZoneAnalysis, scene: str, figures: SceneFigures) -> EffectRow:
    digits = minor_digits(records.currency)
    return EffectRow(
        zone=zone.zone,
        zone_name=records.zone_names.get(zone.zone, zone.zone),
        scene=scene,
        scene_name=zone.footprints[scene].name,
        days=figures.days,
        exposure_hours=figures.exposure_hours,
        visits=figures.visits,
        receipts=figures.receipts,
        sales=write_amount(figures.sales_minor, digits),
        visits_per_hour=_estimate(figures.visits_per_hour),
        dwell_mean_s=_estimate(figures.dwell_mean_s, nothing=words.NO_VISITS),
        dwell_median_s=_estimate(figures.dwell_median_s, nothing=words.NO_VISITS),
        dwell_p90_s=_estimate(figures.dwell_p90_s, nothing=words.NO_VISITS),
        receipts_per_hour=_estimate(figures.receipts_per_hour),
        sales_per_hour=_estimate(figures.sales_minor_per_hour, scale=10**-digits),
        grade="D",
    )


def _comparison(records: StoreRecords, zone: ZoneAnalysis, pair: Pair) -> Comparison:
    one, baseline = zone.footprints[pair.scene], zone.footprints[pair.baseline]
    about = {
        "zone": zone.zone,
        "zone_name": records.zone_names.get(zone.zone, zone.zone),
        "scene": pair.scene,
        "scene_name": one.name,
        "baseline": pair.baseline,
        "baseline_name": baseline.name,
    }
    if pair.ratios is None:
        kind, why = confounder(one, baseline, pair.shared)
        return Comparison(**about, grade="X", confounder=kind, words=why)
    return _compared(about, pair.ratios)


def _compared(about: dict[str, str], ratios: Ratios) -> Comparison:
    dwell = _estimate(ratios.dwell, nothing=words.NOTHING_TO_COMPARE["dwell"])
    visits = _estimate(ratios.visits, nothing=words.NOTHING_TO_COMPARE["visits"])
    receipts = _estimate(ratios.receipts, nothing=words.NOTHING_TO_COMPARE["receipts"])
    sales = _estimate(ratios.sales, nothing=words.NOTHING_TO_COMPARE["sales"])
    return Comparison(
        **about,
        grade="D",
        words=(
            words.COMPARED.format(
                scene=about["scene_name"],
                baseline=about["baseline_name"],
                dwell=ratio_words(dwell),
                visits=ratio_words(visits),
                sales=ratio_words(sales),
                days=ratios.days,
                hours=f"{ratios.scene_hours:.0f}",
                others=f"{ratios.baseline_hours:.0f}",
            )
        ),
        shared_hours=ratios.scene_hours,
        baseline_shared_hours=ratios.baseline_hours,
        days=ratios.days,
        dwell_ratio=dwell,
        visits_ratio=visits,
        receipts_ratio=receipts,
        sales_ratio=sales,
    )


def _estimate(figure: Figure, *, scale: float = 1, nothing: str = words.NO_EXPOSURE) -> Estimate:
    if figure.value is None:
        return Estimate(note=nothing)
    value = figure.value * scale
    if figure.interval is not None:
        low, high = figure.interval
        return Estimate(value=value, interval=Interval(low=low * scale, high=high * scale))
    if figure.days < MIN_DAYS:
        return Estimate(value=value, note=too_few_days(figure.days, MIN_DAYS))
    return Estimate(value=value, note=words.NO_SPREAD)
