"""What was reported of a moment beside what was wanted, device by device."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from sqlalchemy import insert

from hub.database import writing
from hub.parts import HubParts
from hub.tables import EventRow
from hub.web.history.reports import Report, reports
from hub.web.history.telling import Teller
from hub.web.history.view import store_names
from scenes.messages import AsRun, Reading
from scenes.rules import Layer
from scenes.scene import ScentCue
from tests.hub.shops import THURSDAY_NOON, FakeClock


def record_for(minutes: int, devices: dict[str, Reading]) -> AsRun:
    return AsRun(
        seq=1,
        at=THURSDAY_NOON,
        zone="entrance",
        until=THURSDAY_NOON + timedelta(minutes=minutes),
        scene="trading",
        scene_revision=1,
        layer=Layer.RULE,
        source="rule:a",
        epoch=1,
        revision=1,
        slot_start=THURSDAY_NOON,
        confirmed=True,
        devices=devices,
    )


def reported(parts: HubParts, record: AsRun, cue: ScentCue | None) -> Report:
    """What the page tells of a record, had its scene asked for ``cue``."""
    with writing(parts.engine) as connection:
        connection.execute(
            insert(EventRow).values(
                store="nordic",
                edge="ceiling",
                boot="0123456789abcdef",
                seq=record.seq,
                kind="as-run",
                at=record.at,
                zone=record.zone,
                device=None,
                received_at=record.until,
                body=msgspec.json.encode(record).decode(),
            )
        )
    planned = parts.planner.find("entrance", "nordic")
    teller = Teller(store_names(parts, planned.store), parts.now(), planned.store.tz)
    wanted = msgspec.structs.replace(parts.planner.shop.scenes["trading"], scent=cue)
    (report,) = reports(parts, planned, record.at + timedelta(seconds=20), wanted, teller)
    return report


def test_only_the_fragrance_that_the_scene_asks_for_was_wanted(
    parts: HubParts, clock: FakeClock
) -> None:
    clock.forward(minutes=20)
    devices = {
        "amber": Reading(on=False, fragrance="amber"),
        "citrus": Reading(on=False, fragrance="citrus"),
        "linen": Reading(on=True, fragrance="linen"),
    }
    told = reported(parts, record_for(1, devices), ScentCue(fragrance="amber", intensity=30))
    lines = {
        line.device: (line.wanted, line.reported, line.distance, line.near) for line in told.devices
    }
    assert lines == {
        "amber": ("Amber at 30%", "No burst now, Amber", "in bursts", None),
        "citrus": ("None", "No burst now, Citrus", "as asked", True),
        "linen": ("None", "Gives scent now, Linen", "not asked for", False),
    }
    assert told.age == "in the minute until 12:01"


def test_a_scene_without_scent_wants_none_of_any_diffuser(
    parts: HubParts, clock: FakeClock
) -> None:
    clock.forward(minutes=20)
    told = reported(parts, record_for(15, {"amber": Reading(on=False, fragrance="amber")}), None)
    (line,) = told.devices
    assert (line.wanted, line.distance, line.near) == ("None", "as asked", True)
    assert told.age == "from 12:00 to 12:15"
