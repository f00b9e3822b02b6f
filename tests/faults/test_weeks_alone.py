"""Weeks and years without a hub: every switch is made, and made once, on the second.

A real zone player, plan store and clock on injected time, against a model that knows no plan.
ALONE_YEARS (default 10) and ALONE_LIVES (default 8) say how long and how often; ``make soak``
asks for more.
"""

import os
import random
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from edge.clock import Moment
from edge.clock_memory import LONG_AGO, ClockMemory
from edge.clock_trust import TrustedClock
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.scent_channel import ScentChannel
from edge.playing.zone_player import ZonePlayer
from edge.recording.plan_store import PlanStore
from scenes.fades import LightLevel
from tests.edge.fake_time import START, FakeClock
from tests.edge.fakes import FakeDiffuser, FakeLight, Told, payload
from tests.edge.test_clock_trust import FakeEvidence
from tests.faults.weekly_shop import LEVELS, scene_due, switches, the_plan

YEARS = float(os.environ.get("ALONE_YEARS", "10"))
LIVES = int(os.environ.get("ALONE_LIVES", "8"))
SCENES = {level: name for name, level in LEVELS.items()}
LONGEST_SLEEP = timedelta(hours=6)
SETTLED = timedelta(seconds=1)


class Ceiling:
    """A Pi with one light (and a diffuser, if wanted), its card, and its real player."""

    def __init__(self, directory: Path, *, scent: bool = False) -> None:
        self.directory = directory
        self.machine = FakeClock(START)
        self.evidence = FakeEvidence()
        self.evidence.synced = True
        self.scent = scent
        self.boots = 1
        self.played: list[tuple[datetime, str]] = []
        PlanStore(directory / "plans", "nordic").save("hall", payload(the_plan(START)))
        self.start()

    def start(self) -> None:
        """The agent starts from what is on the card."""
        health = Told().health
        self.clock = TrustedClock(self.machine, self.evidence, ClockMemory(self.directory))
        self.light, self.diffuser = FakeLight(self.machine), FakeDiffuser(self.machine)
        lamp = LightOutput("lamp", self.light, health("lamp"))
        scent = [ScentChannel("scent", self.diffuser, "linen", health("scent"))]
        self.zone = ZonePlayer(
            "hall",
            lights=[LightChannel("all", [lamp], LightLevel(0))],
            scent=scent if self.scent else [],
        )
        self.zone.clock_problem = lambda: self.clock.problem
        stored = PlanStore(self.directory / "plans", "nordic").load(["hall"])
        self.zone.adopt(stored["hall"])
        self.clock.at_least(stored["hall"].compiled_at)

    def cut_power(self, wakes_at: datetime) -> None:
        """And back again: the machine has lost the time, its network may bring it later."""
        self.boots += 1
        self.evidence.boot = f"boot-{self.boots}"
        self.evidence.synced = False
        machine = FakeClock(wakes_at)
        machine.steady_s = self.machine.steady_s + 20
        self.machine = machine
        self.start()

    def run(self, seconds: float) -> None:
        """As the player's loop would, but asleep until something is due: nobody else wakes it."""
        end_s = self.machine.steady_s + seconds
        while self.machine.steady_s < end_s:
            moment = Moment.read(self.clock)
            bursts = len(self.diffuser.bursts)
            due = self.zone.step(moment)
            assert self.clock.state != "unsynced" or len(self.diffuser.bursts) == bursts
            sleep = LONGEST_SLEEP if due is None else min(due - moment.steady, LONGEST_SLEEP)
            if sleep > SETTLED:
                self._look()
            sleep_s = max(sleep.total_seconds(), 1e-6)
            self.machine.advance(min(sleep_s, end_s - self.machine.steady_s))

    def _look(self) -> None:
        """Which scene the light shows, and since when."""
        self.clock.look()
        assert self.light.level is not None
        scene = SCENES[round(self.light.level, 6)]
        now = self.clock.now()
        assert scene == scene_due(now), f"at {now}"
        if not self.played or self.played[-1][1] != scene:
            moves = [at_s for at_s, level in self.light.shown if level.level != self._before()]
            self.played.append((now - timedelta(seconds=self.machine.steady_s - moves[0]), scene))
        del self.light.shown[:-1]

    def _before(self) -> float | None:
        return LEVELS[self.played[-1][1]] if self.played else None


