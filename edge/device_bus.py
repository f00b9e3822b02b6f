"""The broker of MQTT-native devices: subscriptions that outlive outages, and a thread that lives.

The MQTT library is loaded when the bus starts, which is after the first light.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Lock
from typing import TYPE_CHECKING

from devices.bus import Heard
from devices.errors import DeviceUnavailableError
from edge.identity import Identity
from edge.settings import BrokerAddress

if TYPE_CHECKING:
    import paho.mqtt.client as mqtt
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

logger = logging.getLogger(__name__)

FAREWELL_S = 1.0


class DeviceBus:
    """A `devices.bus.MessageBus` on a client of its own: the hub's link has its own errands."""

    def __init__(self, identity: Identity, broker: BrokerAddress) -> None:
        self._client_id = f"stemning-bus-{identity.store}-{identity.edge}"
        self._broker = broker
        self._client: mqtt.Client | None = None
        self._lock = Lock()
        self._listeners: dict[str, tuple[Heard, ...]] = {}
        self._followers: tuple[Callable[[bool], None], ...] = ()
        self._connected = False
        self._lost_told = False

    @property
    def connected(self) -> bool:
        """Whether the broker is there now, as far as is known."""
        return self._connected

    def publish(self, topic: str, payload: bytes) -> None:
        """Send once, now or never; `DeviceUnavailableError` while the broker is not there."""
        client = self._client
        if client is None or not self._connected:
            raise DeviceUnavailableError(f"the devices' broker at {self._broker} is not there")
        # Quality of service 0: nothing keeps it to replay it after an outage.
        client.publish(topic, payload, qos=0, retain=False)

    def subscribe(self, topic: str, heard: Heard) -> None:
        """Call ``heard(payload, retained)`` for each message on ``topic``, for ever."""
        with self._lock:
            first = topic not in self._listeners
            self._listeners[topic] = (*self._listeners.get(topic, ()), heard)
        if first and self._client is not None and self._connected:
            self._client.subscribe(topic, qos=1)

    def follow(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(connected)`` when the broker comes and when it goes."""
        with self._lock:
            self._followers = (*self._followers, changed)

    def start(self) -> None:
        """Connect in the background, for ever."""
        from edge.mqtt_client import KEEPALIVE_S, new_client  # noqa: PLC0415

        client = new_client(self._client_id)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.connect_async(self._broker.host, self._broker.port, keepalive=KEEPALIVE_S)
        # Before the thread runs: whoever is told of the broker publishes at once.
        self._client = client
        client.loop_start()

    def revive(self) -> None:
        """Start the client's thread again if it died; it has been seen to after long outages."""
        # 0 says that there was none to start; paho's own names would have to be loaded for it.
        if self._client is not None and self._client.loop_start() == 0:
            logger.error("the device bus's thread had died and is started again")

    def stop(self) -> None:
        """Send what the devices were told last, and leave; takes at most a second or two."""
        client = self._client
        if client is None:
            return
        if self._connected and self._listeners:
            # Its answer says that everything before it has arrived.
            answered = Event()
            client.on_unsubscribe = lambda *_: answered.set()
            client.unsubscribe(list(self._listeners))
            answered.wait(FAREWELL_S)
        client.disconnect()
        client.loop_stop()
        self._connected = False

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._tell_lost(f"the broker refuses: {reason}")
            return
        with self._lock:
            topics = [(topic, 1) for topic in self._listeners]
            self._connected = True
        if topics:
            client.subscribe(topics)
        logger.info("connected to the devices' broker at %s", self._broker)
        self._lost_told = False
        self._tell_followers(True)

    def _on_connect_fail(self, client: mqtt.Client, userdata: object) -> None:
        self._tell_lost("it does not answer")

    def _on_disconnect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        self._connected = False
        if reason.is_failure:
            self._tell_lost(str(reason))
        self._tell_followers(False)

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        topic = message.topic
        for heard in self._listeners.get(topic, ()):
            try:
                heard(bytes(message.payload), message.retain)
            except Exception:  # paho would offer a message that raises again and again
                logger.exception("a message on %s can't be taken", topic)

    def _tell_followers(self, connected: bool) -> None:
        for changed in self._followers:
            try:
                changed(connected)
            except Exception:  # one device's driver never stops the others
                logger.exception("a driver can't take that the broker is there: %s", connected)

    def _tell_lost(self, why: str) -> None:
        if not self._lost_told:
            logger.warning("no devices' broker at %s (%s)", self._broker, why)
        self._lost_told = True
