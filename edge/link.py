"""The MQTT link: connects in the background, says who is here, hands over what comes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.identity import Identity
from edge.mqtt_client import KEEPALIVE_S, new_client
from edge.settings import BrokerAddress
from scenes.codec import encode
from scenes.errors import InvalidTopicError
from scenes.messages import DeviceInfo, Hello, Reply, State
from scenes.topics import EdgeTopic, edge_topic, parse_plan_topic, plan_topic

logger = logging.getLogger(__name__)

FAREWELL_S = 1.0


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who takes what comes. All are called on the network thread and only enqueue."""

    plan: Callable[[str, bytes], None]
    committed: Callable[[bytes], None]
    request: Callable[[bytes], None]
    connected: Callable[[], None]


class Link:
    """A paho client that is never waited for and never raises into its caller."""

    def __init__(
        self,
        identity: Identity,
        zones: Sequence[str],
        inventory: Mapping[str, DeviceInfo],
        broker: BrokerAddress,
        now: Callable[[], datetime],
    ) -> None:
        self._identity = identity
        self._zones = tuple(zones)
        self._devices = tuple(inventory.values())
        self._broker = broker
        self._now = now
        self._handlers: Handlers | None = None
        self._lost_told = False
        self._client = self._new_client()

    def start(self, handlers: Handlers) -> None:
        """Connect in the background, for ever."""
        self._handlers = handlers
        self._client.connect_async(self._broker.host, self._broker.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()

    @property
    def connected(self) -> bool:
        """Whether the broker is there now, as far as is known."""
        return self._client.is_connected()

    def revive(self) -> None:
        """Start paho's thread again if it died; it has been seen to after long outages."""
        if self._client.loop_start() == mqtt.MQTT_ERR_SUCCESS:
            logger.error("the MQTT thread had died and is started again")

    def stop(self) -> None:
        """Say goodbye if anybody listens, and disconnect; takes at most a second or two."""
        if self._client.is_connected():
            farewell = self._publish(EdgeTopic.HELLO, encode(self._hello(online=False)), True)
            try:
                farewell.wait_for_publish(FAREWELL_S)
            except (RuntimeError, ValueError):
                logger.info("nobody heard the goodbye: the last will says it")
        self._client.disconnect()
        self._client.loop_stop()

    def send_events(self, payload: bytes) -> bool:
        """Send a batch; False when there is no connection (it stays in the outbox)."""
        if not self._client.is_connected():
            return False
        self._publish(EdgeTopic.EVENTS, payload, retain=False)
        return True

    def send_state(self, state: State) -> None:
        """Send a state report; without a connection it is dropped: a newer one will come."""
        if self._client.is_connected():
            self._publish(EdgeTopic.STATE, encode(state), retain=True)

    def send_reply(self, reply: Reply) -> None:
        """Answer a request."""
        if self._client.is_connected():
            self._publish(EdgeTopic.REPLY, encode(reply), retain=False)

    def _new_client(self) -> mqtt.Client:
        client = new_client(f"stemning-edge-{self._identity.store}-{self._identity.edge}")
        client.will_set(
            self._topic(EdgeTopic.HELLO), encode(self._hello(online=False)), qos=1, retain=True
        )
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _publish(self, topic: EdgeTopic, payload: bytes, retain: bool) -> mqtt.MQTTMessageInfo:
        return self._client.publish(self._topic(topic), payload, qos=1, retain=retain)

    def _topic(self, topic: EdgeTopic) -> str:
        return edge_topic(self._identity.store, self._identity.edge, topic)

    def _hello(self, online: bool) -> Hello:
        return Hello(
            store=self._identity.store,
            edge=self._identity.edge,
            boot=self._identity.boot,
            online=online,
            at=self._now(),
            version=self._identity.version,
            zones=self._zones,
            devices=self._devices,
        )

    def _subscriptions(self) -> Sequence[tuple[str, int]]:
        plans = [plan_topic(self._identity.store, zone) for zone in self._zones]
        own = [self._topic(EdgeTopic.COMMITTED), self._topic(EdgeTopic.REQUEST)]
        return [(topic, 1) for topic in [*plans, *own]]

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
        # Each time, not only the first: a restarted broker knows nothing of this edge.
        client.subscribe(list(self._subscriptions()))
        self._publish(EdgeTopic.HELLO, encode(self._hello(online=True)), retain=True)
        logger.info("connected to the broker at %s", self._broker)
        self._lost_told = False
        if self._handlers is not None:
            self._handlers.connected()

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
        if reason.is_failure:
            self._tell_lost(str(reason))

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        payload = bytes(message.payload)
        if self._handlers is None or not payload:
            return
        try:
            if message.topic == self._topic(EdgeTopic.COMMITTED):
                self._handlers.committed(payload)
            elif message.topic == self._topic(EdgeTopic.REQUEST):
                self._handlers.request(payload)
            else:
                self._take_plan(self._handlers, message.topic, payload)
        except Exception:  # paho would offer a message that raises again and again
            logger.exception("a message on %s can't be taken", message.topic)

    def _take_plan(self, handlers: Handlers, topic: str, payload: bytes) -> None:
        try:
            store, zone = parse_plan_topic(topic)
        except InvalidTopicError:
            store = zone = ""
        # Some brokers hand out retained messages that nobody here subscribed to.
        if store == self._identity.store and zone in self._zones:
            handlers.plan(zone, payload)

    def _tell_lost(self, why: str) -> None:
        if not self._lost_told:
            logger.warning("no link to the broker at %s (%s): playing on alone", self._broker, why)
        self._lost_told = True
