"""What a shop is: stores and zones, made from the shop file, and the scenes that may play there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from hub.tables.columns import UtcDateTime


class StoreRow(SQLModel, table=True):
    """A shop, and where it is: see `hub.shop.Place`. ``groups`` are those that it belongs to.

    ``file_schedule`` is the schedule that the shop file said last, deployed or not.
    """

    __tablename__ = "store"

    id: str = Field(primary_key=True)
    name: str
    time_zone: str
    currency: str
    country: str | None = None
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    groups: list[Any] | None = Field(default=None, sa_type=JSON)
    file_schedule: str | None = Field(default=None, sa_type=Text)


class ZoneRow(SQLModel, table=True):
    """A part of a store that has one atmosphere; ``position`` is its place in lists."""

    __tablename__ = "zone"

    store: str = Field(primary_key=True, foreign_key="store.id")
    id: str = Field(primary_key=True)
    name: str
    position: int
    fallback_scene: str


class SceneRow(SQLModel, table=True):
    """``body`` is a `scenes.scene.Scene`. Never edited: a change is the next revision.

    ``origin`` says where it came from: ``file`` or ``person``.
    """

    __tablename__ = "scene"

    id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    origin: str = "file"
    author: str = ""
    why: str = ""


class SceneStateRow(SQLModel, table=True):
    """Where a scene stands: ``draft``, ``published`` or ``retired``, and which revision plays.

    ``edition`` counts every change of it (its ETag); ``file_revision`` is the one that the files
    said last.
    """

    __tablename__ = "scene_state"

    id: str = Field(primary_key=True)
    state: str
    published_revision: int | None
    edition: int
    file_revision: int | None
