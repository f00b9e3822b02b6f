"""Scent: bursts of the right length, never closer than the pause, whatever the plans do."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import DeviceRefusedError, DeviceUnavailableError
from edge.grant import NotNowError
from edge.playing.agreement import Agreement
from edge.playing.scent_channel import PAUSE_S, ScentChannel
from scenes.scene import ScentCue
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import FakeDiffuser, Told

LINEN = ScentCue(fragrance="linen", intensity=30)
STRONG = ScentCue(fragrance="linen", intensity=100)
CEDAR = ScentCue(fragrance="cedar", intensity=30)


class Bench:
    """A channel of one diffuser on a clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.told = Told()
        self.diffuser = FakeDiffuser(self.clock)
        self.channel = ScentChannel("scent", self.diffuser, "linen", self.told.health("scent"))

    @property
    def bursts(self) -> list[tuple[float, float]]:
        """(seconds since the beginning, duration) of every burst."""
        return [(round(at_s - 1000, 3), round(for_s, 3)) for at_s, for_s in self.diffuser.bursts]

    def aim(self, cue: ScentCue | None, lag_s: float = 0.0) -> None:
        self.channel.aim(cue, self.clock.utc - timedelta(seconds=lag_s), self.clock.moment)

    def run(self, seconds: float) -> int:
        return run(self.channel.step, self.clock, seconds)

    def agreement(self) -> Agreement:
        return self.channel.observe(self.clock.moment).agreement


def test_thirty_per_cent_is_three_seconds_in_forty() -> None:
    bench = Bench()
    bench.aim(LINEN)
    bench.run(119)
    assert bench.bursts == [(0, 3), (40, 3), (80, 3)]
    assert bench.diffuser.stops == [], "a burst ends by itself"


def test_who_joins_in_a_burst_gives_the_rest_of_it() -> None:
    bench = Bench()
    bench.aim(STRONG, lag_s=44.0)
    bench.run(1)
    assert bench.bursts == [(0, 6)]


def test_a_plan_compiled_anew_neither_adds_nor_moves_a_burst() -> None:
    bench = Bench()
    bench.aim(LINEN)
    for _ in range(39):
        bench.run(3)
        bench.aim(LINEN)  # the same cue, whose slot begins now
    assert bench.bursts == [(0, 3), (40, 3), (80, 3)]


def test_another_fragrance_gets_nothing() -> None:
    bench = Bench()
    bench.aim(CEDAR)
    bench.run(100)
    assert bench.diffuser.bursts == []


def test_a_scene_without_scent_ends_a_burst() -> None:
    bench = Bench()
    bench.aim(STRONG)
    bench.run(2)
    bench.aim(None)
    bench.run(60)
    assert bench.diffuser.stops == [pytest.approx(1002.0)]
    assert len(bench.diffuser.bursts) == 1


def test_a_stop_that_fails_is_tried_again() -> None:
    bench = Bench()
    bench.aim(STRONG)
    bench.run(2)
    bench.diffuser.unplug()
    bench.aim(None)
    bench.run(0.5)
    bench.diffuser.mend()
    bench.run(2)
    assert bench.diffuser.stops == [pytest.approx(1003.0)]


def test_a_burst_that_failed_is_given_as_far_as_there_is_time() -> None:
    bench = Bench()
    bench.diffuser.unplug()
    bench.aim(STRONG)
    bench.run(0.5)
    bench.diffuser.mend()
    bench.run(5)
    assert bench.bursts == [(1, 9)]
    assert [problem is None for _, problem in bench.told.all] == [False, True]


def test_a_stepped_wall_clock_moves_no_burst() -> None:
    bench = Bench()
    bench.aim(LINEN)
    bench.run(20)
    bench.clock.set_wall(3600)
    bench.run(50)
    assert bench.bursts == [(0, 3), (40, 3)]


def test_a_burst_on_request_keeps_the_pause() -> None:
    bench = Bench()
    assert [bench.channel.run(2.0, bench.clock.moment) for _ in range(2)] == [True, False]
    bench.aim(STRONG)
    bench.run(39)
    first, *rest = bench.bursts
    assert list(first) == [0, 2]
    assert all(at_s >= 32 for at_s, _ in rest)


