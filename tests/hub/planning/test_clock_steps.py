"""What a clock that is set back does to plans, choices and what is at work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from scenes.rules import Layer, Run
from tests.hub.planning.test_planner import Desk, due
from tests.hub.shops import FakeClock


def a_run(desk: Desk) -> Run:
    return Run(
        id="run-1",
        zone="entrance",
        scene="event",
        start=desk.clock(),
        end=desk.clock() + timedelta(hours=2),
        source="reaction:crowd",
        reason="Crowded for 5 minutes",
    )


def test_a_clock_that_is_set_back_to_before_the_plan_gets_a_plan_for_now(
    engine: Engine, clock: FakeClock
) -> None:
    desk = Desk(engine, clock)
    desk.load()
    desk.clock.forward(days=-3)
    assert desk.planner.extend() == 2
    assert due(desk.out(), desk.clock()) == ("trading", Layer.FALLBACK)
    assert desk.planner.extend() == 0


def test_what_somebody_ended_stays_ended_when_the_clock_is_set_back_and_the_hub_starts_again(
    engine: Engine, clock: FakeClock
) -> None:
    desk = Desk(engine, clock)
    desk.load()
    desk.planner.begin_run("nordic", a_run(desk))
    desk.choose("event", minutes=120)
    desk.clock.forward(minutes=30)
    desk.planner.return_to_plan("nordic", "entrance")
    desk.planner.end_run("nordic", "entrance", "run-1")
    desk.clock.forward(minutes=-10)
    desk.restart()
    desk.load()
    assert due(desk.out(), desk.clock() + timedelta(minutes=15)) == ("trading", Layer.FALLBACK)


def test_a_run_that_ended_and_begins_again_outlives_a_restart(
    engine: Engine, clock: FakeClock
) -> None:
    desk = Desk(engine, clock)
    desk.load()
    desk.planner.begin_run("nordic", a_run(desk))
    desk.planner.end_run("nordic", "entrance", "run-1")
    desk.clock.forward(minutes=5)
    desk.planner.begin_run("nordic", a_run(desk))
    desk.restart()
    desk.load()
    assert due(desk.out(), desk.clock()) == ("event", Layer.REACTION)
