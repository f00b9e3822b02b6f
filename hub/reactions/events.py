"""What reactions read of the raw record: who passed, and since when somebody stays.

Only what is stored already, and beside the ledger: it never waits for a reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Executable, Row, func, select
from sqlmodel import col

from hub.tables import EventRow
from scenes.messages import AnyEvent, Passage, Presence

AHEAD = timedelta(minutes=10)
"""An event of a later time than this after its arrival comes from a wrong clock."""

_LOOK_BACK = 20_000
"""So many of a boot's last events are looked through for the beginning of a stay."""
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


class Passed(NamedTuple):
    """Somebody passed: into (1) or out of (-1) the zone."""

    at: datetime
    id: int
    store: str
    zone: str
    step: int


def newest_event(connection: Connection) -> int:
    """The number of the last stored event."""
    return connection.scalar(select(func.max(col(EventRow.id)))) or 0


def passages_between(connection: Connection, after: int, upto: int) -> Iterator[Passed]:
    """The passages that were stored after one event, up to and with another one."""
    return _passages(connection, _PASSAGES.where(col(EventRow.id).between(after + 1, upto)))


def passages_since(
    connection: Connection, store: str, zone: str, since: datetime, upto: int
) -> Iterator[Passed]:
    """The passages of a zone from an instant on, in the order in which they happened."""
    statement = (
        _PASSAGES.where(col(EventRow.store) == store, col(EventRow.zone) == zone)
        .where(col(EventRow.at) >= since, col(EventRow.id) <= upto)
        .order_by(None)
        .order_by(col(EventRow.at), col(EventRow.id))
    )
    return _passages(connection, statement)


def stay_began(
    connection: Connection, store: str, edge: str, boot: str, device: str
) -> datetime | None:
    """Since when a sensor has seen somebody, by the events of its edge's present boot.

    None when they say nothing of it, or that it sees nobody (the event is still on its way).
    """
    of_boot = (
        (col(EventRow.store) == store) & (col(EventRow.edge) == edge) & (col(EventRow.boot) == boot)
    )
    last = connection.scalar(select(func.max(col(EventRow.seq))).where(of_boot)) or 0
    body = connection.scalar(
        select(col(EventRow.body))
        .where(of_boot, col(EventRow.seq) > last - _LOOK_BACK)
        .where(col(EventRow.kind) == "presence", col(EventRow.device) == device)
        .order_by(col(EventRow.seq).desc())
        .limit(1)
    )
    event = None if body is None else _decoded(body)
    if isinstance(event, Presence) and event.present and event.clock is None:
        return event.at
    return None


_PASSAGES = (
    select(
        col(EventRow.id),
        col(EventRow.store),
        col(EventRow.zone),
        col(EventRow.at),
        col(EventRow.received_at),
        col(EventRow.body),
    )
    .where(col(EventRow.kind) == "passage")
    .order_by(col(EventRow.id))
)


def _passages(connection: Connection, statement: Executable) -> Iterator[Passed]:
    for row in connection.execute(statement):
        step = _step(row)
        if step is not None:
            yield Passed(row.at, row.id, row.store, row.zone, step)


def _step(row: Row[Any]) -> int | None:
    event = _decoded(row.body)
    if not isinstance(event, Passage) or event.zone is None:
        return None
    if event.clock is not None or row.at > row.received_at + AHEAD:
        # Nobody knows when that was, so it has no place among the others.
        return None
    return 1 if event.direction == "in" else -1


def _decoded(body: str) -> AnyEvent | None:
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
