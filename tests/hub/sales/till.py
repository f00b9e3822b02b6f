"""A till for tests: files of receipts, an import of them, and what the database then holds."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlmodel import col

from hub.database import writing
from hub.sales.importer import import_sales
from hub.sales.options import ImportOptions
from hub.sales.report import ImportReport
from hub.tables import ReceiptRow, StoreRow

NOW = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
HEADER = "store,receipt,time,amount\n"


def add_store(
    engine: Engine, store: str, time_zone: str = "Europe/Copenhagen", currency: str = "DKK"
) -> None:
    """A store as the shop file would make it."""
    with writing(engine) as connection:
        connection.execute(
            insert(StoreRow).values(
                id=store, name=store.title(), time_zone=time_zone, currency=currency
            )
        )


def take(engine: Engine, text: str | bytes, **options: Any) -> ImportReport:
    """Import a file."""
    content = text.encode() if isinstance(text, str) else text
    return import_sales(engine, io.BytesIO(content), ImportOptions(**options), now=lambda: NOW)


def receipts(engine: Engine, *, superseded: bool = False) -> list[tuple[str, str, str, int, int]]:
    """(store, number, UTC time, total in minor units, lines) of what holds, or held before."""
    query = (
        select(
            col(ReceiptRow.store),
            col(ReceiptRow.number),
            col(ReceiptRow.at),
            col(ReceiptRow.total_minor),
            col(ReceiptRow.lines),
        )
        .where(col(ReceiptRow.superseded).is_(superseded))
        .order_by(col(ReceiptRow.store), col(ReceiptRow.number), col(ReceiptRow.revision))
    )
    with engine.connect() as connection:
        return [
            (store, number, f"{at:%Y-%m-%d %H:%M:%S}", total, lines)
            for store, number, at, total, lines in connection.execute(query)
        ]
