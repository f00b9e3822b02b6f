"""Fades of light: functions of time, no jumps, few updates, one dead light alone."""

import itertools
import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.playing.gesture import identify_gesture, trial_gesture
from edge.playing.light_channel import TICK_S, LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.lighting import Lighting
from edge.tables import Zone
from scenes.fades import CATCH_UP_S, LATE_S, LightLevel
from scenes.scene import LightCue
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import FakeLight, Told


class Bench:
    """A channel of some lights on a clock."""

    def __init__(self, lights: int = 1, boot_level: float = 0.0) -> None:
        self.clock = FakeClock()
        self.told = Told()
        self.lights = [FakeLight(self.clock) for _ in range(lights)]
        self.outputs = [
            LightOutput(f"light-{number}", light, self.told.health(f"light-{number}"))
            for number, light in enumerate(self.lights)
        ]
        self.channel = LightChannel("all", self.outputs, LightLevel(boot_level))
        self.lighting = Lighting([self.channel], Zone())

    @property
    def light(self) -> FakeLight:
        return self.lights[0]

    def aim(self, level: float, fade_s: float, lag_s: float = 0.0) -> None:
        start = self.clock.utc - timedelta(seconds=lag_s)
        self.channel.aim(LightCue(level=level, fade_s=fade_s), start, self.clock.moment)

    def join(self, level: float, fade_s: float, before: float | None, lag_s: float) -> None:
        cue = LightCue(level=level, fade_s=fade_s)
        earlier = None if before is None else LightCue(level=before)
        start = self.clock.utc - timedelta(seconds=lag_s)
        self.channel.join(cue, earlier, start, self.clock.moment)

    def run(self, seconds: float) -> int:
        return run(self.lighting.step, self.clock, seconds)


def lightness(level: float) -> float:
    """CIE L* of a level in per cent, written anew here: what the eye sees."""
    share = level / 100
    return 903.3 * share if share <= 0.008856 else 116 * share ** (1 / 3) - 16


def test_a_fade_arrives_exactly_and_in_time() -> None:
    bench = Bench(boot_level=20)
    bench.aim(80, fade_s=2.0)
    begun_s = bench.clock.steady_s
    bench.run(3)
    levels = [level.level for _, level in bench.light.shown]
    assert levels == sorted(levels)
    assert levels[-1] == 80
    assert bench.light.shown[-1][0] == pytest.approx(begun_s + 2.0, abs=1e-3)


def test_at_most_forty_updates_a_second_whoever_wakes_the_loop() -> None:
    bench = Bench()
    bench.aim(100, fade_s=10.0)
    for _ in range(3000):
        bench.lighting.step(bench.clock.moment)
        bench.clock.advance(0.001)
    assert 60 < len(bench.light.shown) <= 3 * 40 + 1


def test_nothing_is_sent_when_nothing_moves() -> None:
    bench = Bench()
    bench.aim(50, fade_s=1.0)
    bench.run(2)
    told = len(bench.light.shown)
    steps = bench.run(60)
    assert len(bench.light.shown) == told
    assert steps <= 61, "nothing is due when nothing moves"


def test_a_long_fade_moves_by_steps_nobody_sees_and_not_forty_times_a_second() -> None:
    bench = Bench()
    bench.aim(100, fade_s=600.0)
    bench.run(601)
    levels = [lightness(level.level) for _, level in bench.light.shown]
    assert levels[-1] == pytest.approx(100)
    assert len(levels) < 3000
    assert max(after - before for before, after in itertools.pairwise(levels)) < 0.2


def test_the_first_step_of_a_fade_comes_at_once() -> None:
    bench = Bench(boot_level=20)
    bench.run(1)
    bench.aim(80, fade_s=2.0, lag_s=0.01)
    bench.lighting.step(bench.clock.moment)
    assert bench.light.level is not None
    assert bench.light.level > 20


