"""The as-run log claims what was looked at, no more."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.clock import Moment, earliest
from edge.recording.as_run import AsRunLog
from scenes.messages import AnyEvent, AsRun
from tests.edge.fake_time import START, run
from tests.edge.fakes import plan
from tests.edge.test_zone_player import BRIGHT, DIM
from tests.edge.test_zone_player import Bench as ZoneBench


class Bench(ZoneBench):
    """A zone whose log is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[AnyEvent] = []
        self.log = AsRunLog(self.zone, self.events.append)

    def run_logged(self, seconds: float) -> None:
        def step(moment: Moment) -> datetime | None:
            return earliest(self.zone.step(moment), self.music.step(moment), self.log.step(moment))

        run(step, self.clock, seconds)

    @property
    def segments(self) -> list[AsRun]:
        return [event for event in self.events if isinstance(event, AsRun)]

    def spans(self) -> list[tuple[float, float, str, bool]]:
        """(from, until in seconds since START, scene, confirmed) of each segment."""
        return [
            (
                round((it.at - START).total_seconds(), 2),
                round((it.until - START).total_seconds(), 2),
                it.scene,
                it.confirmed,
            )
            for it in self.segments
        ]


def test_segments_end_with_the_scene_and_at_each_full_minute() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM), (90, BRIGHT)]))
    bench.run_logged(130)
    bench.log.close(bench.clock.moment)
    assert bench.spans() == [
        (0, 60, "dim", True),
        (60, 90, "dim", True),
        (90, 120, "bright", True),
        (120, 130, "bright", True),
    ]
    last = bench.segments[-2]
    assert last.fading_s == pytest.approx(2.0, abs=0.05)
    assert (last.scene_revision, last.layer, last.source) == (1, "rule", "rule:bright")
    assert (last.epoch, last.revision) == (1, 1)
    assert last.slot_start == START + timedelta(seconds=90)
    assert last.devices["spot"].level == 80
    assert last.devices["music"].volume == 40


def test_a_new_plan_begins_a_new_segment() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM)]))
    bench.run_logged(10)
    bench.zone.adopt(plan([(-60, DIM)], revision=2))
    bench.run_logged(10)
    bench.log.close(bench.clock.moment)
    assert [(it.revision, it.scene) for it in bench.segments] == [(1, "dim"), (2, "dim")]


def test_a_device_that_fails_ends_the_confirmed_time_within_a_second() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM)]))
    bench.run_logged(10)
    bench.wall.shown.clear()
    bench.wall.reading = lambda: bench.spot.reading().__class__(level=77)  # type: ignore[method-assign]
    bench.run_logged(10)
    del bench.wall.reading
    bench.wall.shown.append(bench.spot.shown[-1])
    bench.run_logged(10)
    bench.log.close(bench.clock.moment)
    (_, first, _, yes), (_, second, _, no), (_, _, _, again) = bench.spans()
    assert (yes, no, again) == (True, False, True)
    assert 10 <= first <= 11.3
    assert 20 <= second <= 21.3


def test_without_a_plan_nothing_is_claimed() -> None:
    bench = Bench()
    bench.run_logged(100)
    bench.log.close(bench.clock.moment)
    assert bench.segments == []


def test_where_nobody_looked_there_is_a_hole() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM)]))
    bench.run_logged(10)
    bench.clock.advance(300)  # the process was stopped
    bench.run_logged(10)
    bench.log.close(bench.clock.moment)
    spans = bench.spans()
    assert spans[0][1] <= 10
    assert spans[1][0] == 310


@pytest.mark.parametrize("step_s", [-3600, 3600])
def test_a_stepped_clock_never_makes_a_segment_long_or_backward(step_s: float) -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-86_000, DIM)], compiled_s=-86_000))
    bench.run_logged(10)
    bench.clock.set_wall(step_s)
    bench.run_logged(10)
    bench.log.close(bench.clock.moment)
    for start_s, until_s, _, _ in bench.spans():
        assert 0 < until_s - start_s <= 60
    assert sum(until - start for start, until, _, _ in bench.spans()) == pytest.approx(20, abs=1.1)


def test_a_segment_too_short_for_a_look_is_not_confirmed() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM), (0.1, BRIGHT)]))
    bench.run_logged(5)
    bench.log.close(bench.clock.moment)
    assert bench.spans()[0] == (0, 0.1, "dim", False)


def test_an_unset_clock_claims_nothing_until_it_is_right() -> None:
    bench = Bench()
    away_s = (START - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    bench.clock.set_wall(-away_s)
    bench.zone.adopt(plan([(-60, DIM)]))
    bench.run_logged(90)
    assert bench.spot.level == 10, "the shop is lit all the same"
    bench.clock.set_wall(away_s)
    bench.run_logged(20)
    bench.log.close(bench.clock.moment)
    assert bench.spans() == [(90, 110, "dim", True)]


def test_a_clock_that_a_new_plan_proves_wrong_takes_back_what_is_open() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-86_000, DIM)], compiled_s=-86_000))
    bench.run_logged(10)
    bench.zone.adopt(plan([(-86_000, DIM)], compiled_s=3600, revision=2))
    bench.run_logged(10)
    bench.log.close(bench.clock.moment)
    assert bench.segments == []


def test_what_is_repeated_past_the_plans_end_says_so() -> None:
    bench = Bench()
    week_s = 7 * 86_400
    slots = [(-week_s - 60, DIM), (10 - week_s, BRIGHT), (20 - week_s, DIM)]
    bench.zone.adopt(plan(slots, until_s=5))
    bench.run_logged(15)
    bench.log.close(bench.clock.moment)
    assert bench.spans() == [
        (0, 5, "dim", True),
        (5, 10, "dim", True),
        (10, 15, "bright", True),
    ]
    assert [it.repeated for it in bench.segments] == [False, True, True]
    assert bench.segments[-1].slot_start == START + timedelta(seconds=10)


def test_a_clock_that_is_a_little_behind_the_hubs_is_no_wrong_one() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM)], compiled_s=55))
    bench.run_logged(10)
    bench.log.close(bench.clock.moment)
    assert bench.spans() == [(0, 10, "dim", True)]
