"""What really played, out of the as-run log: minutes merged into spans, gaps left as gaps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col

from hub.tables import ExposureRow
from hub.tables.columns import instant

_LONGEST_RECORD = timedelta(minutes=20)
"""No record of the as-run log that is plausible is longer (`hub.ledger.plausible`)."""
_JOIN = timedelta(seconds=5)
_SHORTEST_GAP = timedelta(seconds=90)
_LAG = timedelta(minutes=3)
"""The last minutes are told a little later; that they are missing yet is no gap."""


@dataclass(slots=True)
class Span:
    """One agent gave one zone a scene from ``start`` to ``until``; ``scene`` None: it told nothing.

    ``confirmed`` only if every device did what the scene asks all that time. ``adjust`` is what
    people had made of the scene, in per cent by sense.
    """

    zone: str
    edge: str
    scene: str | None
    start: datetime
    until: datetime
    confirmed: bool
    layer: str = ""
    source: str = ""
    adjust: Mapping[str, float] | None = None


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
            col(row.confirmed),
            col(row.layer),
            col(row.source),
            # As the database has them: of a day's minutes only the few that begin or end a span
            # are needed as what they are, and to make them all takes longer than all the rest.
            type_coerce(col(row.adjust), NullType),
            type_coerce(col(row.start), NullType),
            type_coerce(col(row.until), NullType),
        )
        # By zone, so that the index finds a day among years.
        .where(col(row.store) == store, col(row.zone).in_(zones))
        .where(col(row.start) >= start - _LONGEST_RECORD, col(row.start) < end)
        .where(col(row.until) > start)
        .order_by(col(row.zone), col(row.edge), col(row.start))
    ).all()
    return merged(found)


def merged(records: Iterable[Any]) -> list[Span]:
    """Records in the order of zone, agent and time, as few spans as say the same.

    A record: zone, edge, scene, confirmed, layer, source, adjust, start and until; the
    instants and ``adjust`` as they are or as SQLite has them.
    """
    spans: list[Span] = []
    last: list[Any] = []
    reached: Any = None
    for *said, start, until in records:
        if said == last and (start == reached or instant(start) - instant(reached) <= _JOIN):
            reached = until
            continue
        if spans:
            spans[-1].until = instant(reached)
        zone, edge, scene, confirmed, layer, source, adjust = said
        begin = instant(start)
        made = json.loads(adjust) if isinstance(adjust, str) else adjust
        spans.append(Span(zone, edge, scene, begin, begin, bool(confirmed), layer, source, made))
        last, reached = said, until
    if spans:
        spans[-1].until = instant(reached)
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
        shown.append(replace(span, start=begin, until=until))
        reached = max(reached, until)
    if told_until - reached >= _SHORTEST_GAP:
        shown.append(Span(zone, edge, None, reached, told_until, confirmed=False))
    return shown
