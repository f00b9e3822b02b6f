"""The floor of the ingest benchmark: paho plus batched executemany, one event a message.

Run as a process: ``python -m tests.bench.floor_recorder MQTT_PORT DATABASE COUNT``; prints
``ready``, and the wall time when COUNT events are committed with synchronous=FULL.
"""

import queue
import sqlite3
import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.figures import say

TOPIC = "floor/events"


def main(port: int, database: str, count: int) -> None:
    received: queue.SimpleQueue[tuple[str, bytes | bytearray]] = queue.SimpleQueue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="floor-recorder")
    client.on_message = lambda _client, _data, message: received.put(
        (message.topic, message.payload)
    )
    client.on_subscribe = lambda *_: say("ready")
    client.connect("127.0.0.1", port)
    client.subscribe(f"{TOPIC}/#")
    client.loop_start()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, topic TEXT, body BLOB)")
    stored = 0
    while stored < count:
        batch = [received.get()]
        while not received.empty():
            batch.append(received.get())
        with connection:
            connection.executemany("INSERT INTO event (topic, body) VALUES (?, ?)", batch)
        stored += len(batch)
    say(repr(time.time()))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
