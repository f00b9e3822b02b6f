"""What MQTT-native devices and their drivers have in common in the tests."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import RLock, Timer

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.device_bus import DeviceBus
from edge.identity import Identity
from edge.settings import BrokerAddress
from tests.parts.ports import LOOPBACK
from tests.waiting import wait_until

PROMPTLY_S = 5.0
IDENTITY = Identity("nordic", "ceiling", "0123456789abcdef", "1.2.3")


def bus_at(port: int) -> DeviceBus:
    """The agent's own bus, not started."""
    return DeviceBus(IDENTITY, BrokerAddress(LOOPBACK, port))


class Around:
    """What a driver gets (`devices.catalogue.Surroundings`); ``ahead_s`` moves its clock."""

    name = "device"
    edge = "nordic/ceiling"

    def __init__(self, bus: DeviceBus) -> None:
        self.ahead_s = 0.0
        self._bus = bus

    def shared(self, name: str) -> object:
        raise AssertionError(f"no device here shares {name}")

    def bus(self) -> DeviceBus:
        return self._bus

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s


class FakeDevice:
    """A device on the broker: hears its topics, and can lose its power at any time.

    ``commands`` is everything that it was told, in order; questions are not commands.
    """

    def __init__(
        self, port: int, topics: Iterable[str], will: tuple[str, str] | None = None
    ) -> None:
        self.commands: list[str] = []
        self.kept = 0
        self.powered = True
        self.lock = RLock()
        self._port = port
        self._topics = list(topics)
        self._subscribed = 0
        self._timers: list[Timer] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._has_subscribed
        self._client.on_message = self._arrived
        self._client.reconnect_delay_set(1, 1)
        if will is not None:
            self._client.will_set(*will, retain=True)
        self._client.connect(LOOPBACK, port)
        self._client.loop_start()
        self.wait_until_there(1)

    def wait_until_there(self, times: int) -> None:
        """Wait until it has connected so many times."""
        wait_until(lambda: self._subscribed >= times, 20, f"connection {times} of the device")

    @property
    def connections(self) -> int:
        return self._subscribed

    def say(self, topic: str, payload: str | bytes, kept: bool = False) -> None:
        """Publish."""
        self._client.publish(topic, payload, retain=kept)

    def after(self, wait_s: float, then: Callable[[], None]) -> Timer:
        """Do something later, as a device's own timer does, whatever becomes of the broker."""
        timer = Timer(wait_s, then)
        timer.daemon = True
        timer.start()
        self._timers.append(timer)
        return timer

    def take(self, topic: str, payload: str) -> None:
        """Do what a message asks."""
        raise NotImplementedError

    def came(self) -> None:
        """Say what a device says when it has found its broker."""

    def close(self) -> None:
        """Leave."""
        for timer in self._timers:
            timer.cancel()
        self._client.disconnect()
        self._client.loop_stop()

    def drop(self) -> None:
        """Go without a goodbye; the client comes back after a second."""
        sock = self._client.socket()
        assert sock is not None
        sock.close()

    def _connected(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe([(topic, 0) for topic in self._topics])

    def _has_subscribed(self, *_: object) -> None:
        self.came()
        self._subscribed += 1

    def _arrived(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self.kept += message.retain
        with self.lock:
            if self.powered:
                self.take(message.topic, message.payload.decode())
