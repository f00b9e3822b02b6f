"""The hub's connection to the broker.

A callback of the MQTT library only hands on what it got. Every connection is a new client
object: the library would send again what an old connection left unsent, and so put an older
plan over a newer one.

The network is served here and not by the library's own thread: so ``publish`` writes to the
socket itself instead of waking another thread, and any number of files may be open (the
library's loop uses ``select``, which ends at file 1023).
"""

from __future__ import annotations

import logging
import queue
import random
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from hub.broker_address import BrokerAddress
from scenes.topics import EdgeTopic, echo_topic, edge_topic, plan_topic, trigger_topic

KEEPALIVE_S = 5
_CONNECT_TIMEOUT_S = 5.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.2, 5.0
_HELD_S = 10.0
_RIVAL_LOSSES = 3
_RIVAL_HELD_S, _RIVAL_RETRY_S = 75.0, 60.0
_LOOK_AGAIN_MS = 1000
_LISTEN_S = 2.0
"""A broker that keeps nothing more than this back has handed on what it had retained."""
_INBOX = 10_000
_FROM_EDGES = (EdgeTopic.HELLO, EdgeTopic.STATE, EdgeTopic.EVENTS, EdgeTopic.REPLY)
_HEARD = (
    *(edge_topic("+", "+", topic) for topic in _FROM_EDGES),
    trigger_topic("+", "+"),
    plan_topic("+", "+"),
)
_EVENTS = f"/{EdgeTopic.EVENTS.value}"
_EVENTS_LEVELS = edge_topic("+", "+", EdgeTopic.EVENTS).count("/")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """A message from the broker; ``retained`` if the broker had kept it."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who is told. ``events`` is called between two looks at the network and may not wait.

    ``message`` (everything but events) and ``connected`` are called in the link's own thread, one
    at a time. ``connected`` comes after each connecting, when all that the broker had retained was
    handed on.
    """

    events: Callable[[Received], None]
    message: Callable[[Received], None]
    connected: Callable[[], None]


