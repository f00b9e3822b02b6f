"""Batches into the table: each event once, and how far each boot is committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from hub.database import insert_or
from hub.ledger.batch import Batch, BootKey
from hub.tables import BootRow, EventRow

Progress = dict[BootKey, int]
"""The highest committed number of each boot."""


@dataclass(frozen=True, slots=True)
class Written:
    """How far the boots of some batches are now, and how many events were new."""

    reached: Progress
    events: int


def write_batches(
    connection: Connection, batches: Sequence[Batch], known: Progress, received_at: datetime
) -> Written:
    """Add what is new in ``batches``.

    The table holds a boot's events without gaps: a batch that would leave one is not taken, and
    comes again after the one that fills it (an edge sends its oldest first). Only what the edge
    itself no longer holds is not waited for: another database had it, and that is lost.
    ``known`` is what this process has read or written of the boots before.
    """
    reached = {
        batch.boot: known[batch.boot] if batch.boot in known else _committed(connection, batch.boot)
        for batch in batches
    }
    before = dict(reached)
    rows: list[dict[str, Any]] = []
    for batch in batches:
        committed = reached[batch.boot]
        if batch.first > max(committed + 1, batch.oldest) or batch.last <= committed:
            continue
        rows.extend(_rows(batch, committed, received_at))
        reached[batch.boot] = batch.last
    if rows:
        connection.execute(insert_or(connection, EventRow).on_conflict_do_nothing(), rows)
        _raise(connection, reached, before, received_at)
    return Written(reached, len(rows))


def _rows(batch: Batch, committed: int, received_at: datetime) -> Iterable[dict[str, Any]]:
    store, edge, boot = batch.boot
    return (
        {
            "store": store,
            "edge": edge,
            "boot": boot,
            "seq": event.seq,
            "kind": event.kind,
            "at": event.at,
            "zone": event.zone,
            "device": event.device,
            "received_at": received_at,
            "body": event.body,
        }
        for event in batch.events
        if event.seq > committed
    )


def _committed(connection: Connection, boot: BootKey) -> int:
    row = connection.execute(
        select(col(BootRow.committed_seq))
        .where(col(BootRow.store) == boot[0])
        .where(col(BootRow.edge) == boot[1])
        .where(col(BootRow.boot) == boot[2])
    ).scalar_one_or_none()
    return row or 0


def _raise(
    connection: Connection, reached: Progress, before: Progress, received_at: datetime
) -> None:
    statement = insert_or(connection, BootRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["store", "edge", "boot"],
            set_={"committed_seq": statement.excluded.committed_seq},
        ),
        [
            {
                "store": store,
                "edge": edge,
                "boot": boot,
                "committed_seq": seq,
                "first_seen": received_at,
            }
            for (store, edge, boot), seq in reached.items()
            if seq != before[store, edge, boot]
        ],
    )
