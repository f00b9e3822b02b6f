"""The agent alone is killed, again and again, while plans arrive and sensors fire.

Nothing that it recorded is lost and no plan becomes unreadable. AGENT_KILLS (default 200) says
how often; ``make soak`` asks for more.
"""

import os
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import Committed, PlanMessage, RawEventBatch
from scenes.topics import EdgeTopic, edge_topic, plan_topic
from tests.edge.fakes import plan, scene
from tests.edge.test_link import Hub
from tests.faults.test_nothing_lost import Visitors
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

KILLS = int(os.environ.get("AGENT_KILLS", "200"))
SEED = int(os.environ.get("KILL_SEED", "20261121"))
AT_ONCE = 4
PLAN_EVERY_S = 0.15
EDGE = """
[outbox]
group_s = 0.05
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "hall"
[sensors.door]
driver = "gpio-pir"
pin = 5
zone = "hall"
"""
Numbered = tuple[str, int]


class Book:
    """A hub as far as events go: it takes every second batch of an edge, and says so."""

    def __init__(self, listener: Hub, edge: str) -> None:
        self.events: dict[Numbered, bytes] = {}
        self._listener = listener
        self._edge = edge
        self._reached: dict[str, int] = {}
        self._batches = 0
        topic = edge_topic("nordic", edge, EdgeTopic.EVENTS)
        listener.client.message_callback_add(topic, lambda *it: self._take(bytes(it[2].payload)))

    def _take(self, message: bytes) -> None:
        self._batches += 1
        if self._batches % 2:
            return
        batch = decode(RawEventBatch, message)
        bodies = {msgspec.json.decode(bytes(raw))["seq"]: bytes(raw) for raw in batch.events}
        if min(bodies) > self._reached.get(batch.boot, 0) + 1:
            return  # what lies before it was not taken, and comes again
        self.events.update({(batch.boot, seq): body for seq, body in bodies.items()})
        reached = max(self._reached.get(batch.boot, 0), *bodies)
        self._reached[batch.boot] = reached
        word = Committed(store="nordic", edge=self._edge, boot=batch.boot, seq=reached)
        topic = edge_topic("nordic", self._edge, EdgeTopic.COMMITTED)
        self._listener.client.publish(topic, encode(word), qos=1)


class Card:
    """What is on an agent's disk after a kill, read from a copy: the agent mends its own."""

    def __init__(self, agent: Agent, copy: Path) -> None:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(agent.data, copy)
        self.events: dict[Numbered, bytes] = {}
        self.last: dict[str, int] = {}
        with closing(sqlite3.connect(copy / "outbox.db")) as outbox:
            if outbox.execute("SELECT 1 FROM sqlite_master WHERE name = 'event'").fetchone():
                rows: Any = outbox.execute("SELECT boot, seq, body FROM event")
                self.events = {(boot, seq): body for boot, seq, body in rows}
                self.last = dict(outbox.execute("SELECT boot, last_seq FROM boot"))
        store = PlanStore(copy / "plans", "nordic")
        found = store.load(["hall"]).get("hall")
        self.revision = 0 if found is None else found.revision
        self.problems = dict(store.problems)