def test_a_cut_takes_the_least_time_that_the_zone_allows() -> None:
    bench = Bench(boot_level=0)
    bench.aim(100, fade_s=0.0, lag_s=0.01)
    begun_s = bench.clock.steady_s
    bench.lighting.step(bench.clock.moment)
    assert bench.light.level is not None
    assert 0 < bench.light.level < 5, "begun at once"
    assert bench.lighting.fading(bench.clock.moment)
    bench.run(1)
    assert bench.light.level == 100
    assert bench.light.shown[-1][0] == pytest.approx(begun_s + 0.5, abs=0.06)
    assert not bench.lighting.fading(bench.clock.moment)


def test_who_joins_in_the_middle_of_a_fade_takes_the_middle() -> None:
    there, late = Bench(boot_level=20), Bench()
    there.join(80, fade_s=4.0, before=20, lag_s=0.0)
    there.run(2.0)
    late.join(80, fade_s=4.0, before=20, lag_s=2.0)
    for bench in (there, late):
        bench.run(0.5)  # no longer than the zone's least fade
    assert late.light.level == pytest.approx(there.light.level, abs=0.5)
    assert late.light.level is not None
    assert 20 < late.light.level < 80


def test_who_joins_after_the_fade_or_without_a_before_goes_there_at_once() -> None:
    for before, lag_s in ((20.0, 4.0), (None, 1.0)):
        bench = Bench()
        bench.join(80, fade_s=4.0, before=before, lag_s=lag_s)
        bench.run(0.6)
        levels = [level.level for _, level in bench.light.shown]
        assert levels[-1] == 80
        assert levels == sorted(levels)


def test_the_same_cue_again_carries_on_with_the_fade_under_way() -> None:
    bench = Bench()
    bench.aim(80, fade_s=4.0)
    begun_s = bench.clock.steady_s
    bench.run(2)
    bench.aim(80, fade_s=4.0)
    bench.run(4)
    assert bench.light.shown[-1][0] == pytest.approx(begun_s + 4.0, abs=1e-3)


def test_two_agents_show_the_same_in_a_fade_that_begins_in_time() -> None:
    benches = [Bench(boot_level=10), Bench(boot_level=10)]
    for number, bench in enumerate(benches):
        bench.run(number * 0.3)  # they started at different times
        bench.clock = bench.light._clock
    # Both wake a little after the slot's start, not by the same little.
    for bench, lag_s in zip(benches, (0.0001, 0.004), strict=True):
        bench.aim(90, fade_s=2.0, lag_s=lag_s)
        bench.clock.advance(1.0 - lag_s)
        bench.lighting.step(bench.clock.moment)
    assert benches[0].light.level == pytest.approx(benches[1].light.level, abs=0.01)


def test_a_stepped_wall_clock_neither_leaps_nor_hangs_a_fade() -> None:
    for step_s in (-3600, 3600):
        bench = Bench(boot_level=20)
        bench.aim(80, fade_s=4.0)
        bench.run(1)
        bench.clock.set_wall(step_s)
        bench.run(4)
        levels = [lightness(level.level) for _, level in bench.light.shown]
        assert levels[-1] == pytest.approx(lightness(80))
        assert max(b - a for a, b in itertools.pairwise(levels)) < 1


def test_one_dead_light_stops_no_other_and_comes_back_to_what_is_due() -> None:
    bench = Bench(lights=3)
    bench.lights[1].unplug()
    bench.aim(60, fade_s=1.0)
    bench.run(5)
    assert [light.level for light in bench.lights] == [60, None, 60]
    assert bench.told.all == [("light-1", "nobody answers")]
    assert bench.lights[1].calls <= 4, "tried with back-off, not at every tick"
    bench.lights[1].mend()
    bench.run(31)
    assert bench.lights[1].level == 60
    assert bench.told.all == [("light-1", "nobody answers"), ("light-1", None)]


def test_a_driver_that_throws_nonsense_is_a_dead_device_too() -> None:
    bench = Bench(lights=2)
    bench.lights[0].broken = ZeroDivisionError("oops")
    bench.aim(60, fade_s=0.0)
    bench.run(1)
    assert bench.lights[1].level == 60
    assert bench.told.all == [("light-0", "ZeroDivisionError: oops")]


