"""The bus of MQTT-native devices on a real broker: nothing is kept, everything comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from devices.errors import DeviceUnavailableError
from edge.device_bus import DeviceBus
from edge.identity import Identity
from edge.settings import BrokerAddress
from tests.edge.listener import Listener
from tests.parts.mosquitto import Mosquitto
from tests.parts.ports import LOOPBACK, free_port
from tests.waiting import wait_until

IDENTITY = Identity("nordic", "ceiling", "0123456789abcdef", "1.2.3")


class Ear:
    """What a driver heard."""

    def __init__(self) -> None:
        self.messages: list[tuple[bytes, bool]] = []
        self.changes: list[bool] = []

    def heard(self, payload: bytes, retained: bool) -> None:
        self.messages.append((payload, retained))


def bus_at(port: int) -> DeviceBus:
    return DeviceBus(IDENTITY, BrokerAddress(LOOPBACK, port))


@pytest.fixture
def bus(mosquitto: Mosquitto) -> Iterator[DeviceBus]:
    it = bus_at(mosquitto.port)
    yield it
    it.stop()


@pytest.fixture
def ear(bus: DeviceBus) -> Ear:
    it = Ear()
    bus.subscribe("lamp", it.heard)
    bus.follow(it.changes.append)
    return it


@pytest.fixture
def other(mosquitto: Mosquitto) -> Iterator[Listener]:
    it = Listener(mosquitto.port)
    yield it
    it.close()


def test_hears_what_is_said_and_knows_what_was_kept(
    bus: DeviceBus, ear: Ear, other: Listener
) -> None:
    other.say("lamp", b"kept", retain=True)
    bus.start()
    wait_until(lambda: ear.messages == [(b"kept", True)], 10, "the kept message")
    other.say("lamp", b"live")
    other.say("lamp/other", b"not asked for")
    wait_until(lambda: ear.messages[1:] == [(b"live", False)], 20, "the live message")
    assert ear.changes == [True]


def test_a_subscription_made_late_is_heard_too(bus: DeviceBus, ear: Ear, other: Listener) -> None:
    bus.start()
    wait_until(lambda: bus.connected, 10, "the broker")
    late = Ear()
    bus.subscribe("late", late.heard)
    bus.subscribe("lamp", late.heard)

    def both() -> bool:
        other.say("late", b"1")
        other.say("lamp", b"2")
        return {(b"1", False), (b"2", False)} <= set(late.messages)

    wait_until(both, 20, "both messages")
    assert (b"2", False) in ear.messages


def test_says_it_once_and_keeps_nothing(
    bus: DeviceBus, ear: Ear, other: Listener, mosquitto: Mosquitto
) -> None:
    bus.start()
    wait_until(lambda: ear.changes == [True], 10, "the broker")
    bus.publish("lamp/set", b"on")
    wait_until(lambda: other.said("lamp/set") == [b"on"], 20, "the command")
    latecomer = Listener(mosquitto.port)
    bus.publish("lamp/set", b"off")
    wait_until(lambda: latecomer.said("lamp/set") == [b"off"], 20, "the next command")
    latecomer.close()


def test_whoever_is_told_of_the_broker_can_speak_at_once(bus: DeviceBus, other: Listener) -> None:
    bus.follow(lambda connected: bus.publish("lamp/get", b"") if connected else None)
    bus.start()
    wait_until(lambda: other.said("lamp/get") == [b""], 10, "the question")


def test_without_a_broker_nobody_waits() -> None:
    bus = bus_at(free_port())
    with pytest.raises(DeviceUnavailableError, match=r"broker at 127.* is not there"):
        bus.publish("lamp/set", b"on")
    bus.start()
    with pytest.raises(DeviceUnavailableError):
        bus.publish("lamp/set", b"on")
    assert not bus.connected
    bus.stop()


def test_after_an_outage_it_hears_again_and_replays_nothing(
    bus: DeviceBus, ear: Ear, mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    bus.start()
    wait_until(lambda: ear.changes == [True], 10, "the broker")
    mosquitto.kill()
    wait_until(lambda: ear.changes == [True, False], 10, "the loss to be noticed")
    with pytest.raises(DeviceUnavailableError):
        bus.publish("lamp/set", b"never")
    mosquitto.start()
    other = Listener(mosquitto.port)
    wait_until(lambda: ear.changes == [True, False, True], 20, "the broker to be back")
    other.say("lamp", b"after")
    wait_until(lambda: ear.messages == [(b"after", False)], 20, "a message")
    bus.publish("lamp/set", b"now")
    wait_until(lambda: other.said("lamp/set") == [b"now"], 20, "the command, alone")
    assert caplog.text.count("no devices' broker") == 1, "the loss is told once"
    other.close()


def test_a_driver_that_throws_stops_nothing(
    bus: DeviceBus, other: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear()

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    bus.follow(fails)
    bus.follow(ear.changes.append)
    bus.subscribe("lamp", fails)
    bus.subscribe("lamp", ear.heard)
    bus.start()
    wait_until(lambda: ear.changes == [True], 10, "the broker")
    for payload in (b"1", b"2"):
        other.say("lamp", payload)
    wait_until(lambda: ear.messages == [(b"1", False), (b"2", False)], 20, "both messages")
    assert "a message on lamp can't be taken" in caplog.text
    assert "can't take that the broker is there" in caplog.text


def test_what_was_said_last_is_sent_before_it_leaves(
    bus: DeviceBus, ear: Ear, other: Listener
) -> None:
    bus.start()
    wait_until(lambda: ear.changes == [True], 10, "the broker")
    for number in range(200):
        bus.publish("lamp/set", b"%d" % number)
    bus.stop()
    wait_until(lambda: len(other.said("lamp/set")) == 200, 20, "every command")


def test_a_broker_that_hangs_holds_nobody_up(
    bus: DeviceBus, ear: Ear, mosquitto: Mosquitto
) -> None:
    bus.start()
    wait_until(lambda: ear.changes == [True], 10, "the broker")
    os.kill(mosquitto.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        bus.publish("lamp/set", b"on")
        bus.stop()
        assert time.monotonic() - began < 5, "it hung with the broker"
    finally:
        os.kill(mosquitto.pid, signal.SIGCONT)


# The thread's death is what is tested.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_started_again(bus: DeviceBus, ear: Ear, other: Listener) -> None:
    bus.revive()  # not started yet: nothing to revive
    bus.start()
    wait_until(lambda: ear.changes == [True], 10, "the broker")
    client = bus._client
    assert client is not None
    thread = client._thread
    bus.revive()
    assert thread is not None
    assert thread.is_alive(), "one that lives is left alone"

    def die(*_: object) -> None:
        raise SystemExit  # ends the thread, as what paho doesn't catch does

    client.suppress_exceptions = False
    client.on_message = die
    other.say("lamp", b"poison")
    wait_until(lambda: not thread.is_alive(), 10, "the thread to die")
    client.on_message = bus._on_message
    client._reset_sockets(sockpair_only=True)  # paho would leave them to the collector
    bus.revive()

    def heard() -> bool:
        other.say("lamp", b"good")
        return (b"good", False) in ear.messages

    wait_until(heard, 10, "a message")


def test_the_library_is_loaded_when_the_bus_starts() -> None:
    script = "import edge.agent, edge.device_bus, sys; sys.exit('paho' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
