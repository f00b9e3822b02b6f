"""The disk thread: groups of events, batches until they are committed, plans, a broken disk."""

import itertools
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edge import tables
from edge.clock import Moment
from edge.errors import AgentRunsError
from edge.identity import Identity
from edge.recording.disk import FORGET_S, Disk
from edge.recording.job import Job
from edge.recording.outbox import Outbox
from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import (
    AnyEvent,
    Committed,
    DeviceTrouble,
    Dropped,
    EventBatch,
    Presence,
)
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import payload, plan, scene

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOOT = "0123456789abcdef"
HALF_A_SECOND = tables.Outbox(group_s=0.5)


def presence() -> AnyEvent:
    return Presence(seq=1, at=AT, zone="hall", device="door", present=True)


class Bench:
    """A disk without its thread, and what it sends."""

    def __init__(
        self, directory: Path, boot: str = BOOT, limits: tables.Outbox = HALF_A_SECOND
    ) -> None:
        self.directory = directory
        self.clock = FakeClock()
        self.boot = boot
        self.connected = True
        self.sent: list[tuple[float, EventBatch]] = []
        self.disk = Disk(
            Identity("nordic", "ceiling", boot, "1"),
            directory / "outbox.db",
            PlanStore(directory / "plans", "nordic"),
            self._publish,
            self.clock,
            limits,
        )

    def _publish(self, message: bytes) -> bool:
        if self.connected:
            self.sent.append((self.clock.steady_s, decode(EventBatch, message)))
        return self.connected

    def record(self, count: int = 1) -> None:
        for _ in range(count):
            self.disk.recorder.record(presence())

    def commit(self, seq: int, boot: str | None = None) -> None:
        message = Committed(store="nordic", edge="ceiling", boot=boot or self.boot, seq=seq)
        self.disk.committed(encode(message))

    def run(self, seconds: float) -> None:
        run(self.disk.step, self.clock, seconds)

    def problems(self) -> tuple[str, ...]:
        return self.disk.problems

    def numbers(self) -> list[list[int]]:
        return [[event.seq for event in batch.events] for _, batch in self.sent]

    def rows(self) -> int:
        with closing(sqlite3.connect(self.directory / "outbox.db")) as database:
            count: int = database.execute("SELECT count(*) FROM event").fetchone()[0]
            return count


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_events_wait_half_a_second_for_company_and_go_together(bench: Bench) -> None:
    bench.run(0.1)
    bench.record()
    bench.run(0.3)
    bench.record()
    assert bench.rows() == 0
    bench.run(0.3)
    assert bench.rows() == 2
    assert bench.numbers() == [[1, 2]]
    assert bench.disk.waiting == 2


def test_many_events_do_not_wait(bench: Bench) -> None:
    bench.run(0.1)
    bench.record(200)
    bench.disk.step(bench.clock.moment)
    assert bench.rows() == 200


def test_what_is_committed_is_forgotten_with_the_next_write(bench: Bench) -> None:
    bench.record(3)
    bench.run(1)
    bench.commit(2)
    bench.run(0.1)
    assert (bench.disk.waiting, bench.rows()) == (1, 3)
    bench.record()
    bench.run(1)
    assert (bench.disk.waiting, bench.rows()) == (2, 2)
    bench.commit(4)
    bench.run(FORGET_S - 1)
    assert bench.rows() == 2, "no write for forgetting alone, for a while"
    bench.run(2)
    assert bench.rows() == 0


def test_a_batch_is_sent_again_until_it_is_committed(bench: Bench) -> None:
    bench.record(2)
    bench.run(17)
    assert bench.numbers() == [[1, 2]] * 4
    times = [at_s for at_s, _ in bench.sent]
    assert [round(b - a, 2) for a, b in itertools.pairwise(times)] == [5, 5, 5]
    bench.commit(2)
    bench.run(20)
    assert len(bench.sent) == 4


def test_no_more_than_a_window_is_on_its_way_and_a_silent_hub_gets_little(bench: Bench) -> None:
    for _ in range(8):
        bench.record(500)
        bench.run(0.6)
    assert [len(batch) for batch in bench.numbers()] == [500] * 4
    bench.sent.clear()
    bench.run(11)
    assert [len(batch) for batch in bench.numbers()] == [20] * len(bench.sent)
    assert len(bench.sent) in (2, 3)
    bench.sent.clear()
    bench.commit(20)
    bench.run(0.1)
    assert bench.numbers() == [list(range(n, n + 500)) for n in range(21, 2000, 500)]


