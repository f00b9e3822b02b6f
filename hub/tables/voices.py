"""What customers and staff say, and the screens that customers say it on. Nothing tells who."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime


class VoiceScreenRow(SQLModel, table=True):
    """A screen in ``zone`` that asks ``question`` (csat, nps, effort) in ``languages``.

    Whoever has its code may answer; only a hash of that is kept.
    """

    __tablename__ = "voice_screen"
    __table_args__ = (Index("voice_screen_code", "code_hash", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    store: str
    zone: str
    name: str
    question: str
    languages: list[Any] = Field(sa_type=JSON)
    code_hash: str
    author: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VoiceRow(SQLModel, table=True):
    """One customer's answer, in the minute that begins at ``minute``.

    ``planned_scene`` was wanted then and ``reported_scene`` told by the edges, None when they
    were silent or disagreed: what a person would have read on the page. What really played is
    looked up in the as-run log whenever somebody asks (`hub.voices.reading`).
    """

    __tablename__ = "voice"
    __table_args__ = (Index("voice_when", "store", "zone", "minute"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    store: str
    zone: str
    screen: int = Field(sa_type=BigId)
    minute: datetime = Field(sa_type=UtcDateTime)
    question: str
    answer: int
    planned_scene: str
    planned_scene_revision: int
    plan_epoch: int = Field(sa_type=BigId)
    plan_revision: int
    reported_scene: str | None = None
    confirmed: bool


class VoiceSurplusRow(SQLModel, table=True):
    """How many taps on a screen came too fast to count, in the hour that begins at ``hour``."""

    __tablename__ = "voice_surplus"

    screen: int = Field(primary_key=True, sa_type=BigId)
    hour: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    taps: int


class StaffVoiceRow(SQLModel, table=True):
    """Staff found a zone too loud, too dark or too strong (``what``).

    ``remedy`` is what was done about it: ``quieter``, ``brighter``, ``less-scent``, or
    nothing. Who it was is in the audit alone.
    """

    __tablename__ = "staff_voice"
    __table_args__ = (Index("staff_voice_when", "store", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    store: str
    zone: str
    at: datetime = Field(sa_type=UtcDateTime)
    what: str
    planned_scene: str
    planned_scene_revision: int
    plan_epoch: int = Field(sa_type=BigId)
    plan_revision: int
    reported_scene: str | None = None
    confirmed: bool
    remedy: str = ""
