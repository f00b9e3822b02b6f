"""Events as an edge sends them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from scenes.codec import encode
from scenes.messages import AnyEvent, AsRun, EventBatch, Presence
from scenes.rules import Layer
from scenes.topics import edge_topic
from tests.hub.shops import THURSDAY_NOON

STORE, EDGE = "nordic", "ceiling"
BOOT, NEXT_BOOT = "0000000000000001", "0000000000000002"
TOPIC = edge_topic(STORE, EDGE, "events")


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return THURSDAY_NOON + timedelta(seconds=seconds)


def presence(seq: int, seconds: float, *, present: bool, device: str = "door") -> Presence:
    """A sensor begins or ceases to see somebody."""
    return Presence(seq=seq, at=at(seconds), zone="entrance", device=device, present=present)


def as_run(seq: int, seconds: float, scene: str = "trading") -> AsRun:
    """A minute of a scene."""
    return AsRun(
        seq=seq,
        at=at(seconds),
        until=at(seconds + 60),
        zone="entrance",
        scene=scene,
        scene_revision=2,
        layer=Layer.RULE,
        source="rule:calm",
        epoch=3,
        revision=4,
        slot_start=at(0),
        confirmed=True,
        fading_s=1.5,
        block="b7",
    )


def batch(events: Sequence[AnyEvent], boot: str = BOOT, edge: str = EDGE, oldest: int = 1) -> bytes:
    """A batch on the wire."""
    return encode(
        EventBatch(store=STORE, edge=edge, boot=boot, events=tuple(events), oldest=oldest)
    )


def numbered(first: int, last: int, boot: str = BOOT, edge: str = EDGE, oldest: int = 1) -> bytes:
    """A batch of blinking presence with the numbers ``first`` to ``last``."""
    return batch(
        [presence(seq, seq * 10, present=seq % 2 == 1) for seq in range(first, last + 1)],
        boot,
        edge,
        oldest,
    )
