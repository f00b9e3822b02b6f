"""The raw record: what edges saw and did, as they said it. Never edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime

PLAYED = text("kind = 'track-played'")
PASSED = text("kind = 'passage'")
GIVEN = text("kind = 'as-run'")
TOLD = text("kind IN ('alarm', 'clock-set', 'device-trouble', 'dropped', 'started')")


class EventRow(SQLModel, table=True):
    """One event of an edge; ``body`` is its JSON as it came.

    (store, edge, boot, seq) is unique: however often an edge repeats itself, once in the table.
    An event that cannot be read has the kind ``unreadable`` and the time of its arrival.
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("store", "edge", "boot", "seq", name="event_once"),
        # Licence reports look for the few among the many, so only these are in it.
        Index("event_played", "store", "at", sqlite_where=PLAYED, postgresql_where=PLAYED),
        # Who counts the people in a zone reads the passages of a day.
        Index("event_passage", "store", "zone", "at", sqlite_where=PASSED, postgresql_where=PASSED),
        # "What was there at 14:02?": the record of one minute, among those of months.
        Index("event_given", "store", "zone", "at", sqlite_where=GIVEN, postgresql_where=GIVEN),
        # What people are told of a day: alarms, and trouble that came and went.
        Index("event_told", "store", "at", sqlite_where=TOLD, postgresql_where=TOLD),
        # The deriver's cursor counts on ids that are never given twice.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    store: str
    edge: str
    boot: str
    seq: int = Field(sa_type=BigId)
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    zone: str | None
    device: str | None
    received_at: datetime = Field(sa_type=UtcDateTime)
    body: str = Field(sa_type=Text)


class BootRow(SQLModel, table=True):
    """One run of an agent. The table holds every event of it up to ``committed_seq``."""

    __tablename__ = "edge_boot"

    store: str = Field(primary_key=True)
    edge: str = Field(primary_key=True)
    boot: str = Field(primary_key=True)
    committed_seq: int = Field(sa_type=BigId)
    first_seen: datetime = Field(sa_type=UtcDateTime)
