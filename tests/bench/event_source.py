"""The publishing side of the ingest benchmark, a process of its own.

``python -m tests.bench.event_source floor MQTT_PORT COUNT`` publishes COUNT single events;
``… stemning MQTT_PORT COUNT`` publishes them as an edge does, in batches that are sent on as the
hub commits, and ends when the last is committed. Prints the wall time of its first publish and,
for Stemning, of the last commit.
"""

import sys
import threading
import time
from datetime import UTC, datetime

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from scenes.codec import decode, encode
from scenes.messages import Committed, EventBatch, Presence
from scenes.topics import EdgeTopic, edge_topic
from tests.bench.figures import say
from tests.bench.floor_recorder import TOPIC

BATCH = 200
WINDOW = 8
DEADLINE_S = 120
BODY = encode(Presence(seq=1, at=datetime.now(UTC), zone="entrance", device="door", present=True))


def floor(port: int, count: int) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="floor-source")
    client.connect("127.0.0.1", port)
    client.loop_start()
    say(repr(time.time()))
    for _ in range(count):
        client.publish(f"{TOPIC}/door", BODY)
    client.disconnect()
    client.loop_stop()


def stemning(port: int, count: int) -> None:
    boot = f"{time.time_ns():016x}"[-16:]
    batches = [
        _batch(boot, first, min(BATCH, count + 1 - first)) for first in range(1, count + 1, BATCH)
    ]
    window = threading.Semaphore(WINDOW)
    done = threading.Event()
    freed = 0

    def on_message(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        nonlocal freed
        committed = decode(Committed, message.payload).seq
        complete = len(batches) if committed == count else committed // BATCH
        for _ in range(complete - freed):
            window.release()
        freed = max(freed, complete)
        if committed == count:
            done.set()

    subscribed = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-edge")
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.subscribe(edge_topic("bench", "flood", EdgeTopic.COMMITTED), qos=1)
    client.loop_start()
    assert subscribed.wait(10)
    say(repr(time.time()))
    for payload in batches:
        assert window.acquire(timeout=DEADLINE_S), "the hub commits no more"
        client.publish(edge_topic("bench", "flood", EdgeTopic.EVENTS), payload, qos=1)
    assert done.wait(DEADLINE_S), "the last event was not committed"
    say(repr(time.time()))


def _batch(boot: str, first: int, size: int) -> bytes:
    now = datetime.now(UTC)
    return encode(
        EventBatch(
            store="bench",
            edge="flood",
            boot=boot,
            events=tuple(
                Presence(
                    seq=first + number,
                    at=now,
                    zone="hall",
                    device="door",
                    present=bool(number % 2),
                )
                for number in range(size)
            ),
        )
    )


if __name__ == "__main__":
    {"floor": floor, "stemning": stemning}[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
