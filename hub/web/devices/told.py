"""What the database knows of devices: when they failed, what was asked of them, their refills."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, func, literal_column, select, text
from sqlmodel import col

from hub.tables import AuditRow, EventRow
from hub.tables.audit import REFILLED
from hub.tables.events import TOLD
from hub.web.agents_said import agents_said

_LOOK_BACK = timedelta(days=60)
_ANSWERS_STAY = timedelta(minutes=2)
_MOST_REFILLS = 500
_ASKED = "device."

DeviceKey = tuple[str, str]
"""(edge, device)"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the last thing that somebody asked of a device."""

    at: datetime
    action: str
    done: bool
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class Refill:
    """A new cartridge: when, by whom, of what, how long the one before it was in and what it held.

    ``fragrance`` and ``left_ml`` are as the agent told them last before; empty and None where it
    had not.
    """

    at: datetime
    author: str
    edge: str
    device: str
    lasted: timedelta | None
    fragrance: str
    left_ml: float | None


def failed_at(
    connection: Connection, store: str, devices: Collection[DeviceKey], now: datetime
) -> Mapping[DeviceKey, datetime]:
    """When devices that are in trouble now told of it; only those that are on record.

    Of one whose last word on record is that it came back, the newer trouble is not there yet.
    """
    if not devices:
        return {}
    row = EventRow
    # Written out, so that the databases see that the small index is enough.
    is_trouble = literal_column("kind") == literal_column("'device-trouble'")
    names = col(row.edge), col(row.device)
    last = func.row_number().over(
        partition_by=names, order_by=(col(row.at).desc(), col(row.id).desc())
    )
    told = (
        select(*names, col(row.at), col(row.body), last.label("place"))
        .where(TOLD, is_trouble, col(row.store) == store)
        .where(col(row.at) > now - _LOOK_BACK)
        .where(col(row.device).in_({device for _, device in devices}))
        .subquery()
    )
    found = connection.execute(select(told).where(told.c.place == 1))
    times = {
        (each.edge, each.device): each.at for each in found if _after(each.body).get("problem")
    }
    return {key: times[key] for key in devices if key in times}


def last_answers(connection: Connection, store: str, now: datetime) -> Mapping[DeviceKey, Answer]:
    """What came of what was asked of a store's devices just now, the last of each."""
    row = AuditRow
    found = connection.execute(
        select(*_columns())
        .where(col(row.store) == store, col(row.at) > now - _ANSWERS_STAY)
        .where(col(row.action).startswith(_ASKED))
        .order_by(col(row.id))
    )
    return {
        (after["edge"], _device(each.subject)): Answer(
            each.at,
            each.action.removeprefix(_ASKED),
            after["done"],
            agents_said(after["text"]),
            each.author,
        )
        for each in found
        if (after := _after(each.after))
    }


def refills(connection: Connection, store: str) -> Sequence[Refill]:
    """The cartridges of a store, the newest first; what was asked in vain is none."""
    row = AuditRow
    found = connection.execute(
        select(*_columns())
        .where(REFILLED, col(row.store) == store)
        .order_by(col(row.at).desc(), text("id DESC"))
        .limit(_MOST_REFILLS)
    ).all()
    put_in: dict[DeviceKey, datetime] = {}
    told: list[Refill] = []
    for each in reversed(found):
        after = _after(each.after)
        if not after.get("done"):
            continue
        key = (after["edge"], _device(each.subject))
        before = put_in.get(key)
        put_in[key] = each.at
        lasted = each.at - before if before else None
        fragrance, left_ml = after.get("fragrance") or "", after.get("left_ml")
        told.append(Refill(each.at, each.author, *key, lasted, fragrance, left_ml))
    return told[::-1]


def _columns() -> tuple[Any, ...]:
    row = AuditRow
    return col(row.at), col(row.action), col(row.author), col(row.subject), col(row.after)


def _after(body: str) -> dict[str, Any]:
    after = msgspec.json.decode(body) if body else {}
    return after if isinstance(after, dict) else {}


def _device(subject: str) -> str:
    return subject.removeprefix("device ")
