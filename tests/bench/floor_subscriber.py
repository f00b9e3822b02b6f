"""The floor's subscriber: prints the wall time at which each burst of N messages was complete.

Run as a process: ``python -m tests.bench.floor_subscriber MQTT_PORT COUNT``.
"""

import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.figures import say
from tests.bench.floor_app import TOPIC


def main(port: int, burst: int) -> None:
    received = 0

    def on_message(_client: mqtt.Client, _userdata: object, _message: mqtt.MQTTMessage) -> None:
        nonlocal received
        received += 1
        if received % burst == 0:
            say(repr(time.time()))

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="floor-subscriber")
    client.on_message = on_message
    client.on_subscribe = lambda *_: say("ready")
    client.connect("127.0.0.1", port)
    client.subscribe(f"{TOPIC}/#")
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
