"""The hub at a real broker: plans out, reports and events in, through every kind of loss."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from hub.app import create_app, running
from hub.broker_address import BrokerAddress
from hub.clock import utc_now
from hub.link import Handlers, Link
from hub.parts import HubParts
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice
from scenes.codec import decode, encode
from scenes.messages import Committed, Hello, PlanMessage, Reply, Request, State, ZoneState
from scenes.plan import Plan
from tests.hub.asgi_client import AsgiClient
from tests.hub.ledger.events import BOOT, numbered
from tests.hub.shops import FakeClock, a_hub
from tests.parts.mosquitto import Mosquitto
from tests.waiting import wait_until

EDGE = "stemning/v1/nordic/edge/ceiling"


class LiveClock(FakeClock):
    """The machine's own clock."""

    def __call__(self) -> Any:
        """Now."""
        return utc_now()


class Listener:
    """A client that keeps what it hears."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda _c, _d, message: self.heard.append(
            (message.topic, bytes(message.payload), message.retain)
        )
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("stemning/#", 1)
        self._client.loop_start()

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish and wait until the broker has it."""
        self._client.publish(topic, payload, 1, retain).wait_for_publish(5)

    def plans(self, zone: str = "entrance") -> list[Plan]:
        """Every plan of a zone that was heard."""
        return [
            decode(PlanMessage, payload).plan
            for topic, payload, _ in list(self.heard)
            if topic == f"stemning/v1/nordic/zone/{zone}/plan"
        ]

    def payloads(self, name: str) -> list[bytes]:
        """Everything heard over one of the edge's topics."""
        return [payload for topic, payload, _ in list(self.heard) if topic == f"{EDGE}/{name}"]

    def stop(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def listening(port: int) -> Iterator[Listener]:
    listener = Listener(port)
    try:
        yield listener
    finally:
        listener.stop()


@pytest.fixture
def hub(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[HubParts]:
    parts = a_hub(
        tmp_path,
        f"sqlite:///{tmp_path / 'hub.db'}",
        LiveClock(),
        broker=f"mqtt://127.0.0.1:{mosquitto.port}",
    )
    with running(parts):
        wait_until(lambda: parts.link.connected, 10, "the broker")
        yield parts


@pytest.fixture
def edge(mosquitto: Mosquitto) -> Iterator[Listener]:
    with listening(mosquitto.port) as listener:
        yield listener


def test_plans_are_retained_and_a_newcomer_gets_the_latest(
    hub: HubParts, mosquitto: Mosquitto, edge: Listener
) -> None:
    wait_until(edge.plans, 5, "the first plan")
    plan = hub.planner.override("nordic", "entrance", Choice("event", ForMinutes(5)))
    wait_until(lambda: edge.plans()[-1] == plan, 5, "the override's plan")
    with listening(mosquitto.port) as newcomer:
        wait_until(lambda: newcomer.plans() and newcomer.plans("fitting-rooms"), 5, "both plans")
        assert newcomer.plans() == [plan]
        assert all(retained for _, _, retained in newcomer.heard)


def test_events_are_stored_and_answered(hub: HubParts, edge: Listener) -> None:
    edge.say(f"{EDGE}/events", numbered(1, 20))
    wait_until(lambda: edge.payloads("committed"), 5, "the answer")
    answer = decode(Committed, edge.payloads("committed")[-1])
    assert (answer.boot, answer.seq) == (BOOT, 20)
    assert not any(topic.endswith("committed") and retained for topic, _, retained in edge.heard)


def a_state(scene: str = "trading", edge: str = "ceiling") -> bytes:
    return encode(
        State(
            store="nordic",
            edge=edge,
            boot=BOOT,
            at=utc_now(),
            zones={"entrance": ZoneState(scene=scene, confirmed=True)},
            devices={},
        )
    )


def a_hello(*, online: bool) -> bytes:
    return encode(
        Hello(store="nordic", edge="ceiling", boot=BOOT, online=online, at=utc_now(), version="1")
    )


def test_what_an_edge_says_is_known_at_once(hub: HubParts, edge: Listener) -> None:
    edge.say(f"{EDGE}/hello", a_hello(online=True), retain=True)
    edge.say(f"{EDGE}/state", a_state())
    wait_until(lambda: hub.reported.zone("nordic", "entrance"), 5, "the report")
    wait_until(lambda: hub.reported.online() == 1, 5, "the hello")
    edge.say(f"{EDGE}/hello", a_hello(online=False), retain=True)
    wait_until(lambda: hub.reported.online() == 0, 5, "the last will")


@pytest.mark.parametrize("name", ["hello", "state"])
def test_an_edge_whose_retained_message_is_taken_back_is_forgotten(
    hub: HubParts, edge: Listener, name: str
) -> None:
    introduce(hub, edge)
    edge.say(f"{EDGE}/{name}", b"", retain=True)
    wait_until(lambda: hub.reported.edges() == [], 5, "the removal")
    assert hub.metrics.malformed._value.get() == 0


def introduce(hub: HubParts, edge: Listener) -> None:
    """An edge that was there and left, all of it retained."""
    edge.say(f"{EDGE}/state", a_state(), retain=True)
    edge.say(f"{EDGE}/hello", a_hello(online=False), retain=True)
    wait_until(lambda: hub.reported.zone("nordic", "entrance"), 5, "the report")
    wait_until(lambda: (one := hub.reported.edge("nordic", "ceiling")) and one.hello, 5, "hello")


def test_a_removed_edge_is_forgotten_by_the_hub_and_by_the_broker(
    hub: HubParts, mosquitto: Mosquitto, edge: Listener
) -> None:
    client = AsgiClient(create_app(hub))
    path = "/api/v1/stores/nordic/edges/ceiling"
    assert client.request("DELETE", path).json()["code"] == "edge.unknown"
    introduce(hub, edge)
    edge.say(f"{EDGE}/hello", a_hello(online=True), retain=True)
    wait_until(lambda: hub.reported.online() == 1, 5, "the edge at work")
    answer = client.request("DELETE", path)
    assert (answer.status_code, answer.json()["code"]) == (409, "edge.online")
    edge.say(f"{EDGE}/hello", a_hello(online=False), retain=True)
    wait_until(lambda: hub.reported.online() == 0, 5, "the edge to leave")
    answer = client.request("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/api/v1/edges").json() == []
    wait_until(lambda: edge.payloads("state")[-1] == edge.payloads("hello")[-1] == b"", 5, "both")
    with listening(mosquitto.port) as newcomer:
        wait_until(newcomer.plans, 5, "what is retained")
        newcomer.say("stemning/v1/nordic/edge/none/hello", b"")
        assert newcomer.payloads("state") == newcomer.payloads("hello") == []


@pytest.mark.parametrize(
    "payload",
    [
        b" ",
        b"{",
        b"\xff\xfe",
        b"[" * 50_000,
        a_state().replace(b'"schema":1', b'"schema":2'),
        a_state().replace(b'"entrance":{', b'"entrance":{"until":"9999-12-31T23:59:59Z",'),
        a_state(edge="impostor"),
    ],
)
@pytest.mark.parametrize("name", ["state", "events", "reply"])
def test_no_message_stops_the_hub(hub: HubParts, edge: Listener, payload: bytes, name: str) -> None:
    edge.say(f"{EDGE}/{name}", payload)
    edge.say(f"{EDGE}/state", a_state("evening"))
    edge.say(f"{EDGE}/events", numbered(1, 3))

    def known() -> bool:
        zone = hub.reported.zone("nordic", "entrance")
        return zone is not None and zone.state is not None and zone.state.scene == "evening"

    wait_until(known, 5, "the next state")
    wait_until(lambda: edge.payloads("committed"), 5, "the next answer")
    assert hub.metrics.malformed._value.get() == 1
    assert [one.edge for one in hub.reported.edges()] == ["ceiling"]


def test_a_broker_that_forgot_everything_gets_every_plan_again(
    hub: HubParts, mosquitto: Mosquitto
) -> None:
    mosquitto.kill()
    wait_until(lambda: not hub.link.connected, 10, "the loss to show")
    # Chosen while there is no broker: it goes out with the rest.
    plan = hub.planner.override("nordic", "entrance", Choice("event", ForMinutes(5)))
    mosquitto.start()
    wait_until(lambda: hub.link.connected, 10, "the broker again")
    with listening(mosquitto.port) as newcomer:
        wait_until(lambda: newcomer.plans() and newcomer.plans("fitting-rooms"), 5, "both plans")
        assert newcomer.plans()[-1] == plan
        newcomer.say(f"{EDGE}/events", numbered(1, 3))
        wait_until(lambda: newcomer.payloads("committed"), 5, "an answer over the new connection")


def test_a_frozen_broker_is_noticed(hub: HubParts, mosquitto: Mosquitto) -> None:
    os.kill(mosquitto.pid, signal.SIGSTOP)
    try:
        frozen_at = time.monotonic()
        wait_until(lambda: not hub.link.connected, 15, "the silence to be noticed")
        # What a page says of it is since when the broker is dumb, not since when that was noticed.
        assert hub.link.silent_s >= time.monotonic() - frozen_at - 0.5
    finally:
        os.kill(mosquitto.pid, signal.SIGCONT)
    wait_until(lambda: hub.link.connected, 15, "the broker again")


def test_after_many_losses_the_retained_plan_is_the_latest(
    hub: HubParts, mosquitto: Mosquitto
) -> None:
    for _ in range(3):
        for _ in range(5):
            hub.planner.override("nordic", "entrance", Choice("event", ForMinutes(5)))
        mosquitto.kill()
        plan = hub.planner.override("nordic", "entrance", Choice("evening", ForMinutes(5)))
        mosquitto.start()
        wait_until(lambda: hub.link.connected, 10, "the broker again")
        hub.planner.publish_all()
        # What was published last is what stays, whatever the lost connection had left to send.
        with listening(mosquitto.port) as newcomer:
            wait_until(lambda: newcomer.plans() and newcomer.plans()[-1] == plan, 5, "the plan")  # noqa: B023
            newcomer.say("stemning/v1/nordic/edge/none/hello", b"")
            assert newcomer.plans()[-1] == plan


def test_two_hubs_of_one_name_are_told_apart_from_a_bad_broker(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("hub.link._RIVAL_HELD_S", 1.0)
    ignored = Handlers(lambda _: None, lambda _: None, lambda: None)
    address = BrokerAddress("127.0.0.1", mosquitto.port)
    links = [Link(address, "stemning-hub-main", ignored) for _ in range(2)]

    def named(link: Link) -> bool:
        return "another client seems to use the name stemning-hub-main" in (link.problem or "")

    try:
        for link in links:
            link.start()
            wait_until(lambda: link.connected, 5, "a first connection")  # noqa: B023
            assert link.problem is None
        wait_until(lambda: all(named(link) for link in links), 20, "both to say so")
        assert caplog.text.count("give every hub its own hub_id") == 2
        links[1].stop()
        wait_until(lambda: links[0].problem is None, 30, "the one that is left to be well")
        assert links[0].connected
    finally:
        for link in links:
            link.stop()


def test_a_broker_that_comes_and_goes_is_no_rival(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.link._LONGEST_RETRY_S", 0.4)
    ignored = Handlers(lambda _: None, lambda _: None, lambda: None)
    link = Link(BrokerAddress("127.0.0.1", mosquitto.port), "stemning-hub-main", ignored)
    link.start()
    try:
        for _ in range(4):
            wait_until(lambda: link.connected, 10, "the broker")
            mosquitto.kill()
            wait_until(lambda: link.problem, 10, "the loss to show")
            assert (
                link.problem == f"the broker at mqtt://127.0.0.1:{mosquitto.port} does not answer"
            )
            wait_until(lambda: link._losses == 1, 5, "the loss to be counted")
            wait_until(lambda: link._losses == 0, 10, "the broker to be missed")
            mosquitto.start()
        wait_until(lambda: link.problem is None, 10, "the broker")
    finally:
        link.stop()


def test_a_request_goes_out_once_and_is_not_retained(
    hub: HubParts, mosquitto: Mosquitto, edge: Listener
) -> None:
    async def ask_and_answer() -> Reply:
        asking = asyncio.create_task(hub.requests.ask("nordic", "ceiling", "test", "window"))
        request = decode(Request, await asyncio.to_thread(first_request))
        answer = Reply(id=request.id, edge="ceiling", at=utc_now(), done=True, text="ran 2 s")
        await asyncio.to_thread(edge.say, f"{EDGE}/reply", encode(answer))
        return await asking

    def first_request() -> bytes:
        return wait_until(lambda: edge.payloads("request"), 5, "the request")[0]

    assert asyncio.run(ask_and_answer()).text == "ran 2 s"
    assert json.loads(edge.payloads("request")[0])["action"] == "test"
    with listening(mosquitto.port) as newcomer:
        wait_until(newcomer.plans, 5, "the retained plan")
        assert newcomer.payloads("request") == []