class Link:
    """Keeps a connection to the broker, for ever. ``publish`` may be called from any thread.

    ``heard_out``: what the broker had retained when this connection began was handed on.
    """

    def __init__(self, address: BrokerAddress, client_id: str, handlers: Handlers) -> None:
        self._address = address
        self._client_id = client_id
        self._handlers = handlers
        self._client: Client | None = None
        self._connected_at: float | None = None
        self._heard_at = time.monotonic()
        self._losses = 0
        self._lost = threading.Event()
        self._stopping = threading.Event()
        self._echo = echo_topic(client_id)
        self._expected = (self._echo, b"")
        self._heard_out_at: float | None = None
        self.heard_out = False
        # The library's client may be used by one thread at a time.
        self._io = threading.RLock()
        self._waker: socket.socket | None = None
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

    @property
    def silent_s(self) -> float:
        """For how long nothing has come from the broker; it is asked for a sign every 5 s.

        A connection that is lost was dumb before: this counts from the last word, not from when
        its loss was noticed.
        """
        return time.monotonic() - self._heard_at

    @property
    def problem(self) -> str | None:
        """What is wrong with the connection, in words; None while all is well.

        A broker throws out whoever has the name of a newcomer and doesn't say why. So connections
        that are lost soon, and again at once, are what a second hub of the same name looks like.
        """
        if self._rival and self._held_s() <= _RIVAL_HELD_S:
            return (
                f"another client seems to use the name {self._client_id} at the broker "
                f"{self._address}, and each throws the other out: give every hub its own hub_id"
            )
        return None if self.connected else f"the broker at {self._address} does not answer"

    def start(self) -> None:
        """Connect, now or as soon as the broker is there."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Leave the broker and end the threads."""
        self._stopping.set()
        self._lost.set()
        self._wake_network()
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
        with self._io:
            sent = client.publish(topic, payload, qos=1, retain=retain)
            left_over = client.want_write()
        if left_over:
            self._wake_network()
        return sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _keep_connected(self) -> None:
        retry_s = _FIRST_RETRY_S
        while not self._stopping.is_set():
            self._connect_once(complain=retry_s == _FIRST_RETRY_S)
            if self._count_loss():
                retry_s = _FIRST_RETRY_S
            # Jitter: after a broker's restart not everybody comes at the same moment.
            self._stopping.wait(retry_s * random.uniform(0.5, 1.0))  # noqa: S311
            retry_s = min(2 * retry_s, _RIVAL_RETRY_S if self._rival else _LONGEST_RETRY_S)

    @property
    def _rival(self) -> bool:
        return self._losses >= _RIVAL_LOSSES

    def _held_s(self) -> float:
        """How long this connection has held; 0 when there is none."""
        began = self._connected_at
        return 0.0 if began is None else time.monotonic() - began

    def _count_loss(self) -> bool:
        """Remember how the connection that is over went; whether it held as it should."""
        # Rivals wait up to a minute before they throw each other out again.
        held = self._held_s() > (_RIVAL_HELD_S if self._rival else _HELD_S)
        if held or self._connected_at is None:
            # A broker that can't be reached is another trouble.
            self._losses = 0
        elif not self._stopping.is_set():
            self._losses += 1
        self._connected_at = None
        if self._losses == _RIVAL_LOSSES:
            _log.error("%s", self.problem)
        return held

    def _connect_once(self, *, complain: bool) -> None:
        """Connect and stay until the connection is lost."""
        self._lost.clear()
        self.heard_out, self._heard_out_at = False, None
        client = self._new_client()
        try:
            client.connect(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        except (OSError, ValueError) as error:
            if complain:
                _log.warning("no broker at %s: %s", self._address, error)
            return
        ours, waker = socket.socketpair()
        with ours, waker:
            ours.setblocking(False)
            waker.setblocking(False)
            self._waker, self._client = waker, client
            while not (self._lost.is_set() or self._stopping.is_set()):
                self._serve(client, ours)
            self._client = None
            with self._io:
                client.disconnect()
                client.loop_write()

    def _serve(self, client: Client, ours: socket.socket) -> None:
        """Wait until there is something to read or write, at most a second, and do it."""
        network = client.socket()
        if network is None:
            self._lost.set()
            return
        waiting = select.poll()
        waiting.register(network, select.POLLIN | (select.POLLOUT if client.want_write() else 0))
        waiting.register(ours, select.POLLIN)
        ready = dict(waiting.poll(_LOOK_AGAIN_MS))
        if ours.fileno() in ready:
            ours.recv(4096)
        with self._io:
            if ready.get(network.fileno(), 0) & ~select.POLLOUT:
                self._heard_at = time.monotonic()
                client.loop_read()
            if client.want_write():
                client.loop_write()
            client.loop_misc()

    def _wake_network(self) -> None:
        waker = self._waker
        # A full pipe wakes as well, and one that is closed belongs to a lost connection.
        with suppress(OSError):
            if waker is not None:
                waker.send(b"!")

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
        self._connected_at = time.monotonic()
        _log.info("connected to the broker at %s", self._address)
        client.subscribe([(topic, 1) for topic in (*_HEARD, self._echo)])
        # A broker hands on in order: before the echo comes whatever it had retained.
        self._expected = (self._echo, token_bytes(8))
        client.publish(*self._expected, qos=1)
        self._heard_out_at = time.monotonic() + _LISTEN_S
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
        self.heard_out, self._heard_out_at = False, None
        self._lost.set()
        self._wake_network()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        received = Received(message.topic, bytes(message.payload), message.retain)
        try:
            # An integration may be called "events": its topic has a level less.
            if received.topic.endswith(_EVENTS) and received.topic.count("/") == _EVENTS_LEVELS:
                self._handlers.events(received)
            else:
                self._inbox.put_nowait(received)
        except queue.Full:
            _log.warning("too many messages at once; dropped one of %s", received.topic)
        except Exception:  # noqa: BLE001
            # An error that left this callback would end the link's thread.
            _log.exception("a message of %s could not be taken", received.topic)

    def _wake(self) -> None:
        # A full inbox means that the worker is awake: it looks at its flags after each message.
        with suppress(queue.Full):
            self._inbox.put_nowait(None)

    def _work(self) -> None:
        while not self._stopping.is_set():
            received = self._next()
            try:
                if received is not None and received.topic != self._echo:
                    self._handlers.message(received)
                if self._heard_all(received):
                    self.heard_out, self._heard_out_at = True, None
                    self._handlers.connected()
            except Exception:  # noqa: BLE001
                # Whatever one message did, the next one is read.
                _log.exception("failed at %s", received.topic if received else "connecting")

    def _next(self) -> Received | None:
        """The next message; None when there was something else to see."""
        until = self._heard_out_at
        try:
            return self._inbox.get(
                timeout=None if until is None else max(0.0, until - time.monotonic())
            )
        except queue.Empty:
            return None

    def _heard_all(self, received: Received | None) -> bool:
        """Whether this is the echo, or was waited for long enough."""
        until = self._heard_out_at
        if until is None:
            return False
        echoed = received is not None and (received.topic, received.payload) == self._expected
        if not echoed and time.monotonic() < until:
            return False
        if not echoed:
            _log.warning("the broker at %s does not hand the hub's own words back", self._address)
        return True


def _send_at_once(_client: Client, _data: object, sock: Any) -> None:  # noqa: ANN401
    """No Nagle: a plan is small and somebody waits for it."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
