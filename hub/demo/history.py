"""Eight weeks of history for the demo, drawn from `hub.demo.truth`: plans, events, visits, sales.

It goes the way of real data: plans as the planner keeps them, event batches through the ledger,
receipts as CSV through the import. The same seed and the same last day give the same history.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from hub.database import writing
from hub.demo.drawing import Draw
from hub.demo.played_plans import played_plan
from hub.demo.truth import SEED, STORE, truth_document
from hub.ledger.batch import read_batch
from hub.ledger.deriver import derive_some
from hub.ledger.store import write_batches
from hub.planning.records import add_plans
from hub.sales.importer import import_sales
from hub.sales.options import ImportOptions
from scenes.codec import encode
from scenes.messages import AnyEvent, EventBatch
from scenes.topics import EdgeTopic, edge_topic

Progress = Callable[[str, float], None]
"""Is told what is being done and how much of the whole is over (0 to 1)."""

_BATCH = 500
_HEADER = ("store", "receipt", "time", "amount")


@dataclass(frozen=True, slots=True)
class HistoryPlace:
    """Whose history: ``edges`` names the agent of each zone."""

    zone: ZoneInfo
    currency: str
    edges: dict[str, str]


def make_history(
    engine: Engine,
    directory: Path,
    place: HistoryPlace,
    today: date,
    now: Callable[[], datetime],
    progress: Progress = lambda _what, _share: None,
    seed: int = SEED,
) -> Path:
    """Fill an empty database with the days before ``today``; the path of the written truth.

    Takes some seconds. Every step is all or nothing for itself, not together: start with a new
    database after one that was broken off.
    """
    draw = Draw(seed, today, place.zone)
    for number, (zone, edge) in enumerate(place.edges.items()):
        progress(f"Eight weeks in the {zone.replace('-', ' ')}", number / 5)
        _ingest(engine, edge, _boot(seed, today, edge), draw.events(zone), now())
    with writing(engine) as connection:
        add_plans(connection, [played_plan(draw, zone) for zone in place.edges])
    progress("Visits and exposure", 3 / 5)
    while derive_some(engine, now())[0]:
        pass
    progress("Sales", 4 / 5)
    _sell(engine, directory / "history-sales.csv", draw, place, now)
    truth = directory / "truth.json"
    truth.write_text(json.dumps(truth_document() | {"seed": seed}, indent=2), encoding="utf-8")
    progress("History", 1.0)
    return truth


def _boot(seed: int, today: date, edge: str) -> str:
    return blake2b(f"{seed}/{today}/{edge}".encode(), digest_size=8).hexdigest()


def _ingest(
    engine: Engine, edge: str, boot: str, events: Iterable[AnyEvent], received_at: datetime
) -> None:
    """Batches as an agent sends them, stored as the ledger stores them."""
    topic = edge_topic(STORE, edge, EdgeTopic.EVENTS)
    left = iter(events)
    batches = []
    while some := tuple(islice(left, _BATCH)):
        message = EventBatch(store=STORE, edge=edge, boot=boot, events=some)
        batches.append(read_batch(topic, encode(message), received_at))
    with writing(engine) as connection:
        write_batches(connection, batches, {}, received_at)


def _sell(
    engine: Engine, path: Path, draw: Draw, place: HistoryPlace, now: Callable[[], datetime]
) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(draw.receipt_lines())
    options = ImportOptions(
        add_stores=True, time_zone=place.zone, currency=place.currency, file_name=path.name
    )
    with path.open("rb") as source:
        import_sales(engine, source, options, now=now)
