"""A document's cells as CSV. The README says what the columns mean; a test holds it to that."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from hub.voices.document import Figure, VoicesDocument

COLUMNS = (
    "store",
    "from",
    "to",
    "zone",
    "question",
    "scene",
    "n",
    "mean",
    "mean_low",
    "mean_high",
    "top_share",
    "top_share_low",
    "top_share_high",
    "nps",
    "nps_low",
    "nps_high",
)
FEW = "1-4"


def csv_lines(document: VoicesDocument) -> Iterator[str]:
    """The header, then a line for each cell."""
    yield _line(COLUMNS)
    days = document.first_day.isoformat(), document.last_day.isoformat()
    for cell in document.cells:
        yield _line(
            (
                document.store,
                *days,
                cell.zone,
                cell.question,
                cell.scene,
                FEW if cell.n is None else str(cell.n),
                *_figures(cell.mean),
                *_figures(cell.top),
                *_figures(cell.nps),
            )
        )


def _figures(figure: Figure | None) -> tuple[str, str, str]:
    if figure is None:
        return "", "", ""
    return f"{figure.value:g}", f"{figure.low:g}", f"{figure.high:g}"


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