def test_commits_move_the_window_until_all_is_out(bench: Bench) -> None:
    bench.record(3000)
    bench.run(0.6)
    sent_to = 0
    while bench.disk.waiting:
        last = bench.numbers()[-1][-1]
        assert last > sent_to
        sent_to = last
        bench.commit(last)
        bench.run(0.01)
    assert list(itertools.chain(*bench.numbers())) == list(range(1, 3001))


def test_a_new_link_gets_what_was_on_its_way(bench: Bench) -> None:
    bench.record(2)
    bench.run(1)
    bench.disk.reconnected()
    bench.run(0.1)
    assert bench.numbers() == [[1, 2], [1, 2]]


def test_without_a_link_nothing_is_sent_and_nothing_lost(bench: Bench) -> None:
    bench.connected = False
    bench.record(2)
    bench.run(30)
    assert bench.sent == []
    bench.connected = True
    bench.disk.reconnected()
    bench.run(0.1)
    assert bench.numbers() == [[1, 2]]


def test_the_oldest_boot_goes_first(tmp_path: Path) -> None:
    for number in range(2):
        outbox = Outbox(tmp_path / "outbox.db", f"{number:016x}")
        outbox.commit([presence(), presence()])
        outbox.close()
    bench = Bench(tmp_path)
    bench.record()
    bench.run(1)
    assert [(batch.boot[-1], len(batch.events)) for _, batch in bench.sent] == [
        ("0", 2),
        ("1", 2),
        ("f", 1),
    ]
    bench.commit(2, boot="0" * 16)
    bench.commit(2, boot=f"{1:016x}")
    bench.commit(1)
    bench.run(20)
    assert (len(bench.sent), bench.disk.waiting) == (3, 0)


