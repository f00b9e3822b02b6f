"""(b) Events made durable per second by the hub, committed and acknowledged end to end.

The floor, measured in the same run: paho plus batched executemany with synchronous=FULL, one
event a message. The hub runs as a process with its real database; events come as from an edge.
"""

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import say
from tests.bench.override_latency import SCENE, SHOP
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Hub

EVENTS = 40_000
ROUNDS = 3
SOURCE = (sys.executable, "-m", "tests.bench.event_source")


def floor_rate(directory: Path, broker: Mosquitto, number: int) -> float:
    """Events per second of the bare recorder."""
    recorder = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.bench.floor_recorder",
            str(broker.port),
            str(directory / f"floor-{number}.db"),
            str(EVENTS),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert recorder.stdout is not None
    assert recorder.stdout.readline() == "ready\n"
    source = subprocess.run(
        [*SOURCE, "floor", str(broker.port), str(EVENTS)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    finished, _ = recorder.communicate(timeout=120)
    return EVENTS / (float(finished) - float(source.stdout))


def stemning_rate(broker: Mosquitto) -> float:
    """Events per second of the hub."""
    source = subprocess.run(
        [*SOURCE, "stemning", str(broker.port), str(EVENTS)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=180,
    )
    begun, ended = (float(line) for line in source.stdout.split())
    return EVENTS / (ended - begun)


def main() -> None:
    """Print the table."""
    say(f"(b) events made durable per second, {EVENTS} events, {ROUNDS} rounds")
    say(f"    {'floor/s':>10} {'hub/s':>10} {'hub/floor':>10}")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        for folder in ("mosquitto", "hub", "scenes"):
            (directory / folder).mkdir()
        (directory / "scenes" / "low.yaml").write_text(SCENE.format(name="Low", level=20))
        (directory / "shop.yaml").write_text(SHOP)
        broker = Mosquitto(directory / "mosquitto", ["max_queued_messages 0"])
        broker.start()
        stack.callback(broker.stop)
        hub = Hub(directory / "hub", broker_port=broker.port, shop=directory / "shop.yaml")
        hub.start()
        stack.callback(hub.stop)
        for number in range(ROUNDS):
            floor, ours = floor_rate(directory, broker, number), stemning_rate(broker)
            say(f"    {floor:>10.0f} {ours:>10.0f} {ours / floor:>10.2f}")


if __name__ == "__main__":
    main()
