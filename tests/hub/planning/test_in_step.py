"""Memory, database and wire stay in step, whatever fails or comes in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hub.planning import keeper, records
from hub.planning.asked import Asked
from hub.planning.base import CompiledStore, compile_store
from hub.planning.ends import ForMinutes
from hub.planning.keeper import Term
from hub.shop import Store
from hub.tables import RunRow
from scenes.compiler import Wish, standing_wishes
from scenes.plan import Plan
from scenes.rules import Layer, OpenHours, Run
from tests.hub.planning.shops import BOTH_ZONES, LIBRARY, a_shop
from tests.hub.planning.test_planner import Desk, due
from tests.hub.shops import scene


def a_run(desk: Desk, run_id: str = "run-1") -> Run:
    return Run(
        id=run_id,
        zone="entrance",
        scene="event",
        start=desk.clock(),
        end=desk.clock() + timedelta(hours=2),
        source="reaction:crowd",
        reason="Crowded for 5 minutes",
    )


def in_step(desk: Desk) -> None:
    """What the planner has in mind is what a restart would read back."""
    with desk.engine.connect() as connection:
        kept = records.remember(connection, desk.clock())
    for planned in desk.planner.zones():
        assert kept.plans[planned.key] == planned.plan
        assert kept.asked.get(planned.key, Asked()) == planned.asked


def while_compiling(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """The next compiling takes its time, and somebody else has the planner in it."""

    def slow(*arguments: Any) -> dict[str, list[Wish]]:
        wishes = standing_wishes(*arguments)
        monkeypatch.setattr("hub.planning.base.standing_wishes", standing_wishes)
        meanwhile()
        return wishes

    monkeypatch.setattr("hub.planning.base.standing_wishes", slow)


CHANGES: dict[str, Callable[[Desk], object]] = {
    "override": lambda desk: desk.choose("evening", 20),
    "return": lambda desk: desk.planner.return_to_plan("nordic", "entrance"),
    "quiet hour": lambda desk: desk.planner.quiet_hour("nordic", ForMinutes(30)),
    "end of quiet hour": lambda desk: desk.planner.end_quiet_hour("nordic"),
    "emergency": lambda desk: desk.planner.emergency("nordic"),
    "run": lambda desk: desk.planner.begin_run("nordic", a_run(desk, "run-2")),
    "end of run": lambda desk: desk.planner.end_run("nordic", "entrance", "run-1"),
    "deploy": lambda desk: desk.planner.deploy(
        {"nordic": msgspec.structs.replace(desk.planner.store("nordic").schedule, rules=())}
    ),
    "scenes": lambda desk: desk.planner.change_scenes({**LIBRARY, "event": scene("event", 5)}),
    "load": lambda desk: desk.load(a_shop(None, *BOTH_ZONES, "cellar")),
    "term": lambda desk: desk.planner.load(a_shop(), Term()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_commit_that_fails_leaves_everything_as_it_was(desk: Desk, change: str) -> None:
    desk.planner.begin_run("nordic", a_run(desk))
    desk.planner.quiet_hour("nordic", ForMinutes(100))
    desk.choose("event")
    desk.clock.forward(minutes=1)

    def fail(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    before, epoch, published = desk.planner.zones(), desk.planner.epoch, len(desk.published)
    event.listen(desk.engine, "commit", fail)
    with pytest.raises(OperationalError):
        CHANGES[change](desk)
    event.remove(desk.engine, "commit", fail)
    assert (desk.planner.zones(), desk.planner.epoch, len(desk.published)) == (
        before,
        epoch,
        published,
    )
    # Something that changes no plan is no new plan now either.
    desk.planner.end_run("nordic", "entrance", "nobody's")
    desk.planner.end_run("nordic", "fitting-rooms", "nobody's")
    CHANGES[change](desk)
    in_step(desk)


def test_a_plan_that_can_not_be_published_holds_and_the_others_go_out(desk: Desk) -> None:
    out: list[str] = []

    def publish(plan: Plan) -> None:
        out.append(plan.zone)
        if plan.zone == "entrance":
            raise RuntimeError("the wire is on fire")

    desk.planner._publish = publish
    desk.choose("event")
    desk.planner.emergency("nordic", author="Kim")
    assert out == ["entrance", *BOTH_ZONES]
    in_step(desk)
    # Nothing changes, so nothing is written or published again.
    desk.planner.end_run("nordic", "entrance", "nobody's")
    assert desk.planner.end_emergency("nordic")
    desk.planner.publish_all()
    assert out == ["entrance", *BOTH_ZONES * 3]


def test_what_people_did_while_the_horizon_was_extended_stays_true(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.clock.forward(days=2)
    began = desk.clock()

    def meanwhile() -> None:
        desk.clock.forward(seconds=1)
        desk.choose("event")
        desk.clock.forward(seconds=30)
        desk.planner.return_to_plan("nordic", "entrance")
        desk.clock.forward(seconds=30)

    while_compiling(monkeypatch, meanwhile)
    assert desk.planner.extend() == 2
    then = began + timedelta(seconds=10)
    assert due(desk.entrance(), then) == ("event", Layer.OVERRIDE)
    recorded = desk.planner.plan_in_force("nordic", "entrance", then)
    assert recorded is not None
    assert due(recorded, then) == ("event", Layer.OVERRIDE)
    made = [plan.compiled_at for plan in desk.published if plan.zone == "entrance"]
    assert made == sorted(made)


def test_a_quiet_hour_that_was_replaced_never_comes_back_from_a_zone_that_left(desk: Desk) -> None:
    desk.planner.quiet_hour("nordic", ForMinutes(180), author="Kim")
    desk.load(a_shop(None, "entrance"))
    desk.clock.forward(minutes=1)
    desk.planner.quiet_hour("nordic", ForMinutes(10), author="Bo")
    desk.clock.forward(minutes=20)
    for _ in range(2):
        desk.load(a_shop(None, *BOTH_ZONES))
        assert desk.planner.store_choice("nordic", Layer.QUIET_HOUR) is None
        for zone in BOTH_ZONES:
            assert due(desk.planner.plans()["nordic", zone], desk.clock())[1] is Layer.FALLBACK
        desk.restart()


def test_what_was_at_work_in_a_zone_that_left_does_not_come_back_with_it(desk: Desk) -> None:
    desk.planner.begin_run("nordic", a_run(desk))
    desk.clock.forward(minutes=5)
    desk.load(a_shop(None, "fitting-rooms"))
    left: datetime = desk.clock()
    desk.clock.forward(minutes=5)
    desk.load(a_shop())
    assert due(desk.entrance(), desk.clock()) == ("trading", Layer.FALLBACK)
    with desk.engine.connect() as connection:
        assert connection.scalar(select(col(RunRow.ended_at))) == left
    desk.restart()
    desk.load(a_shop())
    assert due(desk.entrance(), desk.clock()) == ("trading", Layer.FALLBACK)


def test_what_if_is_answered_by_one_shop_while_another_is_loaded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = desk.clock()
    schedule = desk.planner.store("nordic").schedule
    while_compiling(monkeypatch, lambda: desk.load(a_shop(None, *BOTH_ZONES, "cellar")))
    answer = desk.planner.preview("nordic", schedule, now, now + timedelta(days=1))
    assert set(answer) == set(BOTH_ZONES)
    assert len(desk.planner.zones("nordic")) == len(BOTH_ZONES) + 1


def test_a_choice_does_not_wait_until_a_changed_shop_is_compiled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[bool] = []

    def compiled(store: Store, start: datetime, end: datetime) -> CompiledStore:
        person = Thread(target=desk.choose, args=("event",))
        person.start()
        person.join(5)
        waited.append(person.is_alive())
        return compile_store(store, start, end)

    monkeypatch.setattr(keeper, "compile_store", compiled)
    (store,) = a_shop().stores
    hours = {"mon": OpenHours("08:00", "20:00")}
    changed = msgspec.structs.replace(store.schedule, hours=hours)
    desk.load(replace(a_shop(), stores=(replace(store, schedule=changed),)))
    assert waited == [False], "compiled once, and the choice was made meanwhile"
    assert desk.entrance().at(desk.clock()).scene == "event"
