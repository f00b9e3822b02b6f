"""What the hub decided: overrides, plans, and the hub's term of office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime
from hub.tables.packed import Packed


class HubRow(SQLModel, table=True):
    """One row. ``epoch`` rises at every start, so that an older hub's plans lose.

    It counts seconds (see `hub.planning.records.take_office`): 32 bits end in 2038. ``holder`` is
    the hub in office, as people call it, and ``since`` when its term began.
    """

    __tablename__ = "hub"

    id: int = Field(primary_key=True)
    epoch: int = Field(sa_type=BigId)
    holder: str = ""
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RivalPlanRow(SQLModel, table=True):
    """The newest plan of a zone that somebody else made and this database didn't know.

    Until ``confirmed_at`` nothing is published for the zone. ``place`` is where it was seen,
    ``hub`` who made it, as far as it said.
    """

    __tablename__ = "rival_plan"

    store: str = Field(primary_key=True)
    zone: str = Field(primary_key=True)
    epoch: int = Field(sa_type=BigId)
    revision: int = Field(sa_type=BigId)
    hub: str
    place: str
    seen_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OverrideRow(SQLModel, table=True):
    """A person's choice, from ``start`` to ``end``, both as first asked.

    ``returned_at`` is when it was ended early: by a person, or by the next choice. ``layer`` and
    ``why`` are as in `scenes.rules.Override`.
    """

    __tablename__ = "override"
    __table_args__ = (Index("override_zone", "store", "zone", "end"),)

    id: str = Field(primary_key=True)
    store: str
    zone: str
    scene: str
    start: datetime = Field(sa_type=UtcDateTime)
    end: datetime = Field(sa_type=UtcDateTime)
    author: str
    reason: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    layer: str = "override"
    why: str = "other"
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PlanRow(SQLModel, table=True):
    """Every plan that was published; ``body`` is a `scenes.plan.Plan` as JSON.

    Those that nobody can ask about any more are removed: see `hub.planning.forgetting`.
    """

    __tablename__ = "plan"

    store: str = Field(primary_key=True)
    zone: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    epoch: int = Field(sa_type=BigId)
    compiled_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    body: bytes = Field(sa_type=Packed)
