"""Before it says anything the hub hears out what the broker kept, whichever broker that is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from hub.broker_address import BrokerAddress
from hub.link import Handlers, Link
from scenes.topics import plan_topic
from tests.parts.mosquitto import Mosquitto
from tests.parts.ports import accepts_connections, free_port
from tests.waiting import wait_until

ZONES = 150
"""More than a broker sends without waiting for an answer."""


@pytest.fixture(params=["mosquitto", "amqtt"])
def broker_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A broker as a shop has it, and the demo's own."""
    if request.param == "mosquitto":
        broker: Mosquitto = request.getfixturevalue("mosquitto")
        yield broker.port
        return
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "hub.demo.broker", str(port)]) as process:
        try:
            wait_until(lambda: accepts_connections(port), 20, "the demo's broker")
            yield port
        finally:
            process.terminate()


class Ear:
    """A link that writes down what it was told, in order."""

    def __init__(self, port: int) -> None:
        self.told: list[str] = []
        self.link = Link(
            BrokerAddress("127.0.0.1", port),
            "stemning-hub-test",
            Handlers(
                lambda _: None, lambda received: self.told.append(received.topic), self._connected
            ),
        )

    def _connected(self) -> None:
        assert self.link.heard_out
        self.told.append("connected")

    def connects(self, count: int = 1) -> Callable[[], bool]:
        return lambda: self.told.count("connected") == count


@pytest.fixture
def ear(broker_port: int) -> Iterator[Ear]:
    one = Ear(broker_port)
    yield one
    one.link.stop()


def retain(port: int, topics: list[str]) -> None:
    client = Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for message in [client.publish(topic, b"kept", 1, retain=True) for topic in topics]:
        message.wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


def test_what_the_broker_kept_comes_before_the_hub_says_anything(
    broker_port: int, ear: Ear
) -> None:
    topics = [plan_topic("nordic", f"zone-{number}") for number in range(ZONES)]
    retain(broker_port, topics)
    assert not ear.link.heard_out
    ear.link.start()
    wait_until(ear.connects(), 10, "the connection")
    assert sorted(ear.told[:ZONES]) == sorted(topics)
    assert ear.told[ZONES:] == ["connected"]


def test_with_nothing_kept_it_is_the_echo_that_lets_the_hub_go_on(
    ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    ear.link.start()
    wait_until(ear.connects(), 10, "the connection")
    assert "does not hand the hub's own words back" not in caplog.text


def test_a_lost_broker_is_heard_out_again(mosquitto: Mosquitto) -> None:
    ear = Ear(mosquitto.port)
    ear.link.start()
    wait_until(ear.connects(), 10, "the connection")
    mosquitto.kill()
    wait_until(lambda: not ear.link.heard_out, 10, "the loss")
    mosquitto.start()
    retain(mosquitto.port, [plan_topic("nordic", "hall")])
    wait_until(ear.connects(2), 10, "the connection")
    ear.link.stop()


def test_a_broker_that_hands_nothing_back_is_waited_for_no_longer_than_it_takes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "acl").write_text("topic write stemning/v1/hub-echo/#\n")
    (tmp_path / "broker").mkdir()
    broker = Mosquitto(tmp_path / "broker", [f"acl_file {tmp_path / 'acl'}"])
    broker.start()
    ear = Ear(broker.port)
    try:
        ear.link.start()
        wait_until(ear.connects(), 10, "the hub to go on without it")
        assert "does not hand the hub's own words back" in caplog.text
    finally:
        ear.link.stop()
        broker.stop()