def test_a_diffuser_that_runs_when_it_may_not_is_wrong() -> None:
    bench = Bench()
    bench.aim(LINEN)
    bench.run(1)
    seen = [bench.agreement()]
    bench.diffuser.jam()
    seen.append(bench.agreement())
    bench.run(4)
    seen.append(bench.agreement())
    assert seen == [Agreement.YES, Agreement.YES, Agreement.NO]


def test_a_burst_is_renewed_ten_times_a_second_from_the_step_and_not_after_its_end() -> None:
    bench = Bench()
    bench.aim(LINEN)
    bench.run(30)
    tended = bench.diffuser.tended
    assert tended[0] == pytest.approx(1000.1)
    assert all(after - before <= 0.1001 for before, after in itertools.pairwise(tended))
    assert tended[-1] == pytest.approx(1003, abs=0.11)


def test_what_is_refused_as_it_should_be_is_no_trouble_and_asked_for_later() -> None:
    bench = Bench()
    bench.diffuser.refusal = NotNowError("it pauses between two bursts", 4.0)
    bench.aim(STRONG)
    bench.run(0.5)
    bench.diffuser.refusal = None
    bench.run(20)
    assert bench.bursts == [(0, 10), (pytest.approx(4.1), pytest.approx(5.9))]
    assert bench.told.all == []


def test_what_somebody_has_to_mend_is_told_once_until_a_burst_runs() -> None:
    bench = Bench()
    bench.diffuser.refusal = DeviceRefusedError("the day's 3 ml are given; again from 14:10")
    bench.aim(STRONG)
    steps = bench.run(200)
    assert steps < 1000, "it waits between its tries"
    assert bench.told.all == [("scent", "the day's 3 ml are given; again from 14:10")]
    assert len(bench.diffuser.bursts) < 30, "with a back-off"
    assert bench.channel.why_not() == "the day's 3 ml are given; again from 14:10"
    bench.diffuser.refusal = None
    bench.run(80)
    assert bench.told.all[1:] == [("scent", None)]


def test_a_new_cartridge_is_the_diffusers_matter() -> None:
    bench = Bench()
    bench.channel.refill()
    assert bench.diffuser.refills == 1


cues = st.sampled_from([None, LINEN, STRONG, CEDAR, ScentCue(fragrance="linen", intensity=77)])


@given(
    st.lists(
        st.tuples(st.floats(0, 60), cues, st.floats(0, 100), st.booleans()), min_size=1, max_size=15
    )
)
def test_no_sequence_of_scenes_and_requests_shortens_a_pause(
    scenes: list[tuple[float, ScentCue | None, float, bool]],
) -> None:
    bench = Bench()
    for pause_s, cue, lag_s, request in scenes:
        bench.run(pause_s)
        bench.aim(cue, lag_s)
        if request:
            bench.channel.run(2.0, bench.clock.moment)
        bench.channel.step(bench.clock.moment)
    bench.run(100)
    for (before_s, duration_s), (after_s, _) in itertools.pairwise(bench.diffuser.bursts):
        stopped = [at_s for at_s in bench.diffuser.stops if before_s <= at_s <= after_s]
        ended_s = min([before_s + duration_s, *stopped])
        assert after_s >= ended_s + PAUSE_S - 1e-3
    assert all(0 < duration_s <= 10 for _, duration_s in bench.diffuser.bursts)


def test_a_failure_that_is_told_after_the_burst_is_heard() -> None:
    bench = Bench()
    bench.diffuser.late = True
    bench.aim(LINEN)
    bench.run(4)
    assert bench.told.all == []
    bench.diffuser.refusal = DeviceUnavailableError("the plug is gone")
    bench.run(1)
    assert [problem for _, problem in bench.told.all] == ["the plug is gone"]
    bench.diffuser.refusal, bench.diffuser.late = None, False
    bench.run(40)
    assert bench.bursts == [(0, 3), (40, 3)], "and spoils no other burst"
    assert bench.told.all[-1] == ("scent", None)