def test_a_boot_that_the_hub_never_takes_holds_up_no_other(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", "0" * 16)
    outbox.commit([presence() for _ in range(5000)])
    outbox.close()
    bench = Bench(tmp_path)
    for _ in range(60):
        bench.record()
        bench.run(1)
        mine = [batch.events[-1].seq for _, batch in bench.sent if batch.boot == BOOT]
        if mine:
            bench.commit(mine[-1])
    assert bench.disk.waiting <= 5000 + 12, "its own events go out all the time"
    strange = [at_s for at_s, batch in bench.sent if batch.boot == "0" * 16]
    assert strange[-1] > 1050, "and the other boot is still offered"
    late = [batch for at_s, batch in bench.sent if batch.boot == "0" * 16 and at_s > 1010]
    assert sum(len(batch.events) for batch in late) <= 20 * 60, "a little of it"


def test_a_bad_commit_is_passed_over(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.record()
    bench.run(1)
    bench.disk.committed(b"{}")
    bench.commit(1)
    bench.run(0.1)
    assert bench.disk.waiting == 0
    assert "a commit is refused (wire.invalid)" in caplog.text


def test_plans_are_stored_soon_and_only_the_newest(bench: Bench) -> None:
    dim = scene("dim", 10)
    bench.run(0.1)
    for revision in (1, 2, 3):
        bench.disk.keep_plan("hall", payload(plan([(0, dim)], revision=revision)))
    bench.run(1)
    stored = PlanStore(bench.directory / "plans", "nordic").load(["hall"])
    assert stored["hall"].revision == 3


def test_a_disk_that_fails_keeps_events_in_memory_and_is_named_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.run(0.1)
    outbox: Any = bench.disk._outbox
    pages = outbox._database.execute("PRAGMA page_count").fetchone()[0]
    outbox._database.execute(f"PRAGMA max_page_count={pages}")
    bench.record(2000)
    bench.run(30)
    assert (bench.rows(), bench.disk.waiting) == (0, 2000)
    assert caplog.text.count("the disk fails, the shop plays on") == 1
    outbox._database.execute("PRAGMA max_page_count=1000000")
    caplog.set_level(logging.INFO)
    bench.record()
    bench.run(5.1)
    assert bench.rows() == 2001
    assert list(itertools.chain(*bench.numbers())) == list(range(1, 2001)), "four batches"
    assert "the disk works again" in caplog.text


def test_a_directory_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "gone")
    bench.record(3)
    bench.run(6)
    assert bench.disk.waiting == 3
    (tmp_path / "gone").mkdir()
    bench.run(6)
    assert bench.numbers()[0] == [1, 2, 3]


def test_finish_writes_and_sends_what_is_left(bench: Bench) -> None:
    bench.run(0.1)
    bench.record(2)
    bench.disk.finish(bench.clock.moment)
    assert bench.rows() == 2
    assert bench.numbers() == [[1, 2]]


def test_an_alarm_does_not_wait_for_company(tmp_path: Path) -> None:
    bench = Bench(tmp_path, limits=tables.Outbox(group_s=60))
    bench.record()
    bench.run(30)
    assert bench.rows() == 0
    bench.disk.recorder.record(DeviceTrouble(seq=1, at=AT, device="door", problem="silent"))
    bench.disk.step(bench.clock.moment)
    assert bench.numbers() == [[1, 2]]


def test_an_outbox_that_was_lost_under_way_is_begun_anew_and_numbers_go_on(bench: Bench) -> None:
    bench.record(3)
    bench.run(1)
    path = bench.directory / "outbox.db"
    outbox: Any = bench.disk._outbox
    outbox._database.close()  # as any error but a full disk would have it
    path.write_bytes(b"no database " * 1000)
    bench.record(2)
    bench.run(7)
    assert path.with_name("outbox.db.broken").exists()
    assert bench.numbers()[-1] == [4, 5]
    assert bench.sent[-1][1].oldest == 4, "the hub need not wait for the others"
    bench.disk.finish(bench.clock.moment)


def test_events_that_a_full_outbox_refuses_are_counted_and_told_when_there_is_space(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, limits=tables.Outbox(group_s=0.5, max_mb=0.02))
    bench.record(200)
    bench.run(1)
    kept = bench.rows()
    assert 0 < kept < 200
    assert bench.disk.recorder.dropped == 200 - kept
    assert bench.problems() == (
        "the outbox is full until a hub takes events: new ones are dropped",
    )
    bench.disk.recorder.record(DeviceTrouble(seq=1, at=AT, device="door", problem="silent"))
    bench.run(1)
    assert bench.rows() == kept + 1, "an alarm has a reserve"
    bench.commit(kept + 1)
    bench.record()
    bench.run(1)
    assert bench.problems() == ()
    told = bench.sent[-1][1].events
    assert [event.seq for event in told] == [kept + 2, kept + 3]
    assert isinstance(told[0], Dropped)
    assert told[0].counts == {"presence": 200 - kept}
    bench.disk.finish(bench.clock.moment)


def test_a_chore_that_fails_holds_up_nothing_else(bench: Bench) -> None:
    tries: list[float] = []

    def chore(moment: Moment) -> None:
        tries.append(bench.clock.steady_s)
        if len(tries) < 3:
            raise OSError(30, "Read-only file system")

    bench.disk.chores.append(Job(chore))
    bench.record()
    bench.run(1)
    assert bench.rows() == 1
    assert bench.problems() == (
        "the disk fails, the shop plays on: [Errno 30] Read-only file system",
    )
    bench.run(12)
    assert [round(b - a) for a, b in itertools.pairwise(tries[:3])] == [2, 2]
    assert bench.problems() == ()


def test_nothing_is_written_to_a_directory_that_another_agent_has(bench: Bench) -> None:
    def taken() -> None:
        raise AgentRunsError("another agent uses it")

    bench.disk.prepare = taken
    bench.record()
    bench.disk.keep_plan("hall", payload(plan([(0, scene("dim", 10))])))
    bench.run(20)
    assert list(bench.directory.iterdir()) == []
    assert bench.problems() == ("the disk fails, the shop plays on: another agent uses it",)
    bench.disk.prepare = lambda: None
    bench.run(6)
    assert (bench.rows(), bench.problems()) == (1, ())
    bench.disk.finish(bench.clock.moment)


def test_drain_waits_until_the_hub_has_everything(bench: Bench) -> None:
    bench.run(0.1)
    bench.record(2)
    bench.disk.drain(0)
    bench.disk.step(bench.clock.moment)
    assert bench.rows() == 2, "no waiting for company"
    bench.commit(2)
    bench.disk.step(bench.clock.moment)
    assert bench.rows() == 0, "and nothing is left behind"
    bench.disk.drain(5)  # returns at once
