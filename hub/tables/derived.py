"""What follows from the raw record and can always be made again from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime


class VisitRow(SQLModel, table=True):
    """One anonymous stay of somebody before a sensor (``device``), by ``rule_version``.

    ``quality`` is ``good``, or says why the length is not to be trusted (see `hub.ledger.visits`);
    ``sensor_type`` what the sensor sees people by, unknown of visits made before it was kept.
    """

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("store", "edge", "device", "enter", name="visit_once"),
        Index("visit_when", "store", "zone", "enter"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    store: str
    zone: str
    edge: str
    device: str
    enter: datetime = Field(sa_type=UtcDateTime)
    dwell_s: float
    quality: str
    rule_version: int
    sensor_type: str | None = None


class ExposureRow(SQLModel, table=True):
    """What ``zone`` was given by ``edge`` from ``start`` to ``until``: an as-run event as columns.

    ``fading_s`` of it were a fade; ``confirmed`` only if every device did what the scene asked.
    ``adjust`` is what people had made of the scene, in per cent by sense; null: nothing.
    """

    __tablename__ = "exposure"
    __table_args__ = (Index("exposure_when", "store", "zone", "start"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    store: str
    zone: str
    edge: str
    scene: str
    scene_revision: int
    layer: str
    source: str
    start: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    confirmed: bool
    fading_s: float
    plan_epoch: int = Field(sa_type=BigId)
    plan_revision: int
    block: str = ""
    adjust: dict[str, float] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class CursorRow(SQLModel, table=True):
    """How far a derivation has read: every event up to and with ``event_id``.

    ``open`` is what it has begun and not yet finished, as JSON.
    """

    __tablename__ = "cursor"

    name: str = Field(primary_key=True)
    event_id: int = Field(sa_type=BigId)
    open: str = Field(sa_type=Text)
