"""A zone that the hub doesn't know is told in words, once, and only when the broker is there."""

import pytest

from edge.playing.plan_wait import PlanWait
from edge.playing.zone_player import ZonePlayer
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import plan, scene

SENTENCE = "no plan for zone frnt of store tinny: is that its name in the shop file?"


class Bench:
    """Two zones, of which the hub knows one."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.connected = True
        self.known, self.misspelt = ZonePlayer("back"), ZonePlayer("frnt")
        self.known.adopt(plan([(0, scene("dim", 10))], zone="back"))
        self.wait = PlanWait("tinny", [self.known, self.misspelt], lambda: self.connected)

    def run(self, seconds: float) -> None:
        run(self.wait.step, self.clock, seconds)


def test_after_ten_seconds_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.run(9.5)
    assert caplog.messages == []
    bench.run(1)
    assert caplog.messages == [SENTENCE]
    bench.run(3600)
    assert caplog.messages == [SENTENCE]


def test_without_a_broker_nobody_wonders(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    for connected in (False, True, False, True):
        bench.connected = connected
        bench.run(9)
    assert caplog.messages == []
    bench.run(2)
    assert caplog.messages == [SENTENCE], "after ten seconds in one connection"


def test_a_plan_that_came_or_was_refused_is_no_riddle(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.misspelt.refused = "a new plan was refused: it is from another time"
    bench.run(20)
    bench.misspelt.adopt(plan([(0, scene("dim", 10))], zone="frnt"))
    bench.run(20)
    assert caplog.messages == []
