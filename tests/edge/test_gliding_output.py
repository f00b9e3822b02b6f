"""A light with transitions of its own is told once a fade, with the time that is left."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from edge.playing.agreement import Agreement
from edge.playing.gesture import trial_gesture
from edge.playing.gliding_output import GlidingOutput
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.lighting import Lighting
from edge.tables import Zone
from scenes.fades import LightLevel
from scenes.messages import Reading
from scenes.scene import LightCue
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import Breakable, FakeLight, Told


@dataclass(frozen=True)
class Told1:
    """One command."""

    at_s: float
    level: float
    lasts_s: float
    colour: str | None = None


class FakeGlidingLight(Breakable):
    """Remembers its commands; a step at once is a glide of no time."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.told: list[Told1] = []

    def shine(self, level: LightLevel) -> None:
        self.glide(level, 0.0)

    def glide(self, target: LightLevel, duration_s: float) -> None:
        self.check()
        self.told.append(Told1(self._clock.steady_s, target.level, duration_s, target.colour))

    def reading(self) -> Reading:
        return Reading()


class Bench:
    """A gliding light, and beside it one that is led step by step."""

    def __init__(self, boot_level: float = 0.0, limits: Zone | None = None) -> None:
        self.clock = FakeClock()
        self.health = Told()
        self.light = FakeGlidingLight(self.clock)
        self.other = FakeLight(self.clock)
        self.output = GlidingOutput("lamp", self.light, self.health.health("lamp"))
        beside = LightOutput("other", self.other, self.health.health("other"))
        self.channel = LightChannel("all", [self.output, beside], LightLevel(boot_level))
        self.lighting = Lighting([self.channel], limits or Zone(flashes_per_second=2))

    def aim(self, level: float, fade_s: float, lag_s: float = 0.0) -> None:
        start = self.clock.utc - timedelta(seconds=lag_s)
        self.channel.aim(LightCue(level=level, fade_s=fade_s), start, self.clock.moment)

    def join(self, level: float, fade_s: float, before: float, lag_s: float) -> None:
        start = self.clock.utc - timedelta(seconds=lag_s)
        cue, earlier = LightCue(level=level, fade_s=fade_s), LightCue(level=before)
        self.channel.join(cue, earlier, start, self.clock.moment)

    def run(self, seconds: float) -> None:
        run(self.lighting.step, self.clock, seconds)

    @property
    def commands(self) -> list[tuple[float, float]]:
        """(level, seconds) of each command."""
        return [(round(it.level, 3), round(it.lasts_s, 3)) for it in self.light.told]


def test_a_fade_is_one_command() -> None:
    bench = Bench(boot_level=20)
    bench.aim(80, fade_s=4.0)
    assert bench.lighting.fading(bench.clock.moment)
    bench.run(10)
    assert bench.commands == [(80, 4.0)]
    assert len(bench.other.shown) > 100, "while the other is led there"
    assert not bench.lighting.fading(bench.clock.moment)


def test_a_zone_fades_until_its_gliding_lights_have_arrived() -> None:
    bench = Bench(boot_level=20)
    bench.aim(80, fade_s=4.0)
    bench.run(3.9)
    assert bench.lighting.fading(bench.clock.moment)
    assert bench.output.observe(bench.clock.moment).agreement is Agreement.SETTLING
    bench.run(0.2)
    assert not bench.lighting.fading(bench.clock.moment)


def test_who_learns_late_uses_what_is_left() -> None:
    bench = Bench(boot_level=20)
    bench.aim(80, fade_s=10.0, lag_s=4.0)
    bench.run(1)
    assert bench.commands == [(80, 6.0)]


def test_a_cut_takes_the_least_time_that_the_zone_allows() -> None:
    bench = Bench(boot_level=0)
    bench.aim(100, fade_s=0.0)
    bench.run(1)
    assert bench.commands == [(100, 0.5)]


