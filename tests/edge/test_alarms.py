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
    def __init__(self) -> None:
        self.link = GuardLink(Path("nowhere"))
        self.events: list[Alarm] = []
        self.clock = FakeClock()
        self.log = AlarmLog(self.link, {"scent": SCENT}, self.events.append)

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
def bench() -> Bench:
    return Bench()


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
