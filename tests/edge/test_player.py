"""The control loop: plans are applied before anything is written, and bad ones change nothing."""

import itertools
import threading

import pytest

from edge.clock import Moment, SystemClock
from edge.loop import Loop
from edge.playing.player import Player
from scenes.plan import Plan
from tests.edge.fakes import payload, plan, scene
from tests.edge.test_zone_player import DIM
from tests.edge.test_zone_player import Bench as ZoneBench
from tests.waiting import wait_until


class Bench(ZoneBench):
    """A player of one zone."""

    def __init__(self) -> None:
        super().__init__()
        self.accepted: list[tuple[Plan, float | None]] = []
        self.loop = Player("nordic", [self.zone], self._accept, self.clock)

    def _accept(self, it: Plan, _payload: bytes) -> None:
        self.accepted.append((it, self.spot.level))

    def offer(self, it: Plan, zone: str = "hall") -> None:
        self.loop.offer(zone, payload(it))
        self.loop.step(self.clock.moment)
        self.run(2)


CUT_DIM, CUT_BRIGHT = scene("dim", 10, fade_s=0), scene("bright", 80, fade_s=0)


def test_the_lights_are_told_before_the_disk() -> None:
    bench = Bench()
    bench.offer(plan([(-60, CUT_DIM)]))
    bench.offer(plan([(-60, CUT_BRIGHT)], revision=2))
    (first, dim), (second, brighter) = bench.accepted
    assert (first.revision, second.revision) == (1, 2)
    assert dim is not None
    assert brighter is not None
    assert 0 < dim < 10 < brighter < 80, "on its way when the disk hears of it"


def test_the_same_plan_again_or_an_older_one_is_not_accepted() -> None:
    bench = Bench()
    for revision in (2, 2, 1):
        bench.offer(plan([(-60, CUT_DIM)], revision=revision))
    assert [it.revision for it, _ in bench.accepted] == [2]


@pytest.mark.parametrize(
    ("rubbish", "told"),
    [
        (b"{", "wire.invalid"),
        (b'{"schema":2,"plan":{}}', "wire.unsupported-schema"),
        (payload(plan([(0, DIM)], zone="cellar", revision=9)), "it is the plan of nordic/cellar"),
    ],
)
def test_a_bad_plan_is_named_and_changes_nothing(
    rubbish: bytes, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench()
    bench.offer(plan([(-60, CUT_DIM)]))
    bench.loop.offer("hall", rubbish)
    bench.loop.step(bench.clock.moment)
    assert told in caplog.text
    state = bench.state()
    assert (bench.spot.level, state.scene) == (10, "dim")
    assert state.problem is not None
    assert state.problem.startswith("a new plan was refused")
    bench.offer(plan([(-60, CUT_BRIGHT)], revision=2))
    bench.run(4)
    assert bench.state().problem is None


def test_a_plan_for_a_zone_that_is_not_here_is_nothing() -> None:
    bench = Bench()
    bench.offer(plan([(0, DIM)], zone="cellar"), zone="cellar")
    assert bench.accepted == []


def test_followers_come_after_the_zones_and_say_when_they_are_due() -> None:
    bench = Bench()
    seen: list[float | None] = []

    def follow(moment: Moment):  # type: ignore[no-untyped-def] # noqa: ANN202
        seen.append(bench.spot.level)
        return moment.later(0.123)

    bench.loop.followers.append(follow)
    bench.loop.offer("hall", payload(plan([(-60, CUT_BRIGHT)])))
    bench.loop.step(bench.clock.moment)
    assert len(seen) == 1
    assert seen[0] is not None
    assert 0 < seen[0] < 80, "on its way already"
    bench.run(2)
    due = bench.loop.step(bench.clock.moment)
    assert due is not None
    assert (due - bench.clock.moment.steady).total_seconds() == pytest.approx(0.123)


def test_a_plan_offered_from_another_thread_is_applied_at_once() -> None:
    bench = Bench()
    bench.loop.loop._clock = SystemClock()
    bench.loop.loop.start()
    wait_until(lambda: bench.zone._begun, 20, "the first step")
    threading.Thread(
        target=bench.loop.offer, args=("hall", payload(plan([(-60, CUT_BRIGHT)])))
    ).start()
    wait_until(lambda: bench.spot.level == 80, 20, "the plan")
    assert bench.loop.loop.end(1)


def test_a_loop_that_throws_goes_on_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []

    def step(moment: Moment) -> None:
        calls.append(1)
        if len(calls) in (2, 3):
            raise ZeroDivisionError

    loop = Loop("test", step, SystemClock())
    loop.start()
    wait_until(lambda: calls, 20, "the first step")
    for count in (2, 3, 4):
        loop.wake()
        wait_until(lambda count=count: len(calls) >= count, 2, f"step {count}")  # type: ignore[misc]
    assert caplog.text.count("the test loop failed and goes on") == 1
    assert loop.end(1)


def test_waking_many_times_before_a_step_is_one_step() -> None:
    calls: list[int] = []
    gate = threading.Event()

    def step(moment: Moment) -> None:
        calls.append(1)
        gate.wait(5)

    loop = Loop("test", step, SystemClock())
    loop.start()
    wait_until(lambda: calls, 20, "the first step")
    for _ in range(10):
        loop.wake()
    gate.set()
    wait_until(lambda: len(calls) == 2, 20, "the second step")
    assert loop.end(1)
    assert len(calls) <= 3


def test_a_step_is_taken_when_it_is_due() -> None:
    seen: list[Moment] = []

    def step(moment: Moment):  # type: ignore[no-untyped-def] # noqa: ANN202
        seen.append(moment)
        return moment.later(0.05)

    loop = Loop("test", step, SystemClock())
    loop.start()
    wait_until(lambda: len(seen) >= 5, 20, "five steps")
    assert loop.end(1)
    gaps = [(b.steady - a.steady).total_seconds() for a, b in itertools.pairwise(seen)]
    assert min(gaps) >= 0.049
