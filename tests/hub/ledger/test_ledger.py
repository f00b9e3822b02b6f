"""The ledger's thread: what it takes, answers, refuses and outlives."""

from __future__ import annotations

import itertools
import queue
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import DataError
from sqlmodel import col

from hub.clock import utc_now
from hub.database import open_database
from hub.ledger.ledger import MOST_WAITING_BYTES, Ledger
from hub.metrics import Metrics
from hub.tables import EventRow
from scenes.codec import decode
from scenes.messages import Committed
from tests.hub.ledger.events import BOOT, EDGE, NEXT_BOOT, STORE, TOPIC, numbered
from tests.waiting import wait_until


@dataclass
class Desk:
    """A ledger and what it answered."""

    engine: Engine
    ledger: Ledger = field(init=False)
    metrics: Metrics = field(default_factory=Metrics)
    answers: list[Committed] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = Ledger(
            self.engine, self._answer, lambda: self.commits.append(1), utc_now, self.metrics
        )

    def _answer(self, topic: str, payload: bytes) -> None:
        answer = decode(Committed, payload)
        assert topic == f"stemning/v1/{answer.store}/edge/{answer.edge}/committed"
        # Whoever reads the answer finds the events: it was committed before.
        assert len(stored(self.engine, answer.boot)) >= answer.seq
        self.answers.append(answer)

    def answered(self, seq: int, boot: str = BOOT) -> bool:
        """Whether the ledger said that it has everything up to ``seq``."""
        return any(answer.boot == boot and answer.seq >= seq for answer in self.answers)

    def count(self, name: str, **labels: str) -> float:
        """A counter's value."""
        for line in self.metrics.text().decode().splitlines():
            shown = "".join(f'{{{key}="{value}"}}' for key, value in labels.items())
            if line.startswith(f"stemning_{name}_total{shown} "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0


def stored(engine: Engine, boot: str = BOOT) -> list[int]:
    with engine.connect() as connection:
        return list(
            connection.execute(
                select(col(EventRow.seq))
                .where(col(EventRow.boot) == boot)
                .order_by(col(EventRow.seq))
            ).scalars()
        )


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    made = Desk(engine)
    made.ledger.start()
    yield made
    made.ledger.stop()


def test_what_is_stored_is_answered_with_the_commit(desk: Desk) -> None:
    assert desk.ledger.offer(TOPIC, numbered(1, 5))
    wait_until(lambda: desk.answered(5), 5, "the answer")
    assert stored(desk.engine) == [1, 2, 3, 4, 5]
    assert desk.commits
    assert desk.count("events_committed") == 5


def test_what_comes_again_is_answered_again(desk: Desk) -> None:
    for _ in range(2):
        desk.answers.clear()
        desk.ledger.offer(TOPIC, numbered(1, 5))
        wait_until(lambda: desk.answered(5), 5, "the answer")
    assert stored(desk.engine) == [1, 2, 3, 4, 5]
    assert desk.count("events_committed") == 5


def test_only_what_is_new_counts_after_a_restart(desk: Desk) -> None:
    desk.ledger.offer(TOPIC, numbered(1, 5))
    wait_until(lambda: desk.answered(5), 5, "the answer")
    desk.ledger.stop()
    again = Desk(desk.engine)
    again.ledger.start()
    again.ledger.offer(TOPIC, numbered(4, 7))
    wait_until(lambda: again.answered(7), 5, "the answer")
    again.ledger.stop()
    assert again.count("events_committed") == 2


def test_a_gap_is_answered_with_how_far_it_is(desk: Desk) -> None:
    desk.ledger.offer(TOPIC, numbered(4, 6))
    wait_until(lambda: desk.answers, 5, "the answer")
    assert desk.answers[-1].seq == 0
    desk.ledger.offer(TOPIC, numbered(1, 3))
    desk.ledger.offer(TOPIC, numbered(4, 6))
    wait_until(lambda: desk.answered(6), 5, "the answer")
    assert stored(desk.engine) == [1, 2, 3, 4, 5, 6]
    assert desk.count("batches_refused", reason="gap") >= 1


def test_a_broken_batch_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.ledger.offer(TOPIC, b"{")
    desk.ledger.offer(TOPIC, numbered(1, 2))
    desk.ledger.offer("stemning/v1/nordic/edge/other/events", numbered(1, 2, NEXT_BOOT))
    desk.ledger.offer(TOPIC, numbered(3, 4))
    wait_until(lambda: desk.answered(4), 5, "the answer")
    assert stored(desk.engine, NEXT_BOOT) == []
    assert desk.count("messages_malformed") == 2


def test_more_than_fits_into_memory_is_refused_at_once(engine: Engine) -> None:
    desk = Desk(engine)  # not started, so everything waits
    big = b"x" * (MOST_WAITING_BYTES // 4)
    assert [desk.ledger.offer(TOPIC, big) for _ in range(5)] == [True] * 4 + [False]
    assert desk.count("batches_refused", reason="full") == 1
    assert desk.ledger.backlog == 4


def test_a_batch_that_the_database_never_takes_is_left_out_alone(desk: Desk) -> None:
    def fail(*arguments: Any) -> None:
        if "INSERT INTO event" in arguments[2] and NEXT_BOOT in str(arguments[3]):
            raise DataError("INSERT", {}, Exception("value out of range"))

    event.listen(desk.engine, "before_cursor_execute", fail)
    desk.ledger.offer(TOPIC, numbered(1, 3))
    desk.ledger.offer(TOPIC, numbered(1, 3, NEXT_BOOT))
    desk.ledger.offer(TOPIC, numbered(4, 6))
    wait_until(lambda: desk.answered(6), 5, "the answer")
    assert not desk.answered(1, NEXT_BOOT)
    wait_until(lambda: desk.count("batches_refused", reason="database") == 1, 5, "the count")


def test_a_locked_database_answers_nothing_and_then_everything(
    tmp_path: Path, sqlite_template: Path
) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}?timeout=0.05")
    desk = Desk(engine)
    desk.ledger.start()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.ledger.offer(TOPIC, numbered(1, 3))
        wait_until(lambda: desk.count("database_errors") >= 2, 20, "two tries in vain")
        assert (desk.ledger.failing, desk.answers) == (True, [])
        other.execute("ROLLBACK")
    wait_until(lambda: desk.answered(3), 20, "the answer")
    assert not desk.ledger.failing
    assert stored(engine) == [1, 2, 3]
    desk.ledger.stop()
    engine.dispose()


def a_process(url: str, pipe: Connection) -> None:
    """A ledger of its own: batches come through the pipe, answers go back."""
    engine = open_database(url)
    answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    ledger = Ledger(
        engine, lambda _topic, payload: answers.put(payload), lambda: None, utc_now, Metrics()
    )
    ledger.start()
    while True:
        if pipe.poll(0.001):
            ledger.offer(TOPIC, pipe.recv_bytes())
        while not answers.empty():
            pipe.send_bytes(answers.get())


@dataclass
class Sender:
    """An edge: keeps a window of batches out and sends again what was not answered."""

    committed: int = 0
    sent: int = 0

    def drive(self, pipe: Connection, enough: Callable[[], bool]) -> None:
        """Send and listen until ``enough`` or the other end is gone."""
        self.sent = self.committed
        try:
            while not enough():
                while self.sent - self.committed < 120:
                    pipe.send_bytes(numbered(self.sent + 1, self.sent + 13))
                    self.sent += 13
                if pipe.poll(0.001):
                    self.committed = max(self.committed, decode(Committed, pipe.recv_bytes()).seq)
        except (BrokenPipeError, ConnectionResetError, EOFError):
            pass


def test_what_was_answered_is_stored_once_however_often_the_hub_is_killed(
    database_url: str,
) -> None:
    dice = random.Random(20261022)
    context = get_context("forkserver")
    context.set_forkserver_preload(["hub.ledger.ledger", "tests.hub.ledger.test_ledger"])
    engine = open_database(database_url)
    sender = Sender()
    rounds = 12
    for number in itertools.count(1):
        ours, theirs = context.Pipe()
        child = context.Process(target=a_process, args=(database_url, theirs), daemon=True)
        child.start()
        theirs.close()
        goal = sender.committed + dice.randrange(1, 400)
        sender.drive(ours, lambda goal=goal: sender.committed >= goal)  # type: ignore[misc]
        child.kill()
        child.join(10)
        ours.close()
        assert child.exitcode == -signal.SIGKILL
        with engine.connect() as connection:
            rows, distinct, highest = connection.execute(
                select(
                    func.count(),
                    func.count(func.distinct(col(EventRow.seq))),
                    func.max(EventRow.seq),
                )
                .where(col(EventRow.store) == STORE)
                .where(col(EventRow.edge) == EDGE)
                .where(col(EventRow.seq) <= sender.committed)
            ).one()
        assert (rows, distinct, highest) == (sender.committed,) * 3
        if number == rounds:
            break
    assert sender.committed > rounds * 20
    engine.dispose()
