"""Somebody else at the broker, who hears everything."""

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.waiting import wait_until


class Listener:
    """A client that is there at once, hears every topic, and says what it is told to."""

    def __init__(self, port: int) -> None:
        self.heard: list[mqtt.MQTTMessage] = []
        self._ready = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_subscribe = self._subscribed
        self._client.on_message = lambda _client, _data, message: self.heard.append(message)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        wait_until(lambda: self._ready, 10, "the listener to be there")

    def said(self, topic: str) -> list[bytes]:
        """What was said on ``topic`` since it listens; what the broker had kept is left out."""
        return [bytes(it.payload) for it in self.heard if it.topic == topic and not it.retain]

    def say(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """Say it, and return when the broker has it."""
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(5)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _subscribed(self, *_: object) -> None:
        self._ready = True
