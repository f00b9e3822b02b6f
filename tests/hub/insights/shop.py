"""A shop for tests whose as-run log, visits and receipts are written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert

from hub.database import writing
from hub.tables import ExposureRow, ReceiptRow, SceneRow, SceneStateRow, StoreRow, VisitRow, ZoneRow
from scenes.wall_time import instant_of

STORE = "harbour"
TZ = ZoneInfo("Europe/Copenhagen")
FIRST = date(2026, 9, 28)
"""A Monday; three weeks from here lie before the clocks go back, four around it."""


def open_shop(engine: Engine, store: str = STORE, zones: tuple[str, ...] = ("floor",)) -> None:
    """A store with zones, and scenes with names."""
    with writing(engine) as connection:
        connection.execute(
            insert(StoreRow),
            [
                {
                    "id": store,
                    "name": store.title(),
                    "time_zone": TZ.key,
                    "currency": "DKK",
                }
            ],
        )
        for number, zone in enumerate(zones):
            connection.execute(
                insert(ZoneRow).values(
                    store=store,
                    id=zone,
                    name=zone.title(),
                    position=number,
                    fallback_scene="trading",
                )
            )


def name_scene(engine: Engine, scene: str, revision: int, name: str) -> None:
    """One revision of a scene."""
    with writing(engine) as connection:
        connection.execute(
            insert(SceneRow).values(
                id=scene,
                revision=revision,
                body={"id": scene, "name": name},
                created_at=instant_of(FIRST, "08:00", TZ),
            )
        )


def publish_scene(engine: Engine, scene: str, revision: int) -> None:
    """The revision that plays."""
    with writing(engine) as connection:
        connection.execute(
            insert(SceneStateRow).values(
                id=scene,
                state="published",
                published_revision=revision,
                edition=1,
                file_revision=None,
            )
        )


def days(count: int, *weekdays: int) -> Iterator[date]:
    """The first ``count`` days from `FIRST`, only some weekdays if any are named."""
    for number in range(count):
        day = FIRST + timedelta(days=number)
        if not weekdays or day.weekday() in weekdays:
            yield day


def play(
    engine: Engine, scene: str, on: date, from_: str, until: str, **other: Any
) -> dict[str, Any]:
    """One as-run record; ``other`` overrides columns."""
    row = {
        "store": STORE,
        "zone": "floor",
        "edge": "ceiling",
        "scene": scene,
        "scene_revision": 1,
        "layer": "rule",
        "source": "rule:test",
        "start": instant_of(on, from_, TZ),
        "until": instant_of(on, until, TZ),
        "confirmed": True,
        "fading_s": 0.0,
        "plan_epoch": 1,
        "plan_revision": 1,
        "block": "",
        **other,
    }
    with writing(engine) as connection:
        connection.execute(insert(ExposureRow), [row])
    return row


def visit(engine: Engine, at: datetime, dwell_s: float, **other: Any) -> None:
    """One visit; ``other`` overrides columns."""
    row = {
        "store": STORE,
        "zone": "floor",
        "edge": "ceiling",
        "device": "eye",
        "enter": at,
        "dwell_s": dwell_s,
        "quality": "good",
        "rule_version": 1,
        **other,
    }
    with writing(engine) as connection:
        connection.execute(insert(VisitRow), [row])


def receipt(engine: Engine, number: str, at: datetime, minor: int, **other: Any) -> None:
    """One receipt; ``other`` overrides columns."""
    row = {
        "store": STORE,
        "number": number,
        "revision": 1,
        "at": at,
        "total_minor": minor,
        "lines": 1,
        "content_hash": "",
        "import_id": 1,
        "superseded": False,
        **other,
    }
    with writing(engine) as connection:
        connection.execute(insert(ReceiptRow), [row])


def local(on: date, wall_time: str) -> datetime:
    """An instant of the shop's day."""
    return instant_of(on, wall_time, TZ)
