"""A driver that throws, blocks or makes things up: named once, and the rest goes on."""

import math
import threading
from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest

from edge.clock import Moment
from edge.playing.agreement import take
from edge.playing.health import Health
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.lighting import Lighting
from edge.playing.worker import LONGEST_CALL_S, Worker
from edge.tables import Zone
from scenes.fades import LightLevel
from scenes.messages import Reading
from scenes.scene import LightCue
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import FakeLight, Told
from tests.edge.test_worker import HurriedClock
from tests.waiting import wait_until


class StickyLight:
    """A third party's light: its calls block while ``gate`` is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.levels: list[float] = []
        self.broken: Exception | None = None

    def shine(self, level: LightLevel) -> None:
        assert self.gate.wait(20)
        if self.broken is not None:
            raise self.broken
        self.levels.append(level.level)

    def reading(self) -> Reading:
        assert self.gate.wait(20)
        return Reading(level=self.levels[-1] if self.levels else None)

    def close(self) -> None:
        """Nothing to let go of."""


class Bench:
    """A good light, called at once, and a sticky one on a worker; real time, or put forward."""

    def __init__(self) -> None:
        self.clock = HurriedClock()
        self.told = Told()
        self.good, self.sticky = FakeLight(FakeClock()), StickyLight()
        self.worker = Worker("sticky", self.sticky.reading, self.clock)
        outputs = [
            LightOutput("good", self.good, self.told.health("good")),
            LightOutput("sticky", self.sticky, self.told.health("sticky"), worker=self.worker),
        ]
        self.channel = LightChannel("all", outputs, LightLevel(0.0))
        self.lighting = Lighting([self.channel], Zone())

    def aim(self, level: float) -> None:
        now = self.moment
        self.channel.aim(LightCue(level=level, fade_s=0), now.utc, now)

    @property
    def moment(self) -> Moment:
        return Moment.read(self.clock)

    def step(self) -> datetime | None:
        self.clock.ahead_s += 0.03  # a tick that nobody waited for
        return self.lighting.step(self.moment)

    def reach(self, *levels: float | None) -> None:
        def reached() -> bool:
            self.step()
            shown = [self.good.level, self.sticky.levels[-1] if self.sticky.levels else None]
            return all(a is None or a == b for a, b in zip(levels, shown, strict=True))

        wait_until(reached, 10, f"the lights to reach {levels}")


@pytest.fixture
def bench() -> Iterator[Bench]:
    it = Bench()
    yield it
    it.sticky.gate.set()
    assert it.worker.end(5)


def test_a_light_on_a_worker_does_as_the_others(bench: Bench) -> None:
    bench.aim(60)
    bench.reach(60, 60)
    assert bench.told.all == []


def test_a_light_that_blocks_holds_nobody_up_is_named_once_and_comes_back(bench: Bench) -> None:
    bench.sticky.gate.clear()
    bench.aim(60)
    bench.reach(60, None)
    bench.clock.ahead_s += LONGEST_CALL_S + 1
    for _ in range(200):
        bench.step()
    assert [name for name, _ in bench.told.all] == ["sticky"]
    assert (bench.told.all[0][1] or "").startswith("has not answered for ")
    bench.aim(20)
    bench.reach(20, None)
    bench.sticky.gate.set()

    def back() -> bool:
        bench.clock.ahead_s += 1
        bench.step()
        return len(bench.told.all) == 2

    wait_until(back, 10, "its return to be told")
    bench.reach(20, 20)
    assert bench.told.all[1:] == [("sticky", None)]


def test_a_light_that_throws_on_its_worker_is_named_once_and_comes_back(bench: Bench) -> None:
    bench.sticky.broken = OSError("no route")
    bench.aim(60)
    wait_until(lambda: bench.step() is not None and bench.told.all, 10, "the fault to be told")
    bench.reach(60, None)
    assert bench.told.all == [("sticky", "OSError: no route")]
    bench.sticky.broken = None

    def back() -> bool:
        bench.clock.ahead_s += 1
        bench.step()
        return len(bench.told.all) == 2

    wait_until(back, 10, "its return to be told")
    bench.reach(60, 60)
    assert bench.told.all[1:] == [("sticky", None)]


@pytest.mark.parametrize(
    "nonsense",
    [
        Reading(level=math.nan),
        Reading(level=180.0),
        Reading(level=-1.0),
        Reading(temperature_k=math.inf),
        Reading(level="bright"),  # type: ignore[arg-type]
        Reading(playing=3),  # type: ignore[arg-type]
        None,
        42,
        {"level": 3},
    ],
)
def test_a_reading_that_can_not_be_is_a_problem_told_once(
    nonsense: object, caplog: pytest.LogCaptureFixture
) -> None:
    clock, told = FakeClock(), Told()
    light = FakeLight(clock)
    output = LightOutput("lamp", light, told.health("lamp"))
    good = light.reading
    light.reading = lambda: nonsense  # type: ignore[method-assign, assignment, return-value]
    for _ in range(3):
        seen = output.observe(clock.moment)
        assert seen.reading.level is None
        assert seen.reading.problem
    light.reading = good  # type: ignore[method-assign]
    assert output.observe(clock.moment).reading.problem is None
    assert [problem is None for _, problem in told.all] == [False, True]
    assert caplog.text.count("lamp gives") == 1
    msgspec.json.encode(seen.reading)


def test_a_reading_that_throws_is_told_in_its_own_words() -> None:
    def broken() -> Reading:
        raise ValueError("no idea")

    assert take(broken) == (
        "gives no reading: no idea",
        Reading(problem="gives no reading: no idea"),
    )


def test_a_device_is_back_only_when_it_both_obeys_and_can_be_read() -> None:
    told, clock = Told(), FakeClock()
    health = Health("lamp", told)
    health.misread("gives no reading")
    health.failed(OSError("gone"), clock.moment)
    health.read()
    assert health.problem == "OSError: gone"
    assert told.all == [("lamp", "gives no reading")]
    health.recovered()
    assert told.all[1:] == [("lamp", None)]
    assert health.problem is None


def test_a_light_that_fails_for_ever_is_tried_ever_more_seldom() -> None:
    clock, told = FakeClock(), Told()
    light = FakeLight(clock)
    light.unplug()
    channel = LightChannel("all", [LightOutput("lamp", light, told.health("lamp"))], LightLevel(0))
    lighting = Lighting([channel], Zone())
    channel.aim(LightCue(level=60, fade_s=0), clock.utc, clock.moment)
    steps = run(lighting.step, clock, 300)
    assert 8 <= light.calls <= 16
    assert steps < 400, "nothing is due in between"
    assert len(told.all) == 1
