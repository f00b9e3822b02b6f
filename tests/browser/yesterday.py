"""A day of the first store that has been: what an agent told of it, and what people did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Engine, insert

from hub.audit import Change, record
from hub.tables import EventRow, ExposureRow
from scenes.messages import Alarm, AnyEvent, AsRun, DeviceTrouble, Reading, Started
from scenes.rules import Layer

OSLO = ZoneInfo("Europe/Oslo")
BOOT = "feedfacefeedface"
MINUTE = timedelta(minutes=1)
DAY = (("closed", 0, 8), ("calm-morning", 8, 11), ("trading", 11, 17), ("event", 17, 21))
"""Scenes with the hours that they began and ended at."""
GAP = (13, 14)
"""From one hour to another nothing was reported."""


def yesterday() -> date:
    """By Oslo's clocks."""
    return datetime.now(OSLO).date() - timedelta(days=1)


def at(hour: float) -> datetime:
    """An hour of yesterday."""
    midnight = datetime.combine(yesterday(), datetime.min.time(), OSLO)
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


def tell(engine: Engine) -> None:
    """Write the day into a hub's database, as ledger, deriver and audit would have."""
    events: list[AnyEvent] = [
        Started(seq=1, at=at(7.9), version="1.2"),
        DeviceTrouble(seq=2, at=at(14.03), device="window-strip", problem="no answer on pin 12"),
        DeviceTrouble(seq=3, at=at(14.5), device="window-strip", problem=None),
        Alarm(seq=4, at=at(15), zone="entrance", cause="calm", active=True),
        Alarm(seq=5, at=at(15.1), zone="entrance", cause="calm", active=False),
        *(given(scene, minute, 100 + n) for n, (scene, minute) in enumerate(minutes())),
    ]
    with engine.begin() as connection:
        connection.execute(
            insert(ExposureRow), [exposure(each) for each in events if isinstance(each, AsRun)]
        )
        connection.execute(insert(EventRow), [row(each) for each in events])
        for change in changes():
            record(connection, change)


def minutes() -> Iterator[tuple[str, datetime]]:
    """Each minute that was reported, and its scene."""
    for scene, begins, ends in DAY:
        for minute in range(begins * 60, ends * 60):
            if not GAP[0] * 60 <= minute < GAP[1] * 60:
                yield scene, at(minute / 60)


def given(scene: str, minute: datetime, seq: int) -> AsRun:
    """A minute of the as-run log; while the window strip failed it was not confirmed."""
    failing = at(14.03) <= minute < at(14.5)
    strip = Reading(problem="no answer on pin 12") if failing else Reading(level=55)
    return AsRun(
        seq=seq,
        at=minute,
        until=minute + MINUTE,
        zone="entrance",
        scene=scene,
        scene_revision=1,
        layer=Layer.OVERRIDE if scene == "event" else Layer.RULE,
        source="override:1" if scene == "event" else f"rule:{scene}",
        epoch=1,
        revision=1,
        slot_start=minute,
        confirmed=not failing,
        devices={"door-lamp": Reading(level=70, temperature_k=3000), "window-strip": strip},
    )


def exposure(event: AsRun) -> dict[str, Any]:
    """As the deriver writes it."""
    return {
        "store": "oslo",
        "zone": event.zone,
        "edge": "ceiling",
        "scene": event.scene,
        "scene_revision": 1,
        "layer": event.layer.value,
        "source": event.source,
        "start": event.at,
        "until": event.until,
        "confirmed": event.confirmed,
        "fading_s": 0.0,
        "plan_epoch": 1,
        "plan_revision": 1,
        "block": "",
    }


def row(event: AnyEvent) -> dict[str, Any]:
    """As the ledger writes it."""
    return {
        "store": "oslo",
        "edge": "ceiling",
        "boot": BOOT,
        "seq": event.seq,
        "kind": type(event).__struct_config__.tag,
        "at": event.at,
        "zone": event.zone,
        "device": event.device,
        "received_at": event.at,
        "body": msgspec.json.encode(event).decode(),
    }


def changes() -> Iterator[Change]:
    """What people did."""
    yield Change(
        at=at(10),
        author="Nora",
        action="schedule.deploy",
        store="oslo",
        subject="schedule of oslo",
        why="Before Christmas",
        after={"version": 12, "changes": ["“Evenings” ends at 21:00 instead of 20:00"]},
    )
    yield Change(
        at=at(17),
        author="Kim",
        action="override.choose",
        store="oslo",
        subject="zone entrance",
        why="other: the book launch",
        after={"scene": "event", "end": at(21).isoformat(), "layer": "override"},
    )
    yield Change(
        at=at(9),
        author="Kim",
        action="device.refill",
        store="oslo",
        subject="device cedar-diffuser",
        after={"edge": "ceiling", "zone": "entrance", "done": True, "text": "counts as full"},
    )
