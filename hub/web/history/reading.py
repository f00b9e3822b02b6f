"""What the database keeps of a day besides what played: the audit, and what agents told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select
from sqlmodel import col

from hub.audit import Change, change_of
from hub.people.who import Who
from hub.tables import AuditRow, EventRow
from hub.tables.events import GIVEN, TOLD
from scenes.messages import AnyEvent, AsRun

MOST = 2000
"""So much of a kind is told of one day; a day that has more is one of a machine gone wild."""
_OF_EVERYBODY = ("scene.", "template.")
"""What is of no store and yet of each; the rest of it is accounts, keys and the hub itself."""
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and the agent that told it. ``at`` is the agent's clock."""

    edge: str
    event: AnyEvent


def changes(
    connection: Connection, store: str, start: datetime, end: datetime, who: Who, most: int = MOST
) -> Sequence[Change]:
    """What people and the hub changed in a store, or for every store; the newest first.

    Of what is of no store, whoever has but some of the stores is told only what those share.
    """
    row = AuditRow
    columns = (row.at, row.author, row.action, row.store, row.subject, row.why, row.account)
    found: list[Any] = []
    # Each by its own way into the index; together they would look through years.
    for mine in (col(row.store) == store, _of_no_store(who)):
        found += connection.execute(
            select(*(col(each) for each in columns), col(row.before), col(row.after), col(row.id))
            .where(mine, col(row.at) >= start, col(row.at) < end)
            .order_by(col(row.at).desc(), col(row.id).desc())
            .limit(most)
        ).all()
    found.sort(key=lambda each: (each.at, each.id), reverse=True)
    return [change_of(each) for each in found[:most]]


def _of_no_store(who: Who) -> ColumnElement[bool]:
    none = col(AuditRow.store).is_(None)
    if who.stores is None:
        return none
    return none & or_(*(col(AuditRow.action).startswith(each) for each in _OF_EVERYBODY))


def told(
    connection: Connection, store: str, start: datetime, end: datetime, most: int = MOST
) -> Sequence[Told]:
    """Alarms, troubles of devices and starts of agents; the newest first."""
    row = EventRow
    found = connection.execute(
        select(col(row.edge), col(row.body))
        .where(TOLD, col(row.store) == store)
        .where(col(row.at) >= start, col(row.at) < end)
        .order_by(col(row.at).desc(), col(row.id).desc())
        .limit(most)
    )
    return [Told(each.edge, event) for each in found if (event := _event(each.body)) is not None]


def given_at(
    connection: Connection, store: str, zone: str, instant: datetime, earliest: datetime
) -> dict[str, AsRun]:
    """The record of the as-run log that holds an instant, of each agent that has one.

    No record that began before ``earliest`` is looked for.
    """
    row = EventRow
    found = connection.execute(
        select(col(row.edge), col(row.body))
        .where(GIVEN, col(row.store) == store, col(row.zone) == zone)
        .where(col(row.at) >= earliest, col(row.at) <= instant)
        .order_by(col(row.at))
    )
    records: dict[str, AsRun] = {}
    for each in found:
        event = _event(each.body)
        if isinstance(event, AsRun) and event.at <= instant < event.until and not event.clock:
            records[each.edge] = event
    return records


def _event(body: str) -> AnyEvent | None:
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
