"""(h) What a day of a typical shop writes to an edge's SD card: commits and bytes.

One zone with four devices on the air all day and two sensors that see 40 visits an hour for
twelve hours; a hub that commits all at once. The real disk thread on a virtual day. Beside it the
same day with each event written by itself, which is what an agent without groups would do.
"""

import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from edge import tables
from edge.clock import Moment
from edge.clock_memory import ClockMemory
from edge.clock_trust import TrustedClock
from edge.identity import Identity
from edge.recording.disk import Disk
from edge.recording.job import Job
from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import AnyEvent, AsRun, Committed, EventBatch, Presence, Reading
from scenes.rules import Layer
from tests.bench.figures import say
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import payload
from tests.edge.test_clock_trust import FakeEvidence
from tests.faults.weekly_shop import the_plan

BOOT = "0123456789abcdef"
DAY_S = 86_400
VISITS = 40 * 12


class Day:
    """The disk of one edge, and a hub that takes everything."""

    def __init__(self, directory: Path, group_s: float) -> None:
        self.clock = FakeClock()
        self.disk = Disk(
            Identity("nordic", "ceiling", BOOT, "1"),
            directory / "outbox.db",
            PlanStore(directory / "plans", "nordic"),
            self._take,
            self.clock,
            tables.Outbox(group_s=group_s),
        )
        evidence = FakeEvidence()
        evidence.synced = True
        self.trusted = TrustedClock(self.clock, evidence, ClockMemory(directory))
        self.disk.chores.append(Job(self.trusted.keep))
        self.commits = 0

    def live(self) -> None:
        """Write what happens from midnight to midnight."""
        self.disk.step(self.clock.moment)
        self._count_commits()
        self.disk.keep_plan("hall", payload(the_plan(self.clock.utc)))
        happenings = sorted(self._happenings(), key=lambda each: each[0])
        midnight_s = self.clock.steady_s
        for at_s, event in happenings:
            run(self._step, self.clock, midnight_s + at_s - self.clock.steady_s)
            self.disk.recorder.record(event)
            self._step(self.clock.moment)
        self.disk.finish(self.clock.moment)

    def _step(self, moment: Moment) -> datetime | None:
        self.trusted.look()
        return self.disk.step(moment)

    def _take(self, message: bytes) -> bool:
        batch = decode(EventBatch, message)
        word = Committed(store="nordic", edge="ceiling", boot=BOOT, seq=batch.events[-1].seq)
        self.disk.committed(encode(word))
        return True

    def _count_commits(self) -> None:
        def told(statement: str) -> None:
            self.commits += statement == "COMMIT"

        outbox = self.disk._outbox
        assert outbox is not None
        outbox._database.set_trace_callback(told)

    def _happenings(self) -> list[tuple[float, AnyEvent]]:
        dice = random.Random(1)
        found: list[tuple[float, AnyEvent]] = [
            (minute * 60 + 60, self._minute(minute)) for minute in range(24 * 60 - 1)
        ]
        for _ in range(VISITS):
            begin_s = dice.uniform(8 * 3600, 20 * 3600)
            for present, at_s in ((True, begin_s), (False, begin_s + dice.expovariate(1 / 60))):
                at = self.clock.utc + timedelta(seconds=at_s)
                seen = Presence(seq=1, at=at, zone="hall", device="door", present=present)
                found.append((at_s, seen))
        return found

    def _minute(self, minute: int) -> AsRun:
        at = self.clock.utc + timedelta(minutes=minute)
        readings = {
            "ceiling": Reading(level=60.0, temperature_k=3000),
            "shelves": Reading(level=80.0, temperature_k=2700),
            "music": Reading(playing=True, source="playlist:calm", volume=25.0),
            "linen": Reading(on=False, fragrance="linen"),
        }
        return AsRun(
            seq=1,
            at=at,
            until=at + timedelta(minutes=1),
            zone="hall",
            scene="calm",
            scene_revision=1,
            layer=Layer.RULE,
            source="rule:calm-mornings",
            epoch=1,
            revision=1,
            slot_start=at,
            confirmed=True,
            devices=readings,
        )


def written_bytes() -> int:
    """What this process has given to write calls so far."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(fields["wchar"])


def main() -> None:
    """Print the figures."""
    say("(h) a day on the SD card: one zone, 480 visits, a hub that takes all")
    for words, group_s in (("in groups of 5 s (default)", 5.0), ("each by itself", 0.0)):
        with tempfile.TemporaryDirectory() as directory:
            day = Day(Path(directory), group_s)
            before = written_bytes()
            day.live()
            megabytes = (written_bytes() - before) / 1e6
        say(f"    {words}: {day.commits:,} commits, {megabytes:.0f} MB written")


if __name__ == "__main__":
    main()
