"""What an analysis reads from the database, as plain lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, case, func, select
from sqlmodel import col

from hub.errors import UnknownStoreError
from hub.tables import (
    ExposureRow,
    ReceiptRow,
    SceneRow,
    SceneStateRow,
    StoreRow,
    VisitRow,
    ZoneRow,
)
from hub.tables.columns import to_microseconds
from scenes.audition import AUDITION
from scenes.wall_time import instant_of, local_day

GOOD = "good"
MOST_DAYS = 800
"""Two years and what they begin with. More costs time and memory for what hardly is the same shop;
one record of a wrong clock could otherwise ask for centuries."""


@dataclass(slots=True)
class ZoneRecords:
    """One zone's as-run records and visits, column by column; times in microseconds since 1970.

    ``edge`` and ``scene`` are names. Only visits of good quality are here. An audition confirms
    nothing: it was a trial of a minute. Of the ``given`` time that was confirmed, people had made
    the scene otherwise for ``nudged``.
    """

    edge: list[str] = field(default_factory=list)
    scene: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    confirmed: list[bool] = field(default_factory=list)
    fading: list[int] = field(default_factory=list)
    enter: list[int] = field(default_factory=list)
    dwell_s: list[float] = field(default_factory=list)
    given: int = 0
    nudged: int = 0


@dataclass(frozen=True, slots=True)
class StoreRecords:
    """Everything of one store between two local days, both included.

    ``first`` is None when there is no as-run record. ``cut`` says that it was later than asked,
    because at most `MOST_DAYS` are read. ``zones`` come in the store's order.
    """

    store: str
    name: str
    zone: ZoneInfo
    currency: str
    first: date | None
    last: date | None
    cut: bool
    zones: dict[str, ZoneRecords]
    zone_names: dict[str, str]
    scene_names: dict[str, str]
    receipt_at: list[int]
    receipt_minor: list[int]


def read_store(
    engine: Engine, store: str, first: date | None = None, last: date | None = None
) -> StoreRecords:
    """Read one store; `UnknownStoreError` when there is none of this id."""
    with engine.connect() as connection:
        about = _columns(StoreRow.name, StoreRow.time_zone, StoreRow.currency)
        row = connection.execute(about.where(col(StoreRow.id) == store)).first()
        if row is None:
            raise UnknownStoreError(f"no store is called {store!r}")
        tz = ZoneInfo(row.time_zone)
        first, last = _days(connection, store, tz, first, last)
        cut = first is not None and last is not None and (last - first).days >= MOST_DAYS
        if cut and last is not None:
            first = last - timedelta(days=MOST_DAYS - 1)
        zones: dict[str, ZoneRecords] = {}
        at: list[int] = []
        minor: list[int] = []
        zone_names = _zone_names(connection, store)
        if first is not None and last is not None:
            start = instant_of(first, "00:00", tz)
            end = instant_of(last, "24:00", tz)
            zones = {zone: ZoneRecords() for zone in zone_names}
            _read_exposure(connection, store, start, end, zones)
            _read_visits(connection, store, start, end, zones)
            at, minor = _receipts(connection, store, start, end)
        return StoreRecords(
            store=store,
            name=row.name,
            zone=tz,
            currency=row.currency,
            first=first,
            last=last,
            cut=cut,
            zones=zones,
            zone_names=zone_names,
            scene_names=_scene_names(connection),
            receipt_at=at,
            receipt_minor=minor,
        )


def _days(
    connection: Connection, store: str, tz: ZoneInfo, first: date | None, last: date | None
) -> tuple[date | None, date | None]:
    """The asked days, cut to those that have as-run records."""
    # The aggregates keep the column's type, so these are instants.
    bounds: Any = select(func.min(col(ExposureRow.start)), func.max(col(ExposureRow.until)))
    start, end = connection.execute(bounds.where(col(ExposureRow.store) == store)).one()
    if start is None:
        return None, None
    there = local_day(start, tz), local_day(end - timedelta(microseconds=1), tz)
    first = max(there[0], first or there[0])
    last = min(there[1], last or there[1])
    return (first, last) if first <= last else (None, None)


def _zone_names(connection: Connection, store: str) -> dict[str, str]:
    query = (
        select(col(ZoneRow.id), col(ZoneRow.name))
        .where(col(ZoneRow.store) == store)
        .order_by(col(ZoneRow.position), col(ZoneRow.id))
    )
    return {zone: name for zone, name in connection.execute(query)}  # noqa: C416  # rows are not pairs to mypy


def _scene_names(connection: Connection) -> dict[str, str]:
    """The name of each scene as it is published, or was saved last if it never was."""
    state = SceneStateRow
    is_published = col(SceneRow.revision) == col(state.published_revision)
    query = (
        select(col(SceneRow.id), col(SceneRow.body))
        .outerjoin(state, (col(SceneRow.id) == col(state.id)) & is_published)
        .order_by(case((is_published, 1), else_=0), col(SceneRow.revision))
    )
    return {scene: str(body.get("name", scene)) for scene, body in connection.execute(query)}


def _read_exposure(
    connection: Connection,
    store: str,
    start: datetime,
    end: datetime,
    zones: dict[str, ZoneRecords],
) -> None:
    query = _columns(
        ExposureRow.zone,
        ExposureRow.edge,
        ExposureRow.scene,
        ExposureRow.start,
        ExposureRow.until,
        ExposureRow.confirmed,
        ExposureRow.fading_s,
        ExposureRow.adjust,
    ).where(
        col(ExposureRow.store) == store,
        col(ExposureRow.until) > start,
        col(ExposureRow.start) < end,
    )
    # A record over midnight is cut at the day asked for; its fade is at its true beginning.
    lowest, highest = to_microseconds(start), to_microseconds(end)
    for zone, edge, scene, begin, until, confirmed, fading_s, adjust in connection.execute(query):
        records = zones.setdefault(zone, ZoneRecords())
        begin_us = to_microseconds(begin)
        steady = begin_us + round(fading_s * 1e6)
        cut = max(begin_us, lowest)
        records.edge.append(edge)
        records.scene.append(scene)
        last = min(to_microseconds(until), highest)
        counts = confirmed and scene != AUDITION
        records.start.append(cut)
        records.until.append(last)
        records.confirmed.append(counts)
        records.given += (last - cut) * counts
        records.nudged += (last - cut) * (counts and adjust is not None)
        records.fading.append(max(0, steady - cut))


def _read_visits(
    connection: Connection,
    store: str,
    start: datetime,
    end: datetime,
    zones: dict[str, ZoneRecords],
) -> None:
    query = _columns(VisitRow.zone, VisitRow.enter, VisitRow.dwell_s).where(
        col(VisitRow.store) == store,
        col(VisitRow.quality) == GOOD,
        col(VisitRow.enter) >= start,
        col(VisitRow.enter) < end,
    )
    for zone, enter, dwell_s in connection.execute(query):
        if zone in zones:
            zones[zone].enter.append(to_microseconds(enter))
            zones[zone].dwell_s.append(dwell_s)


def _receipts(
    connection: Connection, store: str, start: datetime, end: datetime
) -> tuple[list[int], list[int]]:
    query = _columns(ReceiptRow.at, ReceiptRow.total_minor).where(
        col(ReceiptRow.store) == store,
        col(ReceiptRow.superseded).is_(False),
        col(ReceiptRow.at) >= start,
        col(ReceiptRow.at) < end,
    )
    found = connection.execute(query).all()
    return [to_microseconds(at) for at, _ in found], [minor for _, minor in found]


def _columns(*columns: Any) -> Any:  # noqa: ANN401  # sqlmodel types columns as their values
    return select(*(col(column) for column in columns))
