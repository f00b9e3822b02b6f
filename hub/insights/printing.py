"""The effects document as text: whole in a pipe, and as much as fits on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console, ConsoleOptions
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from hub.insights.document import EffectRow, EffectsDocument, Estimate

_AS_WIDE_AS_NEEDED = 10_000
_WITHOUT_DECIMALS = 100


def print_effects(document: EffectsDocument, console: Console, *, wide: bool = False) -> None:
    """Print everything but, on a narrow terminal, the median and 90th percentile of dwell.

    With ``wide``, and where nobody looks (a pipe), nothing is left out and no line is broken.
    """
    if wide or not console.is_terminal:
        console.width = _AS_WIDE_AS_NEEDED
    console.print(f"[bold]{escape(document.store_name)}[/bold]: {document.method.wording}")
    if document.first_day:
        console.print(f"{document.first_day} to {document.last_day}, {document.time_zone}")
    for note in document.notes:
        console.print(note)
    narrow = False
    for zone, grouped in groupby(document.rows, key=lambda row: row.zone_name):
        rows = list(grouped)
        table = _table(zone, rows, document.currency, whole=True)
        if Measurement.get(console, _unbounded(console), table).maximum > console.width:
            table, narrow = _table(zone, rows, document.currency, whole=False), True
        console.print(table)
        _print_comparisons(document, zone, console)
    if narrow:
        console.print("\nMedian and 90th percentile of dwell: --wide", style="dim")
    console.print(f"\n{document.method.grade_reason}\n{document.method.interval}", style="dim")


def _unbounded(console: Console) -> ConsoleOptions:
    return console.options.update(max_width=_AS_WIDE_AS_NEEDED)


def _print_comparisons(document: EffectsDocument, zone: str, console: Console) -> None:
    named = [line for line in document.comparisons if line.zone_name == zone]
    for line in sorted(named, key=lambda line: line.confounder is not None):
        mark = "[yellow]cannot be told[/yellow]: " if line.confounder else ""
        console.print(f"  • {mark}{escape(line.words)}", highlight=False)


def _table(zone: str, rows: Sequence[EffectRow], currency: str, *, whole: bool) -> Table:
    table = Table(title=escape(zone), title_justify="left", title_style="bold")
    # A long name goes on in the next line: a name that is cut is none.
    table.add_column("Scene", overflow="fold")
    dwell = ("Dwell mean, s", "median, s", "p90, s") if whole else ("Dwell\nmean, s",)
    hour = ("Receipts/h", f"{currency}/h") if whole else ("Receipts\n/h", f"{currency}\n/h")
    for heading in ("Hours", "Visits", *dwell, *hour):
        table.add_column(heading, justify="right", overflow="fold")
    for row in rows:
        figures = [row.dwell_mean_s, row.receipts_per_hour, row.sales_per_hour]
        if whole:
            figures[1:1] = [row.dwell_median_s, row.dwell_p90_s]
        counts = (f"{row.exposure_hours:.1f}", str(row.visits))
        table.add_row(escape(row.scene_name), *counts, *map(_figure, figures))
    return table


def _figure(estimate: Estimate) -> str:
    if estimate.value is None:
        return _note(estimate)
    if estimate.interval is None:
        return f"{_number(estimate.value)}\n{_note(estimate)}"
    interval = estimate.interval
    return (
        f"{_number(estimate.value)}\n[dim]{_number(interval.low)} to {_number(interval.high)}[/dim]"
    )


def _note(estimate: Estimate) -> str:
    """Broken where it has a joint, for a narrow column: "not enough data:", "4 of 7 days"."""
    joined = estimate.note.replace(": ", ":\n")
    return f"[dim]{joined}[/dim]"


def _number(value: float) -> str:
    """Tenths of a large figure say nothing and take room."""
    return f"{value:,.0f}" if abs(value) >= _WITHOUT_DECIMALS else f"{value:.1f}"
