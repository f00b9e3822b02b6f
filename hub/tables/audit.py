"""Who changed what, when and why. Append-only: the database itself refuses anything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime


class AuditRow(SQLModel, table=True):
    """One change. ``before`` and ``after`` are JSON, empty where there was nothing."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_when", "store", "at"),
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
