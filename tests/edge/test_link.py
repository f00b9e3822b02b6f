"""The link on a real broker: birth, will, subscriptions, and everything anew after an outage."""

from collections.abc import Iterator
from datetime import UTC, datetime

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from edge.identity import Identity
from edge.link import Handlers, Link
from edge.settings import BrokerAddress
from scenes.codec import decode
from scenes.messages import DeviceInfo, Hello, Reply, State
from scenes.topics import EdgeTopic, edge_topic, plan_topic
from tests.parts.mosquitto import Mosquitto
from tests.parts.ports import free_port
from tests.waiting import wait_until

IDENTITY = Identity("nordic", "ceiling", "0123456789abcdef", "1.2.3")
DOOR = DeviceInfo(id="door", kind="sensor", zone="hall", driver="gpio-pir")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Hub:
    """A client that listens to everything and says what a hub would."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda client, *_: client.subscribe("stemning/#", qos=1)
        self.client.on_message = lambda _client, _data, message: self.heard.append(
            (message.topic, bytes(message.payload), message.retain)
        )
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def said(self, topic: EdgeTopic) -> list[bytes]:
        full = edge_topic("nordic", "ceiling", topic)
        return [payload for where, payload, _ in self.heard if where == full]

    def hellos(self) -> list[bool]:
        return [decode(Hello, payload).online for payload in self.said(EdgeTopic.HELLO)]

    def say(self, topic: str, payload: bytes, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(5)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Edge:
    """A link and what it handed over."""

    def __init__(self, port: int) -> None:
        self.plans: list[tuple[str, bytes]] = []
        self.commits: list[bytes] = []
        self.requests: list[bytes] = []
        self.connects = 0
        self.link = Link(
            IDENTITY, ["hall"], {"door": DOOR}, BrokerAddress("127.0.0.1", port), lambda: NOW
        )

    def start(self) -> None:
        self.link.start(
            Handlers(
                plan=lambda zone, payload: self.plans.append((zone, payload)),
                committed=self.commits.append,
                request=self.requests.append,
                connected=self._connected,
            )
        )

    def _connected(self) -> None:
        self.connects += 1


@pytest.fixture
def hub(mosquitto: Mosquitto) -> Iterator[Hub]:
    listener = Hub(mosquitto.port)
    yield listener
    listener.close()


@pytest.fixture
def edge(mosquitto: Mosquitto) -> Iterator[Edge]:
    it = Edge(mosquitto.port)
    yield it
    it.link.stop()


def test_birth_and_goodbye(hub: Hub, edge: Edge, mosquitto: Mosquitto) -> None:
    edge.start()
    wait_until(hub.hellos, 10, "the birth")
    hello = decode(Hello, hub.said(EdgeTopic.HELLO)[0])
    assert (hello.online, hello.boot, hello.version) == (True, IDENTITY.boot, "1.2.3")
    assert (hello.zones, hello.devices) == (("hall",), (DOOR,))
    edge.link.stop()
    wait_until(lambda: hub.hellos() == [True, False], 20, "the goodbye")
    latecomer = Hub(mosquitto.port)
    wait_until(lambda: latecomer.hellos() == [False], 20, "the retained goodbye")
    latecomer.close()


def test_what_comes_is_handed_over(hub: Hub, edge: Edge) -> None:
    hub.say(plan_topic("nordic", "hall"), b"retained", retain=True)
    hub.say(plan_topic("nordic", "cellar"), b"not ours", retain=True)
    edge.start()
    wait_until(lambda: edge.plans == [("hall", b"retained")], 10, "the retained plan")
    hub.say(plan_topic("nordic", "hall"), b"next")
    hub.say(edge_topic("nordic", "ceiling", EdgeTopic.COMMITTED), b"commit")
    hub.say(edge_topic("nordic", "ceiling", EdgeTopic.REQUEST), b"request")
    hub.say(edge_topic("nordic", "other", EdgeTopic.REQUEST), b"not ours")
    hub.say(plan_topic("nordic", "hall"), b"", retain=True)  # the hub clears its plan
    hub.say(plan_topic("nordic", "hall"), b"last")
    wait_until(lambda: len(edge.plans) == 3, 10, "the plans")
    assert edge.plans[1:] == [("hall", b"next"), ("hall", b"last")]
    assert (edge.commits, edge.requests) == ([b"commit"], [b"request"])


def test_what_a_broker_hands_out_unasked_is_no_trouble(
    hub: Hub, edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    edge.start()
    wait_until(hub.hellos, 10, "the birth")
    for topic in (edge_topic("nordic", "other", EdgeTopic.HELLO), plan_topic("nordic", "cellar")):
        # As the demo's broker does with everything that it retains.
        unasked = MQTTMessage(topic=topic.encode())
        unasked.payload = b"not ours"
        edge.link._on_message(edge.link._client, None, unasked)
    assert edge.plans == []
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_what_is_said_is_heard(hub: Hub, edge: Edge) -> None:
    state = State(store="nordic", edge="ceiling", boot=IDENTITY.boot, at=NOW, zones={}, devices={})
    reply = Reply(id="1", edge="ceiling", at=NOW, done=True)
    edge.start()
    wait_until(lambda: edge.connects, 10, "the link")
    edge.link.send_state(state)
    edge.link.send_reply(reply)
    assert edge.link.send_events(b"events")
    wait_until(lambda: hub.said(EdgeTopic.EVENTS), 20, "the events")
    assert decode(State, hub.said(EdgeTopic.STATE)[0]) == state
    assert decode(Reply, hub.said(EdgeTopic.REPLY)[0]) == reply


def test_without_a_broker_nobody_waits_and_nothing_is_kept() -> None:
    edge = Edge(free_port())
    edge.start()
    state = State(store="nordic", edge="ceiling", boot=IDENTITY.boot, at=NOW, zones={}, devices={})
    edge.link.send_state(state)
    assert not edge.link.send_events(b"events")
    assert not edge.link.connected
    edge.link.stop()


def test_a_broker_that_comes_late_is_found(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    edge = Edge(mosquitto.port)
    edge.start()
    mosquitto.start()
    wait_until(lambda: edge.connects == 1, 15, "the link")
    edge.link.stop()


def test_after_an_outage_everything_is_said_anew(
    hub: Hub, edge: Edge, mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    edge.start()
    wait_until(lambda: edge.connects == 1, 10, "the link")
    mosquitto.kill()
    wait_until(lambda: not edge.link.connected, 10, "the loss to be noticed")
    mosquitto.start()  # it has forgotten everything
    wait_until(lambda: edge.connects == 2, 20, "the link to be back")
    wait_until(hub.client.is_connected, 10, "the listener to be back")
    wait_until(lambda: hub.hellos()[-1:] == [True], 10, "the second birth")
    hub.say(plan_topic("nordic", "hall"), b"after")
    wait_until(lambda: edge.plans == [("hall", b"after")], 10, "a plan")
    assert caplog.text.count("playing on alone") == 1, "the loss is told once"
    assert caplog.text.count("connected to the broker") == 2


def test_an_agent_that_dies_is_said_to_be_offline(hub: Hub, edge: Edge) -> None:
    edge.start()
    wait_until(hub.hellos, 10, "the birth")
    sock = edge.link._client.socket()
    assert sock is not None
    edge.link._client.reconnect_delay_set(5, 8)
    sock.close()  # no goodbye
    wait_until(lambda: hub.hellos()[:2] == [True, False], 15, "the last will")


def test_a_handler_that_throws_ends_nothing(
    hub: Hub, edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    def bad(zone: str, payload: bytes) -> None:
        raise ZeroDivisionError

    edge.link.start(Handlers(bad, edge.commits.append, edge.requests.append, edge._connected))
    wait_until(lambda: edge.connects == 1, 10, "the link")
    hub.say(plan_topic("nordic", "hall"), b"plan")
    hub.say(edge_topic("nordic", "ceiling", EdgeTopic.COMMITTED), b"commit")
    wait_until(lambda: edge.commits == [b"commit"], 10, "the next message")
    assert "a message on stemning/v1/nordic/zone/hall/plan can't be taken" in caplog.text


# The thread's death is what is tested.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_network_thread_that_died_is_started_again(hub: Hub, edge: Edge) -> None:
    edge.start()
    wait_until(lambda: edge.connects == 1, 10, "the link")
    edge.link.revive()
    thread = edge.link._client._thread
    assert thread is not None
    assert thread.is_alive(), "one that lives is left alone"

    def die(*_: object) -> None:
        raise SystemExit  # ends the thread, as what paho doesn't catch does

    edge.link._client.suppress_exceptions = False
    edge.link._client.on_message = die
    hub.say(plan_topic("nordic", "hall"), b"poison")
    wait_until(lambda: not thread.is_alive(), 10, "the thread to die")
    edge.link._client.on_message = edge.link._on_message
    edge.link._client._reset_sockets(sockpair_only=True)  # paho would leave them to the collector
    edge.link.revive()
    hub.say(plan_topic("nordic", "hall"), b"good")
    wait_until(lambda: ("hall", b"good") in edge.plans, 10, "a plan")
