"""Where a store's zones are, as somebody drew them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from hub.tables.columns import UtcDateTime


class FloorPlanRow(SQLModel, table=True):
    """A store's floor plan: ``document`` is a `hub.floors.drawing.Drawing`.

    ``edition`` counts its changes.
    """

    __tablename__ = "floor_plan"

    store: str = Field(primary_key=True, foreign_key="store.id")
    document: dict[str, Any] = Field(sa_type=JSON)
    edition: int
    author: str
    changed_at: datetime = Field(sa_type=UtcDateTime)
