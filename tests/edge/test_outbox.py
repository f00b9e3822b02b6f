"""The outbox: numbers without gaps, nothing committed is lost, nothing trimmed comes back."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from edge.recording.outbox import BATCH_BYTES, BATCH_EVENTS, Outbox, Pending
from scenes.messages import AnyEvent, DeviceTrouble, Presence

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOOT = "0123456789abcdef"
KILLS = int(os.environ.get("OUTBOX_KILLS", "15"))


def presence(present: bool = True) -> AnyEvent:
    return Presence(seq=1, at=AT, zone="hall", device="door", present=present)


def numbers(pending: Pending | None) -> list[int]:
    assert pending is not None
    return [msgspec.json.decode(body)["seq"] for body in pending.bodies]


def test_numbers_count_from_one_in_each_boot(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT)
    outbox.commit([presence(), presence()])
    outbox.commit([presence()])
    outbox.close()
    later = Outbox(tmp_path / "outbox.db", "f" * 16)
    later.commit([presence()])
    assert later.boots() == [BOOT, "f" * 16], "the oldest first"
    assert numbers(later.pending(BOOT)) == [1, 2, 3]
    assert numbers(later.pending("f" * 16)) == [1]
    assert later.waiting == 4
    later.close()


def test_what_the_hub_has_is_pending_no_more(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT)
    outbox.commit([presence() for _ in range(5)])
    outbox.trim(BOOT, 3)
    assert numbers(outbox.pending(BOOT)) == [4, 5]
    assert outbox.waiting == 2
    outbox.trim(BOOT, 2)
    outbox.trim("f" * 16, 9)
    assert outbox.waiting == 2, "an old or strange commit changes nothing"
    to_forget = [outbox.to_forget]
    outbox.commit([])
    to_forget.append(outbox.to_forget)
    assert to_forget == [True, False]
    outbox.trim(BOOT, 5)
    outbox.commit([presence()])
    assert numbers(outbox.pending(BOOT)) == [6], "numbers go on after everything was trimmed"
    outbox.close()
    with closing(sqlite3.connect(tmp_path / "outbox.db")) as database:
        assert database.execute("SELECT count(*) FROM event").fetchone() == (1,)
        assert database.execute("SELECT last_seq FROM boot").fetchone() == (6,)


def test_numbers_of_an_old_boot_stay_known(tmp_path: Path) -> None:
    for number in range(3):
        outbox = Outbox(tmp_path / "outbox.db", f"{number:016x}")
        outbox.commit([presence()])
        outbox.trim(f"{number:016x}", 1)
        outbox.commit([])
        outbox.close()
    with closing(sqlite3.connect(tmp_path / "outbox.db")) as database:
        rows = database.execute("SELECT boot, last_seq FROM boot ORDER BY number").fetchall()
    assert rows == [(f"{number:016x}", 1) for number in range(3)]


def test_batches_are_bounded_in_number_and_size(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT)
    outbox.commit([presence() for _ in range(BATCH_EVENTS + 1)])
    first = outbox.pending(BOOT)
    assert first is not None
    assert (first.first_seq, first.last_seq) == (1, BATCH_EVENTS)
    assert numbers(outbox.pending(BOOT, first.last_seq)) == [BATCH_EVENTS + 1]
    outbox.trim(BOOT, BATCH_EVENTS + 1)
    big = DeviceTrouble(seq=1, at=AT, device="door", problem="x" * 500)
    outbox.commit([big for _ in range(BATCH_BYTES // 500 + 1)])
    batch = outbox.pending(BOOT)
    assert batch is not None
    assert sum(map(len, batch.bodies)) <= BATCH_BYTES
    assert outbox.pending(BOOT, limit=3) is not None
    assert numbers(outbox.pending(BOOT, limit=3)) == [502, 503, 504]
    outbox.close()


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT)
    outbox.commit([presence()])
    pages = outbox._database.execute("PRAGMA page_count").fetchone()[0]
    outbox._database.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        outbox.commit([presence() for _ in range(1000)])
    assert numbers(outbox.pending(BOOT)) == [1]
    outbox._database.execute("PRAGMA max_page_count=1000000")
    outbox.commit([presence()])
    assert numbers(outbox.pending(BOOT)) == [1, 2]
    outbox.close()


def test_a_damaged_file_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"this is no database, " * 1000)
    outbox = Outbox(path, BOOT)
    outbox.commit([presence()])
    assert numbers(outbox.pending(BOOT)) == [1]
    outbox.close()
    assert "the outbox is damaged and set aside as outbox.db.broken" in caplog.text
    assert (tmp_path / "outbox.db.broken").exists()


def test_a_page_of_noise_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox = Outbox(path, BOOT)
    outbox.commit([presence() for _ in range(500)])
    outbox.close()
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 4096] = Random(1).randbytes(4096)
    path.write_bytes(content)
    later = Outbox(path, "f" * 16)
    later.commit([presence()])
    assert later.waiting == 1
    later.close()


CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from edge.recording.outbox import Outbox
from scenes.messages import Presence
event = Presence(seq=1, at=datetime(2026, 3, 2, tzinfo=UTC), device="door", present=True)
outbox = Outbox(Path(sys.argv[1]), sys.argv[2])
count = 0
while True:
    outbox.commit([event] * (count % 7 + 1))
    count += count % 7 + 1
    print(count, flush=True)
    if count % 5 == 0:
        outbox.trim(sys.argv[2], count // 2)
"""


