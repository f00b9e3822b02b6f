"""(d) How far apart fifty agents on one broker begin one scene, in milliseconds.

Fifty processes, each with one light on a mock pin. *Scheduled*: a plan with a slot every second;
an agent begins when its pin first moves after the slot's start. *Override*: the hub's API.
The spread of a round is the last agent's beginning less the first one's. The floor of the same
run: fifty bare Python processes that wait for the same instants and write one line each. All of
them share this machine's cores, which agents on Pis of their own do not.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from scenes.codec import encode
from scenes.messages import PlanMessage
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.scene import LightCue, Scene
from scenes.topics import plan_topic
from tests.bench.figures import Spread, say
from tests.bench.override_latency import PinTail
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent, Hub
from tests.waiting import wait_until

AGENTS = 50
ROUNDS = 60
EVERY_S = 1.0
LEAD_S = 8.0
STORE, ZONE = "bench", "hall"
LIGHT = '[lights.ceiling]\ndriver = "gpio-pwm"\npin = 12\nzone = "hall"\n'
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
LEVELS = {"low": 20, "high": 80}
FLOOR = """
import os, sys, time
file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for at in map(float, sys.argv[2:]):
    time.sleep(max(at - time.time(), 0))
    os.write(file, f"{time.time()!r}\\n".encode())
"""


def plan(starts: list[datetime]) -> Plan:
    """A plan that changes the scene at each of ``starts``."""
    scenes = {
        name: Scene(id=name, name=name, light={"all": LightCue(level=level, fade_s=0.4)})
        for name, level in LEVELS.items()
    }
    slots = tuple(
        Slot(
            start=start,
            scene=("high", "low")[number % 2],
            layer=Layer.RULE,
            reason="benchmark",
            source="rule:benchmark",
        )
        for number, start in enumerate(starts)
    )
    return Plan(
        store=STORE,
        zone=ZONE,
        epoch=1,
        revision=1,
        compiled_at=datetime.now(UTC),
        slots=slots,
        until=starts[-1] + timedelta(days=1),
        scenes=scenes,
    )


@contextmanager
def agents(directory: Path, broker: Mosquitto) -> Iterator[list[Agent]]:
    """Fifty agents, started."""
    with ExitStack() as stack:
        started = []
        for number in range(AGENTS):
            folder = directory / f"agent-{number}"
            folder.mkdir()
            agent = Agent(
                folder,
                edge=f"agent-{number}",
                store=STORE,
                broker_port=broker.port,
                configuration=LIGHT,
            )
            agent.start()
            stack.callback(agent.stop)
            started.append(agent)
        yield started


def scheduled(directory: Path, broker: Mosquitto) -> list[float]:
    """The spread of each round of a plan, ms."""
    with agents(directory, broker) as started:
        tails = [PinTail(agent) for agent in started]
        first = datetime.now(UTC) + timedelta(seconds=LEAD_S)
        starts = [first + timedelta(seconds=EVERY_S * n) for n in range(ROUNDS + 1)]
        publish(broker, plan(starts))
        end = starts[-1].timestamp() + 1
        wait_until(lambda: time.time() > end, LEAD_S + ROUNDS * EVERY_S + 10, "the plan to end")
        changes = [sorted(at for at, _ in tail.new_steps()) for tail in tails]
    # The first slot is left out: until it, the agents hold the level of the plan's first scene.
    return [spread_ms(changes, start.timestamp()) for start in starts[1:]]


def spread_ms(changes: list[list[float]], start: float) -> float:
    """Last less first beginning of the round at ``start``."""
    begun = [next(at for at in mine if at >= start - 0.001) for mine in changes]
    return (max(begun) - min(begun)) * 1000


def publish(broker: Mosquitto, it: Plan) -> None:
    """Send a plan as the hub does."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    sent = client.publish(plan_topic(STORE, ZONE), encode(PlanMessage(plan=it)), 1, retain=True)
    sent.wait_for_publish(5)
    client.disconnect()
    client.loop_stop()


def overridden(directory: Path, broker: Mosquitto) -> list[float]:
    """The spread of each override, ms."""
    (directory / "scenes").mkdir()
    for name, level in LEVELS.items():
        serves = "mood: focus\nexperience: aesthetic\n"
        text = f"name: {name.title()}\n{serves}light:\n  all: {{level: {level}, fade_s: 0.4}}\n"
        (directory / "scenes" / f"{name}.yaml").write_text(text)
    (directory / "shop.yaml").write_text(SHOP)
    (directory / "hub").mkdir()
    hub = Hub(directory / "hub", broker_port=broker.port, shop=directory / "shop.yaml")
    with ExitStack() as stack:
        hub.start()
        stack.callback(hub.stop)
        started = stack.enter_context(agents(directory, broker))
        wait_until(
            lambda: len((hub.zone(ZONE)["reported"] or {"edges": []})["edges"]) == AGENTS,
            60,
            "all agents to report",
        )
        tails = [PinTail(agent) for agent in started]
        return [override_once(hub, tails, ("high", "low")[n % 2]) for n in range(ROUNDS)]


def override_once(hub: Hub, tails: list[PinTail], scene: str) -> float:
    """One override; the spread of the agents' first movements, ms."""
    time.sleep(EVERY_S)  # the fade before is over; nothing is waited for here
    for tail in tails:
        tail.new_steps()
    hub.call("PUT", f"/api/v1/zones/{ZONE}/override", {"scene": scene, "end": 30})
    begun: dict[int, float] = {}

    def all_begun() -> bool:
        for number, tail in enumerate(tails):
            for at, _ in tail.new_steps():
                begun.setdefault(number, at)
        return len(begun) == len(tails)

    wait_until(all_begun, 10, "all agents to begin")
    return (max(begun.values()) - min(begun.values())) * 1000


def floor(directory: Path) -> list[float]:
    """The spread of fifty bare processes that wait for the same instants, ms."""
    first = time.time() + LEAD_S
    instants = [first + EVERY_S * n for n in range(ROUNDS)]
    files = [directory / f"floor-{number}" for number in range(AGENTS)]
    processes = [
        subprocess.Popen([sys.executable, "-S", "-c", FLOOR, file, *map(repr, instants)])
        for file in files
    ]
    for process in processes:
        process.wait(LEAD_S + ROUNDS * EVERY_S + 30)
    lines = [[json.loads(line) for line in file.read_text().splitlines()] for file in files]
    return [(max(round_) - min(round_)) * 1000 for round_ in zip(*lines, strict=True)]


def main() -> None:
    """Print the table."""
    say(f"(d) spread of {AGENTS} agents that begin one scene, ms over {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        for folder in ("mosquitto", "scheduled", "overridden"):
            (directory / folder).mkdir()
        broker = Mosquitto(directory / "mosquitto")
        broker.start()
        stack.callback(broker.stop)
        measured = {
            "floor (bare processes)": (Spread.of(floor(directory)), ""),
            "scheduled": (Spread.of(scheduled(directory / "scheduled", broker)), "20"),
            "override": (Spread.of(overridden(directory / "overridden", broker)), "50"),
        }
        base = measured["floor (bare processes)"][0]
        say(f"    {'':24} {'p50':>7} {'p99':>7} {'p99/floor':>10} {'target p99':>11}")
        for what, (spread, target) in measured.items():
            ratio = spread.p99 / base.p99
            say(f"    {what:24} {spread.p50:>7.1f} {spread.p99:>7.1f} {ratio:>10.2f} {target:>11}")


if __name__ == "__main__":
    main()
