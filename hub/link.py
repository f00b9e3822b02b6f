"""The hub's connection to the broker.

A callback of the MQTT library only hands on what it got. Every connection is a new client
object: the library would send again what an old connection left unsent, and so put an older
plan over a newer one.
"""

from __future__ import annotations

import logging
import queue
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from hub.broker_address import BrokerAddress
from scenes.topics import EdgeTopic, edge_topic

KEEPALIVE_S = 5
_CONNECT_TIMEOUT_S = 5.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.2, 5.0
_HELD_S = 10.0
_INBOX = 10_000
_FROM_EDGES = (EdgeTopic.HELLO, EdgeTopic.STATE, EdgeTopic.EVENTS, EdgeTopic.REPLY)
_EVENTS = f"/{EdgeTopic.EVENTS.value}"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """A message from the broker; ``retained`` if the broker had kept it."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who is told. ``events`` is called in the MQTT library's thread and may not wait.

    ``message`` (everything but events) and ``connected`` (after each connecting) are called in
    the link's own thread, one at a time.
    """

    events: Callable[[Received], None]
    message: Callable[[Received], None]
    connected: Callable[[], None]


class Link:
    """Keeps a connection to the broker, for ever. ``publish`` may be called from any thread."""

    def __init__(self, address: BrokerAddress, client_id: str, handlers: Handlers) -> None:
        self._address = address
        self._client_id = client_id
        self._handlers = handlers
        self._client: Client | None = None
        self._lost = threading.Event()
        self._stopping = threading.Event()
        self._greet = threading.Event()
        self._inbox: queue.Queue[Received | None] = queue.Queue(_INBOX)
        self._threads = [
            threading.Thread(target=self._keep_connected, name="link", daemon=True),
            threading.Thread(target=self._work, name="link-inbox", daemon=True),
        ]

    @property
    def connected(self) -> bool:
        """Whether the broker answers now."""
        client = self._client
        return client is not None and client.is_connected()

    def start(self) -> None:
        """Connect, now or as soon as the broker is there."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Leave the broker and end the threads."""
        self._stopping.set()
        self._lost.set()
        self._wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(2 * _CONNECT_TIMEOUT_S)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Send at least once, as long as this connection holds; False when there is none.

        Never waits for the network.
        """
        client = self._client
        if client is None or not client.is_connected():
            return False
        sent = client.publish(topic, payload, qos=1, retain=retain)
        return sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _keep_connected(self) -> None:
        retry_s = _FIRST_RETRY_S
        while not self._stopping.is_set():
            began = time.monotonic()
            self._connect_once(complain=retry_s == _FIRST_RETRY_S)
            if time.monotonic() - began > _HELD_S:
                retry_s = _FIRST_RETRY_S
            # Jitter: after a broker's restart not everybody comes at the same moment.
            self._stopping.wait(retry_s * random.uniform(0.5, 1.0))  # noqa: S311
            retry_s = min(2 * retry_s, _LONGEST_RETRY_S)

    def _connect_once(self, *, complain: bool) -> None:
        """Connect and stay until the connection is lost."""
        self._lost.clear()
        client = self._new_client()
        try:
            client.connect(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        except (OSError, ValueError) as error:
            if complain:
                _log.warning("no broker at %s: %s", self._address, error)
            return
        self._client = client
        client.loop_start()
        if not self._stopping.is_set():
            self._lost.wait()
        client.disconnect()
        client.loop_stop()
        self._client = None

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = _CONNECT_TIMEOUT_S
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self,
        client: Client,
        _data: object,
        _flags: object,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if reason.is_failure:
            _log.warning("the broker at %s refuses the hub: %s", self._address, reason)
            return
        _log.info("connected to the broker at %s", self._address)
        client.subscribe([(edge_topic("+", "+", topic), 1) for topic in _FROM_EDGES])
        self._greet.set()
        self._wake()

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: object,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if not self._stopping.is_set():
            _log.warning("lost the broker at %s: %s", self._address, reason)
        self._lost.set()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        received = Received(message.topic, bytes(message.payload), message.retain)
        try:
            if received.topic.endswith(_EVENTS):
                self._handlers.events(received)
            else:
                self._inbox.put_nowait(received)
        except queue.Full:
            _log.warning("too many messages at once; dropped one of %s", received.topic)
        except Exception:  # noqa: BLE001
            # An error that left this callback would end the library's thread.
            _log.exception("a message of %s could not be taken", received.topic)

    def _wake(self) -> None:
        # A full inbox means that the worker is awake: it looks at its flags after each message.
        with suppress(queue.Full):
            self._inbox.put_nowait(None)

    def _work(self) -> None:
        while not self._stopping.is_set():
            received = self._inbox.get()
            try:
                if self._greet.is_set():
                    self._greet.clear()
                    self._handlers.connected()
                if received is not None:
                    self._handlers.message(received)
            except Exception:  # noqa: BLE001
                # Whatever one message did, the next one is read.
                _log.exception("failed at %s", received.topic if received else "connecting")


def _send_at_once(_client: Client, _data: object, sock: Any) -> None:  # noqa: ANN401
    """No Nagle: a plan is small and somebody waits for it."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
