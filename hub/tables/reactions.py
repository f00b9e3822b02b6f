"""Reactions and triggers: what is at work, and who may ask from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlmodel import Field, SQLModel

from hub.tables.columns import UtcDateTime


class RunRow(SQLModel, table=True):
    """A reaction or trigger that was at work in a zone: see `scenes.rules.Run`.

    ``ended_at`` is when it ended before ``end``.
    """

    __tablename__ = "run"
    __table_args__ = (Index("run_zone", "store", "zone", "end"),)

    id: str = Field(primary_key=True)
    store: str
    zone: str
    scene: str
    source: str
    reason: str
    author: str
    priority: int
    start: datetime = Field(sa_type=UtcDateTime)
    end: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReactionStateRow(SQLModel, table=True):
    """Where a reaction stands in a zone, so that a restart forgets nothing; ``body`` is JSON."""

    __tablename__ = "reaction_state"

    store: str = Field(primary_key=True)
    zone: str = Field(primary_key=True)
    reaction: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class IntegrationRow(SQLModel, table=True):
    """Somebody's system outside that may ask for scenes, or measure.

    Of its token only a hash is kept. ``zones``, ``scenes`` and ``measures`` are ids of what it may.
    """

    __tablename__ = "integration"

    id: str = Field(primary_key=True)
    store: str
    name: str
    zones: list[Any] = Field(sa_type=JSON)
    scenes: list[Any] = Field(sa_type=JSON)
    measures: list[Any] = Field(sa_type=JSON)
    token_hash: str
    per_minute: int
    longest_s: float
    author: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
