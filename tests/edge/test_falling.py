"""The end of an agent is no flash: lights walk to their fail levels, and nobody waits for long."""

import time
from functools import partial
from itertools import pairwise
from threading import Event

import pytest

from edge.clock import SystemClock
from edge.falling import FALL_S, LATE_S, Fall, fall_back, gently
from edge.playing.gliding_output import GlidingOutput
from edge.playing.light_output import LightOutput
from scenes.fades import LightLevel, lightness
from scenes.messages import Reading
from tests.edge.fakes import Told


class Lamp:
    """Remembers what it was told, and when; its calls return when they are let."""

    def __init__(self) -> None:
        self.shown: list[float] = []
        self.glides: list[tuple[float, float]] = []
        self.free = Event()
        self.free.set()
        self.broken: Exception | None = None

    def shine(self, level: LightLevel) -> None:
        assert self.free.wait(30)
        if self.broken is not None:
            raise self.broken
        self.shown.append(level.level)

    def reading(self) -> Reading:
        return Reading()

    def close(self) -> None:
        """Nothing to let go of."""


class GlidingLamp(Lamp):
    def glide(self, target: LightLevel, duration_s: float) -> None:
        self.glides.append((target.level, duration_s))


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


def output_of(lamp: Lamp, fail_level: float) -> LightOutput:
    kind = GlidingOutput if isinstance(lamp, GlidingLamp) else LightOutput
    return kind("lamp", lamp, Told().health("lamp"), fail_level=fail_level)  # type: ignore[arg-type]


def took_s(clock: SystemClock, fade_s: float, *lamps: Lamp, fail_level: float = 100.0) -> float:
    began_s = time.monotonic()
    outputs = [output_of(lamp, fail_level) for lamp in lamps]
    falls: list[Fall] = [
        (str(n), partial(gently, it, fade_s, clock)) for n, it in enumerate(outputs)
    ]
    fall_back(falls, clock)
    return time.monotonic() - began_s


def test_a_light_walks_along_the_commissioned_fade(clock: SystemClock) -> None:
    lamp = Lamp()
    assert took_s(clock, 1.0, lamp) >= 0.9
    walked = [lightness(level) for level in lamp.shown]
    assert walked[-1] == 100
    assert walked == sorted(walked)
    assert max(after - before for before, after in pairwise([0.0, *walked])) < 3


def test_a_slow_fade_is_hurried_but_no_jump(clock: SystemClock) -> None:
    lamp = Lamp()
    assert took_s(clock, 60.0, lamp) <= FALL_S + LATE_S + 0.5
    walked = [lightness(level) for level in lamp.shown]
    assert max(after - before for before, after in pairwise([0.0, *walked])) < 3


def test_a_light_with_transitions_is_told_once_and_waited_for(clock: SystemClock) -> None:
    lamp = GlidingLamp()
    assert took_s(clock, 0.5, lamp) >= 0.45
    assert lamp.glides == [(100.0, 0.5)]
    assert lamp.shown == []


def test_one_that_hangs_or_throws_costs_the_others_nothing(
    clock: SystemClock, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, broken, works = Lamp(), Lamp(), Lamp()
    stuck.free.clear()
    broken.broken = OSError("unplugged")
    assert took_s(clock, 0.5, stuck, broken, works) < FALL_S + LATE_S + 1
    assert works.shown[-1] == 100
    assert "can't be brought gently to its fail level: unplugged" in caplog.text
    stuck.free.set()


def test_one_that_is_there_already_takes_no_time(clock: SystemClock) -> None:
    lamp = Lamp()
    assert took_s(clock, 60.0, lamp, fail_level=0.0) < 0.5
    assert lamp.shown == [0.0]
