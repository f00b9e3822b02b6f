"""Receipts into the database: each whole, each once, however often its file comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, insert, select, text, update
from sqlmodel import col

from hub.sales.receipts import Receipt
from hub.tables import ReceiptRow

T = TypeVar("T")

_ASKED_AT_ONCE = 500


@dataclass(slots=True)
class Outcome:
    """How many receipts were new, known and the same, known and different."""

    new: int = 0
    unchanged: int = 0
    superseded: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    revision: int
    content_hash: str


def write_receipts(
    connection: Connection, receipts: Sequence[Receipt], import_id: int, outcome: Outcome
) -> None:
    """Add what is new, supersede what changed, leave what is the same; counts in ``outcome``."""
    if connection.dialect.name == "postgresql":
        # Two imports of one file must not both find a receipt missing. SQLite has one writer
        # anyway; here a second import waits, and readers do not.
        connection.execute(text("LOCK TABLE receipt IN SHARE ROW EXCLUSIVE MODE"))
    known = _known(connection, receipts)
    rows, outdated = [], []
    for receipt in receipts:
        content_hash = receipt.content_hash
        before = known.get((receipt.store, receipt.number))
        if before is None:
            outcome.new += 1
        elif before.content_hash == content_hash:
            outcome.unchanged += 1
            continue
        else:
            outcome.superseded += 1
            outdated.append(before.id)
        revision = before.revision + 1 if before else 1
        rows.append(_row(receipt, content_hash, revision, import_id))
    for ids in _portions(outdated):
        connection.execute(
            update(ReceiptRow).where(col(ReceiptRow.id).in_(ids)).values(superseded=True)
        )
    if rows:
        connection.execute(insert(ReceiptRow), rows)


def _row(receipt: Receipt, content_hash: str, revision: int, import_id: int) -> dict[str, Any]:
    return {
        "store": receipt.store,
        "number": receipt.number,
        "revision": revision,
        "at": receipt.at,
        "total_minor": sum(receipt.amounts),
        "lines": len(receipt.amounts),
        "content_hash": content_hash,
        "import_id": import_id,
        "superseded": False,
    }


def _known(connection: Connection, receipts: Sequence[Receipt]) -> dict[tuple[str, str], _Known]:
    """The latest revision of each receipt that the table has; ``receipts`` come by store."""
    found = {}
    for store, group in groupby(receipts, attrgetter("store")):
        for numbers in _portions([receipt.number for receipt in group]):
            query = select(
                col(ReceiptRow.number),
                col(ReceiptRow.id),
                col(ReceiptRow.revision),
                col(ReceiptRow.content_hash),
            ).where(
                col(ReceiptRow.store) == store,
                col(ReceiptRow.number).in_(numbers),
                col(ReceiptRow.superseded).is_(False),
            )
            for number, row_id, revision, content_hash in connection.execute(query):
                found[store, number] = _Known(cast("int", row_id), revision, content_hash)
    return found


def _portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _ASKED_AT_ONCE):
        yield items[start : start + _ASKED_AT_ONCE]
