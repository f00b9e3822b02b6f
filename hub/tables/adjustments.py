"""What people laid over whatever scene held: nudges, mutes, and auditions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from hub.tables.columns import UtcDateTime


class NudgeRow(SQLModel, table=True):
    """One sense of a zone made more or less, from ``start`` to ``end``, both as first asked.

    ``kind`` is as in `scenes.nudge.Nudge`; ``returned_at`` is when it was ended early.
    """

    __tablename__ = "nudge"
    __table_args__ = (Index("nudge_zone", "store", "zone", "end"),)

    id: str = Field(primary_key=True)
    store: str
    zone: str
    kind: str
    percent: float
    start: datetime = Field(sa_type=UtcDateTime)
    end: datetime = Field(sa_type=UtcDateTime)
    author: str
    reason: str
    why: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditionRow(SQLModel, table=True):
    """A recipe tried in a zone; ``recipe`` is a `scenes.scene.Scene`, ``of`` the scene that it is.

    ``returned_at`` is when it was ended early, or when the next one took its place.
    """

    __tablename__ = "audition"
    __table_args__ = (Index("audition_zone", "store", "zone", "end"),)

    id: str = Field(primary_key=True)
    store: str
    zone: str
    of: str
    recipe: dict[str, Any] = Field(sa_type=JSON)
    start: datetime = Field(sa_type=UtcDateTime)
    end: datetime = Field(sa_type=UtcDateTime)
    author: str
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
