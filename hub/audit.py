"""The audit: who changed what, when and why, with what it was before and after. Append-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select
from sqlmodel import col

from hub.acting import acting_account
from hub.tables import AuditRow

_ADD = insert(AuditRow)
_KINDS = (
    "",
    "zone ",
    "store ",
    "scene ",
    "template ",
    "schedule of ",
    "draft of ",
    "floor of ",
    "device ",
)
"""What may stand before an id in a change's subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, told in the transaction that makes it.

    ``action`` is a verb with its object, like ``override.choose`` or ``schedule.deploy``;
    ``subject`` names what was changed; ``before`` and ``after`` are anything that msgspec can
    write, None where there was nothing. ``account`` is who was signed in, by username or as
    ``tablet:`` and a name, whoever ``author`` names; nobody needs to say it: it is known of the
    request that is being answered.
    """

    at: datetime
    author: str
    action: str
    subject: str
    store: str | None = None
    why: str = ""
    before: Any = None
    after: Any = None
    account: str = ""


def record(connection: Connection, change: Change) -> None:
    """Keep a change; it stands or falls with the transaction."""
    connection.execute(
        _ADD,
        [
            {
                "at": change.at,
                "author": change.author,
                "action": change.action,
                "store": change.store,
                "subject": change.subject,
                "why": change.why,
                "before": _text(change.before),
                "after": _text(change.after),
                "account": change.account or acting_account.get(),
            }
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which changes are asked for; what is None is not asked about.

    ``start`` is included and ``end`` is not. ``action`` may be its first words alone: ``override``
    finds ``override.choose``; ``subject`` may be an id without its kind: ``entrance`` finds
    ``zone entrance``. ``before`` is the `Entry.number` of the last one that was seen. ``stores``
    are all that may be told, None for every store and what is of no store.
    """

    store: str | None = None
    subject: str | None = None
    author: str | None = None
    action: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None
    stores: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as it was kept, and its number in the book."""

    number: int
    change: Change


def find(connection: Connection, search: Search, most: int) -> Sequence[Entry]:
    """Changes, the newest first."""
    row = AuditRow
    statement = select(*AuditRow.__table__.columns).order_by(col(row.id).desc()).limit(most)  # type: ignore[attr-defined]
    if search.subject is not None:
        names = [f"{kind}{search.subject}" for kind in _KINDS]
        statement = statement.where(col(row.subject).in_(names))
    for column, value in (
        (col(row.store), search.store),
        (col(row.author), search.author),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if search.action is not None:
        whole, begins = col(row.action), f"{search.action}."
        statement = statement.where(
            (whole == search.action) | whole.startswith(begins, autoescape=True)
        )
    if search.start is not None:
        statement = statement.where(col(row.at) >= search.start)
    if search.end is not None:
        statement = statement.where(col(row.at) < search.end)
    if search.stores is not None:
        statement = statement.where(col(row.store).in_(search.stores))
    if search.before is not None:
        statement = statement.where(col(row.id) < search.before)
    return [_entry(each) for each in connection.execute(statement)]


def _entry(row: Any) -> Entry:  # noqa: ANN401
    return Entry(row.id, change_of(row))


def change_of(row: Any) -> Change:  # noqa: ANN401
    """The change that a row of the audit holds."""
    return Change(
        at=row.at,
        author=row.author,
        action=row.action,
        subject=row.subject,
        store=row.store,
        why=row.why,
        before=_value(row.before),
        after=_value(row.after),
        account=row.account,
    )


def _value(text: str) -> Any:  # noqa: ANN401
    return msgspec.json.decode(text) if text else None


def _text(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else msgspec.json.encode(value).decode()