def test_who_joins_in_mid_fade_goes_to_the_middle_and_glides_the_rest() -> None:
    bench = Bench(boot_level=0)
    bench.join(90, fade_s=10.0, before=10, lag_s=5.0)
    bench.run(8)
    (middle, first_s), (end, rest_s) = bench.commands
    assert 35 < middle < 50, "to the eye, the middle of 10 and 90"
    assert first_s == 0.5, "where it is nobody knows: as if from the other end"
    assert end == 90
    assert rest_s == pytest.approx(5.0 - first_s, abs=0.05)


def test_who_joins_after_the_fade_goes_straight_there() -> None:
    bench = Bench(boot_level=0)
    bench.join(90, fade_s=2.0, before=10, lag_s=60.0)
    bench.run(3)
    ((level, lasts_s),) = bench.commands
    assert level == 90
    assert lasts_s == 0.5


def test_a_new_fade_in_mid_fade_is_one_command_again() -> None:
    bench = Bench(boot_level=20)
    bench.aim(80, fade_s=4.0)
    bench.run(2)
    bench.clock.advance(0.03)
    bench.aim(20, fade_s=6.0)
    bench.run(10)
    assert bench.commands == [(80, 4.0), (20, 6.0)]


def test_after_a_fault_in_mid_fade_it_takes_the_middle_and_the_rest() -> None:
    bench = Bench(boot_level=20)
    bench.light.unplug()
    bench.aim(90, fade_s=20.0)
    bench.run(6)
    assert bench.commands == []
    bench.light.mend()
    bench.run(30)
    (middle, _), (end, rest_s) = bench.commands
    assert 30 < middle < 70
    assert end == 90
    assert 5 < rest_s < 14
    assert [problem is None for _, problem in bench.health.all] == [False, True]


def test_a_fault_in_the_end_leaves_it_on_the_way_it_was_sent() -> None:
    bench = Bench(boot_level=20)
    bench.aim(80, fade_s=4.0)
    bench.run(2)
    bench.light.unplug()
    bench.aim(20, fade_s=4.0)
    bench.run(0.1)
    moment = bench.clock.moment
    assert bench.output.lamp.level(moment.steady_s) == pytest.approx(51.5, abs=1)
    bench.run(1.8)
    assert bench.output.lamp.level(bench.clock.moment.steady_s) > 75


def test_a_way_back_that_would_flash_waits_and_the_light_goes_on_meanwhile() -> None:
    bench = Bench(boot_level=20, limits=Zone(flashes_per_second=1))
    bench.run(2)
    for level in (90, 20, 90):
        bench.aim(level, fade_s=0.0)
        bench.run(0.3)
    told = len(bench.light.told)
    assert [it.level for it in bench.light.told][-1] == 20, "the way up again waits"
    assert bench.lighting.fading(bench.clock.moment)
    bench.run(2)
    assert [it.level for it in bench.light.told[told:]] == [90]
    assert not bench.lighting.fading(bench.clock.moment)


def test_it_shows_itself_with_two_commands() -> None:
    bench = Bench(boot_level=20)
    bench.aim(80, fade_s=0.5)
    bench.run(3)
    bench.output.begin(trial_gesture(80, bench.clock.moment))
    bench.run(6)
    assert bench.commands[1:] == [(0, 2.0), (80, 2.0)]
    assert bench.output.gesture is None


def test_never_below_the_minimum_light() -> None:
    bench = Bench(boot_level=30, limits=Zone(minimum_light=25))
    bench.aim(0, fade_s=1.0)
    bench.run(2)
    bench.output.begin(trial_gesture(80, bench.clock.moment))
    bench.run(6)
    assert min(it.level for it in bench.light.told) == 25


def test_without_a_plan_it_is_told_nothing() -> None:
    bench = Bench(boot_level=30)
    bench.run(10)
    assert bench.commands == []


def test_many_changes_at_once_are_no_storm_of_commands() -> None:
    bench = Bench(boot_level=30)
    for number in range(60):
        bench.aim(30 + number % 7, fade_s=0.0)
        bench.run(1 / 60)
    assert len(bench.light.told) <= 41
