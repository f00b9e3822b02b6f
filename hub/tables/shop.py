"""What a shop is: stores, zones, rules and the scenes they name. Made from the shop file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from hub.tables.columns import UtcDateTime


class StoreRow(SQLModel, table=True):
    """A shop. ``hours`` maps a weekday to ``{"from": "09:00", "until": "20:00"}``."""

    __tablename__ = "store"

    id: str = Field(primary_key=True)
    name: str
    time_zone: str
    currency: str
    hours: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class ZoneRow(SQLModel, table=True):
    """A part of a store that has one atmosphere; ``position`` is its place in lists."""

    __tablename__ = "zone"

    store: str = Field(primary_key=True, foreign_key="store.id")
    id: str = Field(primary_key=True)
    name: str
    position: int
    fallback_scene: str


class RuleRow(SQLModel, table=True):
    """``body`` is a `scenes.rules.Rule`."""

    __tablename__ = "rule"

    store: str = Field(primary_key=True, foreign_key="store.id")
    id: str = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSON)


class SceneRow(SQLModel, table=True):
    """``body`` is a `scenes.scene.Scene`. Never edited: a change is the next revision."""

    __tablename__ = "scene"

    id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
