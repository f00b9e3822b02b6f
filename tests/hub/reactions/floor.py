"""A store whose entrance is measured, and what its edge says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from hub.database import writing
from hub.ledger.batch import read_batch
from hub.ledger.store import write_batches
from hub.parts import HubParts
from scenes.codec import encode
from scenes.messages import (
    AnyEvent,
    DeviceInfo,
    DeviceState,
    EventBatch,
    Hello,
    Passage,
    Presence,
    Reading,
    SensorType,
    State,
    ZoneState,
)
from scenes.rules import Reaction
from scenes.topics import edge_topic
from tests.hub.shops import SHOP_FILE

BOOT = "0123456789abcdef"
STORE, ZONE = "nordic", "entrance"


def crowded(**more: object) -> Reaction:
    """Six people for a minute; three for two minutes end it."""
    fields: dict[str, object] = {
        "id": "crowded",
        "zones": (ZONE,),
        "scene": "calm-morning",
        "measure": "occupancy",
        "above": 6,
        "below": 3,
        "for_s": 60,
        "calm_s": 120,
        "hold_s": 0,
        "cool_down_s": 300,
        "longest_s": 3600,
        **more,
    }
    return Reaction(**fields)  # type: ignore[arg-type]


def shop_file(*reactions: Reaction) -> str:
    """A shop whose store has these reactions."""
    # What is JSON is YAML.
    return f"{SHOP_FILE}    reactions: {msgspec.json.encode(reactions).decode()}\n"


def deploy(parts: HubParts, *reactions: Reaction) -> None:
    """Let the shop file say that the store has these reactions."""
    assert parts.settings.shop is not None
    parts.settings.shop.write_text(shop_file(*reactions), encoding="utf-8")
    assert parts.shop.check(), parts.shop.status.problems
    assert not parts.shop.status.problems


class Edge:
    """An edge of the entrance with some sensors, by what they see people by."""

    def __init__(self, parts: HubParts, edge: str = "ceiling", **sensors: SensorType) -> None:
        self.parts, self.edge, self.sensors = parts, edge, sensors
        self.seq = 0
        self.hello()

    def hello(self, *, online: bool = True) -> None:
        self.parts.reported.hello(
            Hello(
                store=STORE,
                edge=self.edge,
                boot=BOOT,
                online=online,
                at=self.parts.now(),
                version="1",
                zones=(ZONE,),
                devices=tuple(
                    DeviceInfo(id=name, kind="sensor", zone=ZONE, driver="any", sensor_type=kind)
                    for name, kind in self.sensors.items()
                ),
            )
        )

    def says(self, **seen: bool | str | None) -> None:
        """Its state: each sensor sees somebody or not, is in trouble (text), or doesn't know."""
        self.parts.reported.state(
            State(
                store=STORE,
                edge=self.edge,
                boot=BOOT,
                at=self.parts.now(),
                zones={ZONE: ZoneState(scene="trading", confirmed=True)},
                devices={
                    name: DeviceState(kind="sensor", zone=ZONE, reading=_reading(value))
                    for name, value in seen.items()
                },
            )
        )

    def passes(self, *directions: str, at: datetime | None = None, device: str = "gate") -> None:
        """People pass, a second apart, and the hub has stored it."""
        start = at or self.parts.now() - timedelta(seconds=len(directions))
        self.store(
            [
                Passage(
                    seq=self.seq + number,
                    at=start + timedelta(seconds=number),
                    zone=ZONE,
                    device=device,
                    direction=direction,  # type: ignore[arg-type]
                )
                for number, direction in enumerate(directions, 1)
            ]
        )

    def sees(self, at: datetime, *, present: bool, device: str = "door") -> None:
        """A sensor begins or ceases to see somebody, and the hub has stored it."""
        self.store([Presence(seq=self.seq + 1, at=at, zone=ZONE, device=device, present=present)])

    def store(self, events: Sequence[AnyEvent]) -> None:
        """As the ledger stores a batch."""
        self.seq += len(events)
        batch = EventBatch(store=STORE, edge=self.edge, boot=BOOT, events=tuple(events))
        read = read_batch(edge_topic(STORE, self.edge, "events"), encode(batch), self.parts.now())
        with writing(self.parts.engine) as connection:
            write_batches(connection, [read], {}, self.parts.now())


def _reading(value: bool | str | None) -> Reading:
    return Reading(problem=value) if isinstance(value, str) else Reading(present=value)