class Victim(threading.Thread):
    """One agent that is started and killed ``kills`` times, with a look at its disk each time."""

    def __init__(self, agent: Agent, directory: Path, kills: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.agent = agent
        self.seen: dict[Numbered, bytes] = {}
        self.last: dict[str, int] = {}
        self.revisions: list[int] = []
        self.failure: BaseException | None = None
        self._copy = directory / "copy"
        self._kills = kills
        self._chance = random.Random(seed)

    def run(self) -> None:
        try:
            for _ in range(self._kills):
                self.agent.record.unlink(missing_ok=True)
                self.agent.launch()
                self._live()
                self.agent.kill()
                if self.agent.data.exists():
                    self.look()
        except BaseException as error:  # noqa: BLE001 - the test's own thread shows it
            self.failure = error

    def _live(self) -> None:
        """Until a random moment: of its start, of its first steps, or of storing plan on plan."""
        stage = self._chance.random()
        plans = self._plans()
        if stage > 0.4:
            wait_until(self.agent.ready, 20, "the agent to take its pins")
        if stage > 0.85:
            wait_until(lambda: self._plans() - plans, 20, "a new plan on the disk")
        # Not a wait for anything: the moment of death is what is random here.
        time.sleep(self._chance.uniform(0, 0.25))

    def _plans(self) -> set[Path]:
        return set((self.agent.data / "plans" / "hall").glob("*.json"))

    def look(self) -> None:
        card = Card(self.agent, self._copy)
        assert card.problems == {}, "a plan is unreadable"
        assert card.revision >= max(self.revisions, default=0), "a stored plan is gone"
        self.revisions.append(card.revision)
        self.seen.update(card.events)
        for boot, last in self.last.items():
            assert card.last.get(boot, 0) >= last, "numbers go on"
        self.last.update(card.last)


def publish_plans(listener: Hub, ended: threading.Event) -> None:
    revision = 0
    while not ended.wait(PLAN_EVERY_S):
        revision += 1
        level = scene("dim" if revision % 2 else "bright", 10.0 if revision % 2 else 80.0, fade_s=0)
        it = plan([(-60, level)], revision=revision, start=datetime.now(UTC))
        message = encode(PlanMessage(plan=it))
        listener.client.publish(plan_topic("nordic", "hall"), message, qos=1, retain=True)


@pytest.fixture
def victims(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[list[Victim]]:
    made = []
    for number in range(AT_ONCE):
        directory = tmp_path / f"edge-{number}"
        directory.mkdir()
        agent = Agent(
            directory,
            edge=f"edge-{number}",
            store="nordic",
            broker_port=mosquitto.port,
            configuration=EDGE,
        )
        agent.start()
        agent.kill()
        made.append(Victim(agent, directory, KILLS // AT_ONCE, SEED + number))
    yield made
    for victim in made:
        victim.agent.kill()


@pytest.mark.slow
@pytest.mark.timeout(60 + KILLS)
def test_kills_lose_nothing_recorded_and_leave_every_plan_readable(
    victims: list[Victim], mosquitto: Mosquitto
) -> None:
    listener, ended = Hub(mosquitto.port), threading.Event()
    books = [Book(listener, victim.agent.edge) for victim in victims]
    waving = [Visitors(victim.agent.drive) for victim in victims]
    planning = threading.Thread(target=publish_plans, args=(listener, ended), daemon=True)
    for thread in (*waving, planning, *victims):
        thread.start()
    for victim in victims:
        victim.join(60 + KILLS)
    ended.set()
    for visitors in waving:
        visitors.stop()
    planning.join(5)
    for victim, book in zip(victims, books, strict=True):
        if victim.failure is not None:
            raise victim.failure
        wait_until(lambda book=book: settled(book), 5, "the broker to be quiet")  # type: ignore[misc]
        assert_nothing_lost(victim, book)
        assert len(set(victim.revisions)) > KILLS // AT_ONCE // 10, "plans were stored all the time"
        assert len(book.events) > KILLS // AT_ONCE, "and events flowed"
    listener.close()


def settled(book: Book) -> bool:
    before = len(book.events)
    time.sleep(0.2)
    return len(book.events) == before


def assert_nothing_lost(victim: Victim, book: Book) -> None:
    """Whatever was on the disk once is there still or the hub's, and nothing has two contents."""
    left = Card(victim.agent, victim.agent.directory / "copy").events
    for number, body in victim.seen.items():
        assert left.get(number, book.events.get(number)) == body, number
    for number in left.keys() & book.events.keys():
        assert left[number] == book.events[number], number
    for boot, last in victim.last.items():
        numbers = sorted(seq for its, seq in left.keys() | book.events.keys() if its == boot)
        assert numbers == list(range(1, last + 1)), f"boot {boot} has a gap"