def test_nothing_committed_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = Random(20261121)
    path = tmp_path / "outbox.db"
    promised: dict[str, int] = {}
    for number in range(KILLS):
        boot = f"{number:016x}"
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, path, boot], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))  # the moment of death is what is random here
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split("\n")[:-1]
        child.stdout.close()
        child.wait(10)
        promised[boot] = int(rest[-1]) if rest else 1
    outbox = Outbox(path, "f" * 16)
    for boot, promise in promised.items():
        found: list[int] = []
        while (batch := outbox.pending(boot, found[-1] if found else 0)) is not None:
            found += numbers(batch)
        assert found == list(range(found[0], found[-1] + 1)), "no gap"
        assert found[-1] >= promise
        assert found[0] <= promise // 2 + 1, "nothing that the hub doesn't have is gone"
    outbox.close()


class OutboxMachine(RuleBasedStateMachine):
    """Whatever the order of commits, trims and restarts, it equals a plain model."""

    def __init__(self) -> None:
        super().__init__()
        self.path = Path(os.environ["HYPOTHESIS_OUTBOX"]) / f"{time.monotonic_ns()}.db"
        self.boots: list[str] = []
        self.last: dict[str, int] = {}
        self.kept: dict[str, set[int]] = {}
        self.on_disk: dict[str, set[int]] = {}
        self.start()

    def start(self) -> None:
        boot = f"{len(self.boots):016x}"
        self.outbox = Outbox(self.path, boot)
        self.boots.append(boot)
        self.last[boot] = 0
        self.kept[boot] = set()

    @rule(count=st.integers(0, 30))
    def commit(self, count: int) -> None:
        boot = self.boots[-1]
        self.outbox.commit([presence() for _ in range(count)])
        self.kept[boot] |= set(range(self.last[boot] + 1, self.last[boot] + count + 1))
        self.last[boot] += count
        self.on_disk = {boot: set(kept) for boot, kept in self.kept.items()}

    @rule(which=st.integers(0, 5), share=st.floats(0, 1))
    def trim(self, which: int, share: float) -> None:
        boot = self.boots[which % len(self.boots)]
        seq = round(self.last[boot] * share)
        self.outbox.trim(boot, seq)
        self.kept[boot] = {number for number in self.kept[boot] if number > seq}

    @precondition(lambda self: len(self.boots) < 5)
    @rule()
    def restart(self) -> None:
        self.outbox.close()
        for boot, kept in self.on_disk.items():
            self.kept[boot] = set(kept)  # trims that no commit followed are forgotten
        self.start()

    @invariant()
    def equals_the_model(self) -> None:
        assert self.outbox.waiting == sum(map(len, self.kept.values()))
        for boot, kept in self.kept.items():
            batch = self.outbox.pending(boot)
            assert (numbers(batch) if batch else []) == sorted(kept)

    def teardown(self) -> None:
        self.outbox.close()


def test_the_outbox_equals_its_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPOTHESIS_OUTBOX", str(tmp_path))
    run_state_machine_as_test(
        OutboxMachine, settings=settings(max_examples=20, stateful_step_count=20)
    )


def test_a_batch_says_what_is_the_oldest_that_is_still_here(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT)
    outbox.commit([presence() for _ in range(6)])
    outbox.trim(BOOT, 2)
    first = outbox.pending(BOOT, limit=2)
    second = outbox.pending(BOOT, after=4)
    assert first is not None
    assert second is not None
    assert (first.first_seq, first.oldest_seq) == (3, 3)
    assert (second.first_seq, second.oldest_seq) == (5, 3)
    outbox.close()


def test_a_commit_beyond_what_exists_silences_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT)
    outbox.commit([presence() for _ in range(3)])
    assert not outbox.trim(BOOT, 10**9)
    assert "is ignored" in caplog.text
    assert numbers(outbox.pending(BOOT)) == [1, 2, 3]
    outbox.commit([presence()])
    assert outbox.trim(BOOT, 4)
    assert outbox.waiting == 0
    outbox.close()
