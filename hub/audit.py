"""The audit: who changed what, when and why, with what it was before and after. Append-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert

from hub.tables import AuditRow

_ADD = insert(AuditRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, told in the transaction that makes it.

    ``action`` is a verb with its object, like ``override.choose`` or ``schedule.deploy``;
    ``subject`` names what was changed; ``before`` and ``after`` are anything that msgspec can
    write, None where there was nothing.
    """

    at: datetime
    author: str
    action: str
    subject: str
    store: str | None = None
    why: str = ""
    before: Any = None
    after: Any = None


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
            }
        ],
    )


def _text(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else msgspec.json.encode(value).decode()
