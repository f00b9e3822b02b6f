"""A paho client as the agent wants one: MQTT 3.1.1, patient, no exception ends its thread."""

from __future__ import annotations

import random
import socket

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

KEEPALIVE_S = 7
"""A half-open connection is noticed in at most twice this."""


def new_client(client_id: str) -> mqtt.Client:
    """A client that isn't connected yet; the broker forgets it when it goes."""
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=True,
        protocol=mqtt.MQTTv311,
    )
    client.suppress_exceptions = True
    # A fleet that lost its broker at one moment doesn't come back at one moment.
    client.reconnect_delay_set(random.randint(1, 2), random.randint(5, 8))  # noqa: S311
    client.on_socket_open = _send_at_once
    return client


def _send_at_once(_client: mqtt.Client, _userdata: object, sock: mqtt.SocketLike) -> None:
    if isinstance(sock, socket.socket):
        # Small messages must not wait for the acknowledgement of the one before.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
