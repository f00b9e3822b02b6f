"""Receipts, and the imports that brought them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime


class SalesImportRow(SQLModel, table=True):
    """One run of an import; ``finished_at`` is empty when it did not come to its end."""

    __tablename__ = "sales_import"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    file_name: str
    sha256: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lines: int
    receipts_new: int
    receipts_unchanged: int
    receipts_superseded: int
    bad_rows: int


class ReceiptRow(SQLModel, table=True):
    """A receipt of a till, in minor units of the store's currency (cents, öre).

    A corrected receipt is a new revision; the ones before it are ``superseded``, never edited.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("store", "number", "revision", name="receipt_once"),
        Index("receipt_when", "store", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    store: str
    number: str
    revision: int
    at: datetime = Field(sa_type=UtcDateTime)
    total_minor: int = Field(sa_type=BigId)
    lines: int
    content_hash: str
    import_id: int = Field(sa_type=BigId)
    superseded: bool = False
