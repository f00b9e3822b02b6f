"""A person's choice while triggers flood in: ``python -m tests.bench.trigger_flood``.

PUT override over REST, from the request until the answer, on a real hub (SQLite) and a real
Mosquitto: first in peace, which is the floor, then while somebody sends 10,000 triggers with a
wrong token over one topic, and again over a thousand topics.
"""

import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from scenes.codec import encode
from scenes.messages import Trigger
from scenes.topics import trigger_topic
from tests.bench.figures import Spread, say
from tests.hub.shops import SHOP_FILE
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Hub
from tests.waiting import wait_until

CHOICES, FLOOD = 150, 10_000
PACE_S = 0.02


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="stemning-bench-") as place:
        directory = Path(place)
        shop = directory / "shop.yaml"
        shop.write_text(SHOP_FILE, encoding="utf-8")
        for part in ("broker", "hub"):
            (directory / part).mkdir()
        broker = Mosquitto(directory / "broker", ["max_queued_messages 0"])
        broker.start()
        hub = Hub(directory / "hub", broker_port=broker.port, shop=shop)
        try:
            hub.start()
            floor = choices(hub)
            say(f"in peace                    {spread(floor)}")
            for topics in (1, 1000):
                flood = threading.Thread(target=send_flood, args=(hub, broker.port, topics))
                flood.start()
                found = choices(hub, flood)
                flood.join()
                ratio = found.p50 / floor.p50
                say(f"10,000 over {topics:5} topic(s)   {spread(found)}   p50 {ratio:.1f} x floor")
            say("; ".join(results(hub)))
        finally:
            hub.kill()
            broker.kill()


def choices(hub: Hub, flood: threading.Thread | None = None) -> Spread:
    """Milliseconds of choices one after the other; while ``flood`` goes on, if there is one."""
    took: list[float] = []
    with httpx.Client(base_url=hub.address, headers=hub.headers, timeout=30) as client:
        while flood.is_alive() if flood else len(took) < CHOICES:
            scene = ("evening", "calm-morning")[len(took) % 2]
            began = time.perf_counter()
            answer = client.put(
                "/api/v1/zones/entrance/override",
                json={"scene": scene, "end": 30},
                headers={"If-Match": "*"},
            )
            took.append((time.perf_counter() - began) * 1000)
            answer.raise_for_status()
            time.sleep(PACE_S)
    return Spread.of(took)


def send_flood(hub: Hub, port: int, topics: int) -> None:
    """10,000 triggers with a wrong token, as fast as the broker takes them."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for number in range(FLOOD):
        trigger = Trigger(
            id=f"t-{number}",
            zone="entrance",
            scene="evening",
            key="k",
            expires_at=datetime.now(UTC) + timedelta(minutes=5),
            token="mirrors.wrong",
        )
        client.publish(trigger_topic("nordic", f"mirrors-{number % topics}"), encode(trigger), 1)
    client.publish("flood/end", b"", 1).wait_for_publish(60)
    wait_until(lambda: read(hub) % FLOOD == 0, 60, "that the hub took all of it")
    client.disconnect()
    client.loop_stop()


def results(hub: Hub) -> list[str]:
    """What became of all triggers, as the hub counts them."""
    lines = httpx.get(f"{hub.address}/metrics", headers=hub.headers, timeout=30).text.splitlines()
    return [line for line in lines if line.startswith("stemning_triggers_total")]


def read(hub: Hub) -> int:
    """How many triggers the hub has done with."""
    return int(sum(float(line.split()[-1]) for line in results(hub)))


def spread(of: Spread) -> str:
    """In words."""
    return f"p50 {of.p50:7.1f} ms   p99 {of.p99:7.1f} ms   most {of.largest:7.1f} ms"


if __name__ == "__main__":
    main()
