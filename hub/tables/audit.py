"""Who changed what, when and why. Append-only: the database itself refuses anything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime

REFILLED = text("action = 'device.refill'")


class AuditRow(SQLModel, table=True):
    """One change. ``before`` and ``after`` are JSON, empty where there was nothing.

    ``account`` is who was signed in, whoever ``author`` names; empty for the hub itself.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_when", "store", "at"),
        # The few refills of a store, over years, among all that was done.
        Index("audit_refill", "store", "at", sqlite_where=REFILLED, postgresql_where=REFILLED),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcDateTime)
    author: str
    action: str
    store: str | None
    subject: str
    why: str
    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)
    account: str = Field(default="", sa_column_kwargs={"server_default": ""})
