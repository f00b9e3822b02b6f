"""Hub, broker and agent die at random moments while events flow; nothing recorded is lost.

KILL_ROUNDS (default 100) says how often; ``make soak`` asks for thousands.
"""

import contextlib
import errno
import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.parts.mosquitto import Mosquitto
from tests.parts.server import Server
from tests.parts.stemning_processes import Agent, Hub
from tests.waiting import wait_until

ROUNDS = int(os.environ.get("KILL_ROUNDS", "100"))
SEED = int(os.environ.get("KILL_SEED", "20261121"))
SHOPS = 2
LONGEST_LIFE_S = 1.2
HUB_MAY_GET_READY = 0.6
SENSOR_PIN = 5

SHOP = """
stores:
  - id: nordic
    name: Nordic
    time_zone: Europe/Copenhagen
    zones:
      - {id: entrance, name: Entrance, fallback: trading}
    rules: []
"""
EDGE = """
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "entrance"

[sensors.door]
driver = "gpio-pir"
pin = 5
zone = "entrance"
"""


class Visitors(threading.Thread):
    """Wave at the sensor some twenty times a second, as long as the agent lives to see it."""

    def __init__(self, drive: Path) -> None:
        super().__init__(daemon=True)
        self._drive = drive
        self._leave = threading.Event()
        self.waves = 0

    def run(self) -> None:
        present = False
        while not self._leave.wait(0.05):
            present = not present
            try:
                pipe = os.open(self._drive, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if error.errno in {errno.ENXIO, errno.ENOENT}:
                    continue  # nobody is there to see the wave
                raise
            with contextlib.suppress(BrokenPipeError, BlockingIOError):
                os.write(pipe, f"{SENSOR_PIN} {int(present)}\n".encode())
                self.waves += 1
            os.close(pipe)

    def stop(self) -> None:
        self._leave.set()
        self.join(5)


@contextlib.contextmanager
def shop(mosquitto: Mosquitto, directory: Path) -> Iterator[tuple[Hub, Agent]]:
    (directory / "shop.yaml").write_text(SHOP)
    for name in ("hub", "agent"):
        (directory / name).mkdir()
    hub = Hub(directory / "hub", broker_port=mosquitto.port, shop=directory / "shop.yaml")
    agent = Agent(
        directory / "agent",
        edge="ceiling",
        store="nordic",
        broker_port=mosquitto.port,
        configuration=EDGE,
    )
    try:
        hub.start()
        agent.start()
        yield hub, agent
    finally:
        agent.kill()
        hub.kill()


def recorded(agent: Agent) -> dict[str, int]:
    """The last number that the agent gave in each of its boots, as its own disk says."""
    with closing(sqlite3.connect(agent.data / "outbox.db")) as outbox:
        return dict(outbox.execute("SELECT boot, last_seq FROM boot WHERE last_seq > 0"))


def stored(hub: Hub) -> dict[str, tuple[int, int, int, int]]:
    """For each boot: rows, different numbers, the smallest and the largest number."""
    query = (
        "SELECT boot, count(*), count(DISTINCT seq), min(seq), max(seq) "
        "FROM event WHERE edge = 'ceiling' GROUP BY boot"
    )
    with closing(sqlite3.connect(hub.database.removeprefix("sqlite:///"))) as database:
        return {boot: tuple(numbers) for boot, *numbers in database.execute(query)}


@pytest.mark.slow
@pytest.mark.timeout(60 + 20 * ROUNDS)
def test_every_recorded_event_is_in_the_table_once(tmp_path: Path) -> None:
    """In two shops at once: most of the time one waits for a hub to start."""
    with ThreadPoolExecutor(SHOPS) as pool:
        list(pool.map(lambda number: die_often(tmp_path / f"shop-{number}", number), range(SHOPS)))


def die_often(directory: Path, number: int) -> None:
    (directory / "mosquitto").mkdir(parents=True)
    mosquitto = Mosquitto(directory / "mosquitto")
    mosquitto.start()
    try:
        with shop(mosquitto, directory) as (hub, agent):
            nothing_is_lost(hub, mosquitto, agent, random.Random(SEED + number))
    finally:
        mosquitto.kill()


def nothing_is_lost(hub: Hub, mosquitto: Mosquitto, agent: Agent, chance: random.Random) -> None:
    rounds = ROUNDS // SHOPS
    visitors = Visitors(agent.drive)
    visitors.start()
    victims: tuple[Server, ...] = (hub, mosquitto, agent)
    stored_on_the_way = 0
    for _ in range(rounds):
        # Not a wait for anything: the moment of death is what is random here, and it may
        # fall into somebody's start.
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        victim = chance.choice(victims)
        victim.kill()
        victim.launch()
        if victim is hub and chance.random() < HUB_MAY_GET_READY:
            wait_until(hub.ready, 60, "the hub to serve again")
        stored_on_the_way = max(stored_on_the_way, sum(row[0] for row in stored(hub).values()))
    visitors.stop()
    wait_until(hub.ready, 60, "the hub to serve again")

    def all_is_stored() -> bool:
        last_numbers = recorded(agent)
        # Each boot: as many rows as numbers, all different, from 1 to the last.
        expected = {boot: (last, last, 1, last) for boot, last in last_numbers.items()}
        assert stored(hub) == expected
        return True

    wait_until(all_is_stored, 60, "every recorded event to be stored once")
    last_numbers = recorded(agent)
    assert len(last_numbers) > rounds // 12, "the agent died and came back many times"
    assert sum(last_numbers.values()) > rounds, f"events flowed ({visitors.waves} waves)"
    assert stored_on_the_way > rounds, "the hub stored events in between, not only at the end"
