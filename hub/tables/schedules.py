"""What stores are planned by: schedules in versions, their drafts, and the templates under them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from hub.tables.columns import UtcDateTime


class ScheduleVersionRow(SQLModel, table=True):
    """A schedule that was deployed; ``body`` is a `scenes.schedule.Schedule`. Never edited.

    The newest version of a store holds. ``origin`` is ``file``, ``person``, ``revert`` or
    ``template``.
    """

    __tablename__ = "schedule_version"

    store: str = Field(primary_key=True, foreign_key="store.id")
    version: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    origin: str
    author: str
    why: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class ScheduleDraftRow(SQLModel, table=True):
    """The draft of a store's next version.

    ``edition`` counts the changes of all drafts that the store ever had. ``origin`` is ``person``,
    or ``file`` for what the shop file says while a person's version holds.
    """

    __tablename__ = "schedule_draft"

    store: str = Field(primary_key=True, foreign_key="store.id")
    body: str = Field(sa_type=Text)
    based_on: int
    edition: int
    origin: str
    author: str
    changed_at: datetime = Field(sa_type=UtcDateTime)


class TemplateVersionRow(SQLModel, table=True):
    """A template of schedules; ``body`` is a `scenes.schedule.Schedule`. Never edited.

    ``store_group`` names the stores that build on it.
    """

    __tablename__ = "template_version"

    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    name: str
    store_group: str
    body: str = Field(sa_type=Text)
    author: str
    why: str
    created_at: datetime = Field(sa_type=UtcDateTime)
