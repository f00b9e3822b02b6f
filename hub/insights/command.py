"""``stemning effects``."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from hub.database_arguments import add_database_arguments, opened_database

if TYPE_CHECKING:
    from rich.console import Console

    from hub.insights.document import EffectRow, EffectsDocument, Estimate

_EPILOG = """\
what you get:
  For each scene and zone: hours of verified exposure, visits, mean, median and 90th percentile
  of dwell, receipts and sales an hour, each with a 95 % interval that resamples days. Below it
  the scenes held against each other in the hours that they share, and which the schedule
  confounds. Association, not effect, while nothing was randomised.

examples:
  stemning effects
  stemning effects --store harbour --from 2026-01-01 --to 2026-02-28
  stemning effects --json > effects.json"""


class EffectsCommand:
    """Prints the effects table of a store."""

    name = "effects"
    summary = "What each scene went together with: dwell, receipts and sales, and how sure."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.epilog = _EPILOG
        parser.add_argument("--store", help="may be left out for a single shop")
        parser.add_argument(
            "--from", dest="first", type=_day, metavar="DAY", help="first local day, included"
        )
        parser.add_argument(
            "--to", dest="last", type=_day, metavar="DAY", help="last local day, included"
        )
        parser.add_argument(
            "--json", action="store_true", help="the document that GET /api/v1/effects gives"
        )
        add_database_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Compute and print."""
        from hub.clock import utc_now
        from hub.insights.service import require_libraries
        from hub.insights.stores import meant_store

        require_libraries()
        from hub.insights.assembly import effects_document

        with opened_database(arguments) as engine:
            store = meant_store(engine, arguments.store)
            document = effects_document(engine, store, utc_now(), arguments.first, arguments.last)
        if arguments.json:
            sys.stdout.write(document.model_dump_json(indent=2) + "\n")
        else:
            from rich.console import Console

            _print(document, Console())
        return 0


def _print(document: EffectsDocument, console: Console) -> None:
    from rich.table import Table

    console.print(f"[bold]{document.store_name}[/bold]: {document.method.wording}")
    if document.first_day:
        console.print(f"{document.first_day} to {document.last_day}, {document.time_zone}")
    for note in document.notes:
        console.print(note)
    for zone, rows in groupby(document.rows, key=lambda row: row.zone_name):
        table = Table(title=zone, title_justify="left", title_style="bold")
        table.add_column("Scene")
        for heading in (
            "Hours",
            "Visits",
            "Dwell mean, s",
            "median, s",
            "p90, s",
            "Receipts/h",
            f"{document.currency}/h",
        ):
            table.add_column(heading, justify="right")
        for row in rows:
            table.add_row(*_cells(row))
        console.print(table)
        named = [line for line in document.comparisons if line.zone_name == zone]
        for line in sorted(named, key=lambda line: line.confounder is not None):
            mark = "[yellow]cannot be told[/yellow]: " if line.confounder else ""
            console.print(f"  • {mark}{line.words}", highlight=False)
    console.print(f"\n{document.method.grade_reason}\n{document.method.interval}", style="dim")


def _cells(row: EffectRow) -> list[str]:
    return [
        row.scene_name,
        f"{row.exposure_hours:.1f}",
        str(row.visits),
        *(
            _figure(estimate)
            for estimate in (
                row.dwell_mean_s,
                row.dwell_median_s,
                row.dwell_p90_s,
                row.receipts_per_hour,
                row.sales_per_hour,
            )
        ),
    ]


def _figure(estimate: Estimate) -> str:
    if estimate.value is None:
        return estimate.note
    if estimate.interval is None:
        return f"{estimate.value:.1f}\n[dim]{estimate.note}[/dim]"
    interval = estimate.interval
    return f"{estimate.value:.1f}\n[dim]{interval.low:.1f} to {interval.high:.1f}[/dim]"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-03-14") from error


effects = EffectsCommand()
