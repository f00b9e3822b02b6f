"""(a) From an override's first byte until the last of N lights at the agents' pins has begun.

N lights of one zone hang at ten agents (ten processes with mock pins, each with N/10 lights).
The floor, measured in the same run: a bare Starlette route that publishes N messages with paho
to one subscriber, without any database. Times are wall clock of one machine, in milliseconds.
A light has begun with its first step: the governor allows no light to jump to its new level.
"""

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from tests.bench.figures import Spread, say
from tests.parts.mosquitto import Mosquitto
from tests.parts.ports import accepts_connections, free_port
from tests.parts.stemning_processes import Agent, Hub
from tests.waiting import wait_until

AGENTS = 10
PINS_PER_CHIP = 20
ROUNDS = 60
WARM_UP = 10
PAUSE_S = 1.2
"""Between two overrides: the fade, and the governor's one flash a second, are over by then."""
FLOOR_PAUSE_S = 0.1
ALIGN_AFTER_S = 20.0

SHOP = """
scenes: scenes
stores:
  - id: bench
    name: Bench
    time_zone: Europe/Copenhagen
    zones:
      - {id: hall, name: Hall, fallback: low}
    rules: []
"""
SCENE = """\
name: {name}
mood: focus
experience: aesthetic
light:
  all: {{level: {level}, fade_s: 0}}
"""
LEVELS = {"low": 20, "high": 80}


class PinTail:
    """Reads what an agent's mock pins did since the last look."""

    def __init__(self, agent: Agent) -> None:
        self._file = agent.record.open()
        self._rest = ""

    def new_steps(self) -> list[tuple[float, tuple[int, int]]]:
        """(wall time, (chip, pin)) of every change of a level since the last look."""
        text = self._rest + self._file.read()
        lines, _, self._rest = text.rpartition("\n")
        changes = [json.loads(line) for line in lines.splitlines() if line]
        return [
            (datetime.fromisoformat(each["at"]).timestamp(), (each["chip"], each["pin"]))
            for each in changes
        ]


def lights(number: int, count: int) -> str:
    """The configuration of one agent's lights."""
    return "".join(
        f'[lights.light-{number}-{light}]\ndriver = "gpio-pwm"\npwm = "software"\nzone = "hall"\n'
        f"pin = {2 + light % PINS_PER_CHIP}\nchip = {light // PINS_PER_CHIP}\n"
        for light in range(count)
    )


@contextmanager
def shop(directory: Path, count: int) -> Iterator[tuple[Hub, list[Agent]]]:
    """Broker, hub and ten agents with ``count`` lights in all."""
    (directory / "scenes").mkdir()
    for name, level in LEVELS.items():
        path = directory / "scenes" / f"{name}.yaml"
        path.write_text(SCENE.format(name=name.title(), level=level))
    (directory / "shop.yaml").write_text(SHOP)
    with ExitStack() as stack:
        broker = Mosquitto(_made(directory / "mosquitto"))
        broker.start()
        stack.callback(broker.stop)
        hub = Hub(_made(directory / "hub"), broker_port=broker.port, shop=directory / "shop.yaml")
        hub.start()
        stack.callback(hub.stop)
        agents = []
        for number in range(AGENTS):
            agent = Agent(
                _made(directory / f"agent-{number}"),
                edge=f"agent-{number}",
                store="bench",
                broker_port=broker.port,
                configuration=lights(number, count // AGENTS),
            )
            agent.start()
            stack.callback(agent.stop)
            agents.append(agent)
        wait_until(
            lambda: len((hub.zone("hall")["reported"] or {"edges": []})["edges"]) == AGENTS,
            ALIGN_AFTER_S,
            "all agents to report",
        )
        yield hub, agents


def measure_stemning(count: int) -> list[float]:
    """Milliseconds of each round."""
    with tempfile.TemporaryDirectory() as name, shop(Path(name), count) as (hub, agents):
        tails = [PinTail(agent) for agent in agents]
        connection = http.client.HTTPConnection(hub.host, hub.port)
        taken = []
        for number in range(WARM_UP + ROUNDS):
            scene = ("high", "low")[number % 2]
            body = json.dumps({"scene": scene, "end": 30})
            time.sleep(PAUSE_S)  # the fade before is over; nothing is waited for here
            for tail in tails:
                tail.new_steps()
            begun = time.time()
            connection.request(
                "PUT",
                "/api/v1/zones/hall/override",
                body,
                {**hub.headers, "Content-Type": "application/json", "If-Match": "*"},
            )
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            last = last_light(tails, count)
            if number >= WARM_UP:
                taken.append((last - begun) * 1000)
        connection.close()
        return taken


def last_light(tails: list[PinTail], count: int) -> float:
    """Wall time at which the last of ``count`` pins made its first step."""
    begun: dict[tuple[int, tuple[int, int]], float] = {}

    def all_begun() -> bool:
        for number, tail in enumerate(tails):
            for at, pin in tail.new_steps():
                begun.setdefault((number, pin), at)
        return len(begun) >= count

    wait_until(all_begun, 10, f"{count} lights to begin")
    return max(begun.values())


def measure_floor(count: int) -> list[float]:
    """Milliseconds of each round of the bare route."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        broker = Mosquitto(_made(Path(name) / "mosquitto"), ["max_queued_messages 0"])
        broker.start()
        stack.callback(broker.stop)
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.floor_app", str(port), str(broker.port)]
        )
        stack.callback(_end, server)
        subscriber = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.floor_subscriber", str(broker.port), str(count)],
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(_end, subscriber)
        assert subscriber.stdout is not None
        assert subscriber.stdout.readline() == "ready\n"
        wait_until(lambda: accepts_connections(port), 20, "the bare route")
        connection = http.client.HTTPConnection("127.0.0.1", port)
        taken = []
        for number in range(WARM_UP + ROUNDS):
            time.sleep(FLOOR_PAUSE_S)
            begun = time.time()
            connection.request("PUT", f"/publish/{count}")
            connection.getresponse().read()
            last = float(subscriber.stdout.readline())
            if number >= WARM_UP:
                taken.append((last - begun) * 1000)
        connection.close()
        return taken


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(10)


def main() -> None:
    """Print the table."""
    say("(a) override to the last light, ms; floor: a bare route that publishes N messages")
    say(f"    {'N':>5} {'floor p50':>10} {'p50':>7} {'p99':>7} {'p50/floor':>10} {'p99/p50':>8}")
    for count in (10, 100, 1000):
        floor, ours = Spread.of(measure_floor(count)), Spread.of(measure_stemning(count))
        say(
            f"    {count:>5} {floor.p50:>10.2f} {ours.p50:>7.2f} {ours.p99:>7.2f} "
            f"{ours.p50 / floor.p50:>10.2f} {ours.p99 / ours.p50:>8.2f}"
        )


if __name__ == "__main__":
    main()
