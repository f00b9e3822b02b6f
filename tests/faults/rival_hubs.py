"""A shop floor with one agent, over which hubs, copies of databases and standbys come and go."""

from __future__ import annotations

import json
import sqlite3
import urllib.error
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.hub.test_link import Listener
from tests.parts.mosquitto import Mosquitto
from tests.parts.nursery import run
from tests.parts.stemning_processes import Agent, Hub
from tests.waiting import wait_until

LIGHT_PIN = 12
SOON_S = 15.0
SHOP = """
scenes: scenes
stores:
  - id: nordic
    name: Nordic
    time_zone: Europe/Copenhagen
    zones:
      - {id: entrance, name: Entrance, fallback: dim}
      - {id: cellar, name: Cellar, fallback: dim}
"""
SCENE = (
    "name: {name}\nmood: focus\nexperience: aesthetic\n"
    "light: {{all: {{level: {level}, fade_s: 0.1}}}}\n"
)
LEVELS = {"dim": 10, "bright": 70, "event": 90}
EDGE = """
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "entrance"
"""
OVERRIDE = "/api/v1/zones/entrance/override"


class Floor:
    """The broker, the agent, and as many hubs as a test likes."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self._directory = directory
        self._stack = stack
        self._shop = directory / "shop.yaml"
        self._shop.write_text(SHOP)
        (directory / "scenes").mkdir()
        for name, level in LEVELS.items():
            text = SCENE.format(name=name.title(), level=level)
            (directory / "scenes" / f"{name}.yaml").write_text(text)
        self.broker = Mosquitto(self._made("broker"))
        self.broker.start()
        stack.callback(self.broker.stop)

    def hub(self, name: str, *, database: str | None = None, settings: tuple[str, ...] = ()) -> Hub:
        """A hub with a data directory of its own, not started yet."""
        hub = Hub(
            self._made(name),
            broker_port=self.broker.port,
            shop=self._shop,
            database=database,
            settings=("--hub-id", name, *settings),
        )
        self._stack.callback(hub.kill)
        return hub

    def agent(self) -> Agent:
        """The agent in the entrance's ceiling, at work."""
        agent = Agent(
            self._made("agent"),
            edge="ceiling",
            store="nordic",
            broker_port=self.broker.port,
            configuration=EDGE,
        )
        agent.start()
        self._stack.callback(agent.kill)
        return agent

    def listener(self) -> Listener:
        """Somebody who hears everything that goes over the broker."""
        listener = Listener(self.broker.port)
        self._stack.callback(listener.stop)
        return listener

    def retained(self, zone: str = "entrance") -> Any:
        """The plan that the broker keeps for a zone."""
        listener = Listener(self.broker.port)
        try:
            wait_until(lambda: listener.plans(zone), SOON_S, "the plan that the broker keeps")
            return listener.plans(zone)[0]
        finally:
            listener.stop()

    def _made(self, name: str) -> Path:
        directory = self._directory / name
        directory.mkdir()
        return directory


@contextmanager
def floor(directory: Path) -> Iterator[Floor]:
    """A shop floor whose parts end with the test."""
    with ExitStack() as stack:
        yield Floor(directory, stack)


def plays(agent: Agent, scene: str) -> bool:
    """Whether the light is as the scene has it."""
    level = agent.pin_level(LIGHT_PIN)
    return level is not None and abs(level * 100 - LEVELS[scene]) < 1


def shines(agent: Agent, scene: str) -> None:
    """Wait until it is."""
    wait_until(lambda: plays(agent, scene), SOON_S, f"{scene} in the ceiling")


def choose(hub: Hub, scene: str, minutes: int = 60) -> Any:
    """A person chooses a scene for the entrance."""
    return hub.call("PUT", OVERRIDE, {"scene": scene, "end": minutes, "author": "Kim"})


def standing(hub: Hub) -> str:
    """How a hub stands to its office."""
    said: str = hub.get("/api/v1/office")["standing"]
    return said


def command(hub: Hub, *words: str) -> tuple[int, str]:
    """What ``stemning office`` says of a hub, and its exit code."""
    words = ("office", *words, "--hub", hub.address)
    ended = run(words, cwd=hub.directory, environment=hub.environment)
    return ended.returncode, ended.stdout + ended.stderr


def confirm(hub: Hub) -> Any:
    """A person says that this hub's database is the right one."""
    word = {"author": "Kim", "why": "the copy was put back on purpose"}
    return hub.call("POST", "/api/v1/office/confirm", word)


def refusal(hub: Hub) -> Any:
    """What a hub answers to a choice that it doesn't take."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        choose(hub, "bright")
    with refused.value as answer:
        said = json.load(answer)
        assert (answer.code, said["code"]) == (409, "hub.not-in-office")
    return said["message"]


def copy_of(hub: Hub) -> bytes:
    """A whole copy of a running hub's SQLite database."""
    path = hub.database.removeprefix("sqlite:///")
    with (
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        source.backup(copy)
        return copy.serialize()


def put_back(hub: Hub, copy: bytes | None) -> None:
    """Replace a stopped hub's database by a copy, or by nothing."""
    path = Path(hub.database.removeprefix("sqlite:///"))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)
    if copy is not None:
        path.write_bytes(copy)
