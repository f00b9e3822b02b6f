"""What really played, out of the as-run log: minutes merged into spans, gaps left as gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from hub.tables import ExposureRow

_LONGEST_RECORD = timedelta(minutes=20)
"""No record of the as-run log that is plausible is longer (`hub.ledger.plausible`)."""
_JOIN = timedelta(seconds=5)
_SHORTEST_GAP = timedelta(seconds=90)
_LAG = timedelta(minutes=3)
"""The last minutes are told a little later; that they are missing yet is no gap."""


@dataclass(slots=True)
class Span:
    """One agent gave one zone a scene from ``start`` to ``until``; ``scene`` None: it told nothing.

    ``confirmed`` only if every device did what the scene asks all that time; ``fading_s`` of it
    were a fade.
    """

    zone: str
    edge: str
    scene: str | None
    start: datetime
    until: datetime
    confirmed: bool
    layer: str = ""
    source: str = ""
    fading_s: float = 0.0


def read_spans(
    connection: Connection, store: str, zones: Sequence[str], start: datetime, end: datetime
) -> list[Span]:
    """What the zones were given in [start, end), by zone, agent and time."""
    row = ExposureRow
    found = connection.execute(
        select(
            col(row.zone),
            col(row.edge),
            col(row.scene),
            col(row.start),
            col(row.until),
            col(row.confirmed),
            col(row.layer),
            col(row.source),
            col(row.fading_s),
        )
        # By zone, so that the index finds a day among years.
        .where(col(row.store) == store, col(row.zone).in_(zones))
        .where(col(row.start) >= start - _LONGEST_RECORD, col(row.start) < end)
        .where(col(row.until) > start)
        .order_by(col(row.zone), col(row.edge), col(row.start))
    )
    return merged(found)


def merged(records: Iterable[Any]) -> list[Span]:
    """Records in the order of zone, agent and time, as few spans as say the same."""
    spans: list[Span] = []
    last: Span | None = None
    for zone, edge, scene, start, until, confirmed, layer, source, fading_s in records:
        if (
            last is not None
            and last.zone == zone
            and last.edge == edge
            and last.scene == scene
            and last.confirmed == confirmed
            and last.source == source
            and last.layer == layer
            and start - last.until <= _JOIN
        ):
            last.until = max(last.until, until)
            last.fading_s += fading_s
            continue
        last = Span(zone, edge, scene, start, until, confirmed, layer, source, fading_s)
        spans.append(last)
    return spans


def with_gaps(
    spans: Sequence[Span], zone: str, edge: str, start: datetime, end: datetime, now: datetime
) -> list[Span]:
    """One agent's spans in a zone, cut to [start, end), and what is missing between them."""
    shown: list[Span] = []
    reached = start
    told_until = min(end, now - _LAG)
    for span in spans:
        begin, until = max(span.start, start), min(span.until, end)
        if until <= begin:
            continue
        if begin - reached >= _SHORTEST_GAP:
            shown.append(Span(zone, edge, None, reached, begin, confirmed=False))
        shown.append(
            Span(
                zone,
                edge,
                span.scene,
                begin,
                until,
                span.confirmed,
                span.layer,
                span.source,
                span.fading_s,
            )
        )
        reached = max(reached, until)
    if told_until - reached >= _SHORTEST_GAP:
        shown.append(Span(zone, edge, None, reached, told_until, confirmed=False))
    return shown