def assert_same(played: list[tuple[datetime, str]], expected: list[tuple[datetime, str]]) -> None:
    assert [scene for _, scene in played] == [scene for _, scene in expected]
    for (at, scene), (due, _) in zip(played, expected, strict=True):
        assert abs(at - due) < timedelta(milliseconds=100), f"{scene} at {at} instead of {due}"


def test_the_model_is_no_echo_of_the_plan() -> None:
    """It finds both changes of the clocks, and as many switches as a week of the rules has."""
    year = list(switches(START, START + timedelta(days=364)))
    assert len(year) == pytest.approx(52 * 23, abs=2)
    sundays = {at.strftime("%H:%M") for at, scene in year if scene == "cleaning"}
    assert sundays == {"00:30", "01:30", "01:00"}, "summer, winter, and the night without 02:30"


@pytest.mark.slow
@pytest.mark.timeout(60 + 20 * YEARS)
def test_years_alone_miss_no_switch_and_double_none(tmp_path: Path) -> None:
    ceiling = Ceiling(tmp_path)
    begun = ceiling.clock.now()
    for _ in range(round(YEARS)):
        ceiling.run(timedelta(days=365.25).total_seconds())
        ceiling.start()  # the card is read anew each year
    problem = ceiling.zone.problem(Moment.read(ceiling.clock))
    assert problem is not None
    assert problem.endswith("the same weekday repeats")
    expected = list(switches(begun, ceiling.clock.now()))
    assert len(expected) > 900 * YEARS
    assert_same(ceiling.played[1:], expected)


@pytest.mark.timeout(60 + 20 * LIVES)
def test_thirty_days_with_random_restarts_miss_no_switch_and_double_none(tmp_path: Path) -> None:
    for seed in range(LIVES):
        directory = tmp_path / str(seed)
        directory.mkdir()
        chance = random.Random(seed)
        ceiling = Ceiling(directory, scent=chance.random() < 0.3)
        begun = ceiling.clock.now()
        while ceiling.clock.now() < begun + timedelta(days=30):
            ceiling.run(chance.uniform(60, 86_400))
            if chance.random() < 0.5:
                ceiling.start()
        assert_same(ceiling.played[1:], list(switches(begun, ceiling.clock.now())))


@pytest.mark.timeout(60 + 20 * LIVES)
def test_a_stepped_or_lost_clock_gives_one_correct_switch_at_most(tmp_path: Path) -> None:
    """Hours forward and back, power cuts that wake in 1970, and time servers that come late."""
    for seed in range(LIVES):
        directory = tmp_path / str(seed)
        directory.mkdir()
        chance = random.Random(1000 + seed)
        ceiling = Ceiling(directory, scent=seed % 4 == 0)
        true, lived = START, ceiling.machine.steady_s
        for _ in range(40):
            ceiling.run(chance.uniform(60, 86_400))
            ceiling.clock.keep(Moment.read(ceiling.clock))
            true += timedelta(seconds=ceiling.machine.steady_s - lived)
            happening = chance.choice(("forward", "back", "restart", "power cut", "time server"))
            if happening == "power cut":
                ceiling.cut_power(chance.choice((LONG_AGO, START - timedelta(days=9))))
            elif happening == "restart":
                ceiling.start()
            elif happening == "time server":
                ceiling.machine.utc = true
                ceiling.evidence.synced = True
            else:
                ceiling.machine.set_wall(3600 if happening == "forward" else -3600)
            lived = ceiling.machine.steady_s
            ceiling.clock.look()
            assert_one_switch(ceiling)


def assert_one_switch(ceiling: Ceiling) -> None:
    """After whatever happened, the light goes to what is due in one movement, and stays."""
    before = ceiling.light.level
    del ceiling.light.shown[:-1]
    due = LEVELS[scene_due(ceiling.clock.now())]
    ceiling.run(3)
    levels = [before or 0.0, *(level.level for _, level in ceiling.light.shown)]
    if scene_due(ceiling.clock.now()) == SCENES[due]:
        assert levels[-1] == pytest.approx(due)
        rising = [later >= earlier for earlier, later in pairwise(levels)]
        falling = [later <= earlier for earlier, later in pairwise(levels)]
        assert all(rising) or all(falling), levels
    ceiling.played.clear()
    ceiling.run(2)
