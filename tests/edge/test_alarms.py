"""Alarms as events: each beginning and each end once."""

from pathlib import Path

import pytest

from edge.alarms import AlarmLog
from edge.guard_link import CALM, GuardLink, GuardStatus, OutputStatus, Refusal
from scenes.messages import Alarm, DeviceInfo
from tests.edge.fake_time import FakeClock

SCENT = DeviceInfo(id="scent", kind="diffuser", zone="hall", driver="gpio-relay")
GIVEN = Refusal("budget", "the day's 3 ml are given", 3600)
PAUSE = Refusal("pause", "it pauses between two bursts", 12)


class Bench:
    def __init__(self, directory: Path) -> None:
        self.path = directory / "alarms.json"
        self.events: list[Alarm] = []
        self.clock = FakeClock()
        self.restart()

    def restart(self) -> None:
        """Another run of the agent, which keeps what was told in time."""
        self.link = GuardLink(Path("nowhere"), self.clock.monotonic)
        self.log = AlarmLog(self.link, {"scent": SCENT}, self.path)
        self.log.record = self.events.append

    def wait(self, seconds: float) -> list[tuple[str, bool]]:
        """So much time passes, and the disk's thread does its work; what is recorded."""
        before = len(self.events)
        for _ in range(4):
            self.log.step(self.clock.moment)
            self.log.keep(self.clock.moment)
            self.clock.advance(seconds / 4)
        self.log.step(self.clock.moment)
        self.log.keep(self.clock.moment)
        return [(it.cause, it.active) for it in self.events[before:]]

    def say(
        self,
        alarm: str | None = None,
        calm: tuple[str, ...] = (),
        refusal: Refusal | None = None,
    ) -> list[tuple[str, bool, str | None, str | None, str]]:
        """The guard says this; what is recorded of it."""
        before = len(self.events)
        output = OutputStatus(1, False, refusal, 0.0, 0.0)
        self.link.status = GuardStatus(
            alarm=alarm, calm=calm, problem=None, outputs={"scent": output}
        )
        for _ in range(2):
            self.log.step(self.clock.moment)
        return [(it.cause, it.active, it.zone, it.device, it.text) for it in self.events[before:]]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_nothing_is_told_before_the_guard_has_spoken_or_without_an_alarm(bench: Bench) -> None:
    bench.log.step(bench.clock.moment)
    assert bench.events == []
    assert bench.say() == []


def test_an_emergency_is_told_once_and_its_end_too(bench: Bench) -> None:
    assert bench.say("the contact is open") == [
        ("emergency", True, None, None, "the contact is open")
    ]
    assert bench.say("the contact was open") == [], "still the same alarm"
    assert bench.say() == [("emergency", False, None, None, "")]
    assert bench.events[0].at == bench.clock.utc


def test_an_alarm_that_is_on_when_the_agent_starts_is_told(bench: Bench) -> None:
    assert bench.say("the contact was open")[0][:2] == ("emergency", True)


def test_calm_zones_and_spent_days_are_told_of_each(bench: Bench) -> None:
    assert bench.say(calm=("hall",)) == [("calm", True, "hall", None, CALM)]
    assert bench.say(calm=("cellar",)) == [
        ("calm", True, "cellar", None, CALM),
        ("calm", False, "hall", None, ""),
    ]
    bench.say()
    assert bench.say(refusal=GIVEN) == [("budget", True, "hall", "scent", GIVEN.text)]
    assert bench.say(refusal=PAUSE) == [("budget", False, "hall", "scent", "")]


def test_the_days_end_is_over_when_the_guard_said_that_there_is_room(bench: Bench) -> None:
    bench.say(refusal=GIVEN)
    assert bench.wait(3500) == []
    assert bench.wait(200) == [("budget", False)]
    assert bench.say(refusal=GIVEN) == [], "nothing was asked since"


def test_a_restart_of_the_agent_tells_no_beginning_twice_and_loses_no_end(bench: Bench) -> None:
    bench.say("the contact is open", calm=("hall",), refusal=GIVEN)
    bench.wait(20)
    bench.restart()
    assert bench.wait(20) == [], "nobody knows yet"
    assert bench.say("the contact is open", calm=("hall",)) == []
    bench.restart()
    ended = bench.say()
    assert sorted(it[:2] for it in ended) == [("calm", False), ("emergency", False)]
    assert bench.wait(3600) == [("budget", False)]
    bench.wait(20)
    bench.restart()
    assert bench.say() == []


def test_what_may_not_be_on_the_disk_yet_counts_as_told_to_nobody(bench: Bench) -> None:
    bench.say("the contact is open")
    bench.wait(2)
    bench.restart()
    assert bench.say("the contact is open")[0][:2] == ("emergency", True)


def test_a_damaged_file_tells_what_is_on(bench: Bench) -> None:
    bench.path.write_text("[[")
    bench.restart()
    assert bench.say("the contact is open")[0][:2] == ("emergency", True)


def test_a_guard_that_fails_is_an_alarm_with_an_end(bench: Bench) -> None:
    bench.link.connected = True
    status = GuardStatus(alarm=None, calm=(), problem="GPIO 17 can't be driven", outputs={})
    bench.link.status = status
    assert bench.wait(1) == [("guard", True)]
    assert bench.events[-1].text == "GPIO 17 can't be driven"
    bench.wait(10)
    bench.restart()
    bench.link.connected = True
    bench.link.status = status
    assert bench.wait(1) == []
    bench.link.status = GuardStatus(alarm=None, calm=(), problem=None, outputs={})
    assert bench.wait(1) == [("guard", False)]