def test_a_light_that_fails_in_the_middle_is_shown_what_is_due_then() -> None:
    bench = Bench()
    bench.aim(80, fade_s=10.0)
    bench.run(2)
    bench.light.unplug()
    bench.run(3.5)
    bench.light.mend()
    before = len(bench.light.shown)
    bench.run(4)
    assert bench.light.shown[before][1].level > bench.light.shown[before - 1][1].level
    bench.run(6)
    assert bench.light.level == 80


@pytest.mark.parametrize("level", [0.0, 5.0, 50.0, 100.0])
def test_a_gesture_goes_gently_and_comes_back(level: float) -> None:
    bench = Bench(lights=2)
    bench.aim(level, fade_s=0.0)
    bench.run(2)
    bench.outputs[0].begin(identify_gesture(level, bench.clock.moment))
    shown_before = len(bench.lights[1].shown)
    bench.run(2.5)
    moves = [it.level for _, it in bench.lights[0].shown[shown_before - 1 :]]
    assert bench.outputs[0].gesture is None
    assert moves[-1] == level
    assert max(abs(move - level) for move in moves) >= 25 or level == 50
    assert max(abs(b - a) for a, b in itertools.pairwise(moves)) < 5, "no jump"
    assert len(bench.lights[1].shown) == shown_before, "the other one doesn't move"


def test_a_gesture_before_any_plan_returns_to_the_boot_level() -> None:
    bench = Bench(boot_level=30)
    bench.outputs[0].begin(trial_gesture(30, bench.clock.moment))
    bench.run(5)
    levels = [it.level for _, it in bench.light.shown]
    assert max(levels) == pytest.approx(100, abs=0.5)
    assert levels[-1] == 30


changes = st.tuples(
    st.floats(0, 3),  # seconds until the next plan
    st.floats(0, 100),  # its level
    st.floats(0.5, 20),  # its fade
    st.sampled_from([0.0, 0.0, 0.003, 0.3, 5.0, 600.0]),  # how late it comes, in seconds
)


@given(st.lists(changes, min_size=1, max_size=6), st.floats(0, 100), st.floats(0.01, 0.2))
def test_light_never_moves_faster_than_the_fades_allow(
    plans: list[tuple[float, float, float, float]], boot_level: float, wake_s: float
) -> None:
    bench = Bench(boot_level=boot_level)
    began_s = bench.clock.steady_s
    slopes: list[tuple[float, float]] = []  # (from when, L* per second)
    target: float | None = None
    for pause_s, level, fade_s, lag_s in plans:
        left_s = fade_s - lag_s
        duration_s = max(left_s, min(fade_s, CATCH_UP_S)) if lag_s > LATE_S else left_s
        if level != target:  # else it carries on as it is
            slopes.append((bench.clock.steady_s, 100 / duration_s))
        target = level
        bench.aim(level, fade_s, lag_s)
        end_s = bench.clock.steady_s + pause_s
        while bench.clock.steady_s < end_s:
            run(bench.lighting.step, bench.clock, min(wake_s, end_s - bench.clock.steady_s))
    bench.run(25)
    assert bench.light.level == target
    # The first fade may use the tick before the first plan came.
    seen = [(began_s - TICK_S, boot_level)]
    seen += [(at_s, it.level) for at_s, it in bench.light.shown]
    for (before_s, before), (after_s, after) in itertools.pairwise(seen):
        # Steps are at least a tick apart unless a plan came in between; what it may use is the
        # time since the last step.
        passed_s = max(after_s - before_s, 0) + 1e-5
        # The fade that was in force before may have made the step, also when a plan came just then.
        in_force = [slope for since_s, slope in slopes if since_s <= before_s][-1:]
        recent = [slope for since_s, slope in slopes if before_s <= since_s <= after_s]
        fastest = max([*in_force, *recent])
        jump = abs(lightness(after) - lightness(before))
        assert jump <= fastest * passed_s + 1e-6 or math.isclose(jump, 0, abs_tol=1e-6)
