"""A hub that runs reacts by itself, to what its ledger stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.app import running
from hub.clock import utc_now
from hub.parts import HubParts
from scenes.codec import encode
from scenes.messages import EventBatch, Passage
from scenes.topics import edge_topic
from tests.hub.reactions.floor import BOOT, STORE, ZONE, Edge, crowded, deploy
from tests.hub.shops import a_hub
from tests.hub.test_link import LiveClock
from tests.waiting import wait_until


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubParts]:
    parts = a_hub(tmp_path, f"sqlite:///{tmp_path / 'hub.db'}", LiveClock())
    with running(parts):
        yield parts


def passages(first: int, *directions: str) -> bytes:
    events = tuple(
        Passage(seq=seq, at=utc_now(), zone=ZONE, device="gate", direction=direction)  # type: ignore[arg-type]
        for seq, direction in enumerate(directions, first)
    )
    return encode(EventBatch(store=STORE, edge="ceiling", boot=BOOT, events=events))


def test_people_who_pass_a_beam_bring_a_scene_and_leave_it(hub: HubParts) -> None:
    edge = Edge(hub, gate="beam")
    edge.says(gate=False)
    deploy(hub, crowded(for_s=0, calm_s=0, longest_s=60))
    topic = edge_topic(STORE, "ceiling", "events")

    def source() -> str:
        return hub.planner.planned(STORE, ZONE).plan.at(utc_now()).source

    hub.ledger.offer(topic, passages(1, *["in"] * 6))
    wait_until(lambda: source() == "reaction:crowded", 10, "the crowd's scene")
    edge.says(gate=False)
    hub.ledger.offer(topic, passages(7, *["out"] * 3))
    wait_until(lambda: source() != "reaction:crowded", 10, "the calm")
