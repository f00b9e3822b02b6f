"""Every layer in one plan: quiet hours, emergencies, runs, exceptions, and what people choose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hub.planning.ends import ForMinutes, NextChange
from hub.planning.planner import Choice
from hub.tables import AuditRow, OverrideRow, RunRow
from scenes.errors import UnknownSceneError
from scenes.rules import (
    DateException,
    DateSpan,
    Layer,
    QuietHour,
    Run,
    SpecialDays,
)
from scenes.schedule import Schedule
from tests.hub.planning.shops import BOTH_ZONES, a_shop
from tests.hub.planning.test_planner import Desk, due
from tests.hub.shops import THURSDAY_NOON, FakeClock, rule


@pytest.fixture
def on_both(engine: Engine, clock: FakeClock) -> Desk:
    """A planner on a database of both kinds."""
    return Desk(engine, clock)


def a_run(now: datetime, **changes: object) -> Run:
    run = Run(
        id="run-1",
        zone="entrance",
        scene="breathing-space",
        start=now,
        end=now + timedelta(minutes=20),
        source="reaction:crowd",
        reason="Crowded for 5 minutes",
    )
    return msgspec.structs.replace(run, **changes)


def playing(desk: Desk) -> dict[str, tuple[str, Layer]]:
    """What every zone is due to play now, and by which layer."""
    now = desk.clock()
    return {zone: due(plan, now) for (_, zone), plan in desk.planner.plans().items()}


def everywhere(scene_id: str, layer: Layer) -> dict[str, tuple[str, Layer]]:
    return dict.fromkeys(BOTH_ZONES, (scene_id, layer))


def test_a_restart_remembers_the_choices_of_every_layer_and_what_is_at_work(
    on_both: Desk,
) -> None:
    desk = on_both
    desk.load(a_shop())
    desk.choose("event", minutes=60)
    desk.planner.quiet_hour("nordic", ForMinutes(30), author="Kim", reason="a school class")
    desk.planner.emergency("nordic", author="Bo")
    desk.planner.begin_run(
        "nordic", a_run(desk.clock(), id="run-2", end=desk.clock() + timedelta(hours=2))
    )
    desk.planner.begin_run("nordic", a_run(desk.clock()))
    desk.planner.end_run("nordic", "entrance", "run-1")
    before = desk.entrance()
    desk.clock.forward(minutes=5)
    desk.restart()
    desk.load(a_shop())
    after = desk.entrance()
    assert after.order > before.order
    assert after.slots == before.slots
    assert [run.id for run in desk.planner.runs("nordic", "entrance")] == ["run-2"]
    assert playing(desk) == everywhere("emergency", Layer.EMERGENCY)
    assert desk.planner.end_emergency("nordic", author="Bo")
    assert playing(desk) == everywhere("quiet-hour", Layer.QUIET_HOUR)
    assert desk.planner.end_quiet_hour("nordic")
    assert playing(desk)["entrance"] == ("event", Layer.OVERRIDE)
    desk.planner.return_to_plan("nordic", "entrance")
    assert playing(desk)["entrance"] == ("breathing-space", Layer.REACTION)
    # What ended stays ended.
    desk.restart()
    desk.load(a_shop())
    assert playing(desk)["entrance"] == ("breathing-space", Layer.REACTION)
    assert playing(desk)["fitting-rooms"] == ("trading", Layer.FALLBACK)


def test_a_run_is_replaced_and_ends_the_same_on_every_database(on_both: Desk) -> None:
    desk = on_both
    desk.load(a_shop())
    began = desk.clock()
    desk.planner.begin_run("nordic", a_run(began))
    desk.clock.forward(minutes=10)
    later = began + timedelta(minutes=40)
    desk.planner.begin_run("nordic", a_run(began, end=later))
    assert due(desk.entrance(), later - timedelta(seconds=1))[1] is Layer.REACTION
    desk.planner.end_run("nordic", "entrance", "run-1")
    assert due(desk.entrance(), desk.clock()) == ("trading", Layer.FALLBACK)
    assert due(desk.entrance(), began) == ("breathing-space", Layer.REACTION)
    with desk.engine.connect() as connection:
        row = connection.execute(select(col(RunRow.end), col(RunRow.ended_at))).one()
    assert tuple(row) == (later, desk.clock())


def test_a_run_that_ended_by_itself_is_forgotten_and_never_ended_twice(desk: Desk) -> None:
    desk.planner.begin_run("nordic", a_run(desk.clock()))
    desk.clock.forward(minutes=30)
    assert desk.planner.runs("nordic", "entrance") == ()
    kept: list[datetime] = []
    order = desk.entrance().order
    desk.planner.end_run("nordic", "entrance", "run-1", lambda _, now: kept.append(now))
    # What plays is the same, so nothing is published; the caller's rows are written all the same.
    assert kept == [desk.clock()]
    assert desk.entrance().order == order
    with desk.engine.connect() as connection:
        assert connection.scalar(select(col(RunRow.ended_at))) is None


def test_a_run_under_a_choice_is_heard_when_the_choice_ends(desk: Desk) -> None:
    desk.choose("event", minutes=10)
    published = len(desk.published)
    desk.planner.begin_run("nordic", a_run(desk.clock()))
    assert len(desk.published) == published + 1
    assert playing(desk)["entrance"] == ("event", Layer.OVERRIDE)
    desk.clock.forward(minutes=10)
    assert playing(desk)["entrance"] == ("breathing-space", Layer.REACTION)
    with pytest.raises(UnknownSceneError):
        desk.planner.begin_run("nordic", a_run(desk.clock(), id="run-9", scene="no-such"))


def refuse(engine: Engine, table: str) -> Callable[[], None]:
    """Let every INSERT into a table fail, as a full disk does; returns how to end that."""

    def fail(*arguments: object) -> None:
        if str(arguments[2]).replace('"', "").startswith(f"INSERT INTO {table} "):
            raise OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(engine, "before_cursor_execute", fail)
    return lambda: event.remove(engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("table", ["override", "plan", "audit"])
def test_a_choice_for_a_store_is_made_in_all_zones_or_in_none(desk: Desk, table: str) -> None:
    before, published = desk.planner.plans(), len(desk.published)
    mend = refuse(desk.engine, table)
    with pytest.raises(OperationalError):
        desk.planner.emergency("nordic")
    mend()
    assert desk.planner.plans() == before
    assert len(desk.published) == published
    assert desk.planner.store_choice("nordic", Layer.EMERGENCY) is None
    with desk.engine.connect() as connection:
        for rows in (OverrideRow, AuditRow):
            statement = select(func.count()).select_from(rows)
            if rows is AuditRow:
                statement = statement.where(col(AuditRow.action).startswith("emergency"))
            assert connection.scalar(statement) == 0
    desk.planner.emergency("nordic")
    assert playing(desk) == everywhere("emergency", Layer.EMERGENCY)


def test_an_emergency_outlives_horizons_restarts_and_every_other_change(desk: Desk) -> None:
    desk.planner.emergency("nordic", author="Kim", reason="water")
    for _ in range(20):
        desk.clock.forward(days=1)
        desk.planner.extend()
    desk.choose("event")
    desk.planner.deploy({"nordic": Schedule(rules=(rule("all", "event", "00:00", "24:00"),))})
    desk.restart()
    desk.load(a_shop(Schedule()))
    assert playing(desk) == everywhere("emergency", Layer.EMERGENCY)
    for plan in desk.planner.plans().values():
        assert due(plan, plan.until - timedelta(seconds=1)) == ("emergency", Layer.EMERGENCY)
        assert plan.at(desk.clock()).reason == "Emergency, set off by Kim: water"


def test_a_zone_that_comes_takes_part_in_the_emergency_of_its_store(desk: Desk) -> None:
    desk.planner.emergency("nordic", author="Kim")
    desk.clock.forward(minutes=5)
    desk.load(a_shop(None, *BOTH_ZONES, "cellar"))
    desk.restart()
    desk.load(a_shop(None, *BOTH_ZONES, "cellar"))
    cellar = desk.planner.plans()["nordic", "cellar"]
    assert cellar.at(desk.clock()).reason == "Emergency, set off by Kim"
    assert desk.planner.end_emergency("nordic")
    assert {layer for _, layer in playing(desk).values()} == {Layer.FALLBACK}


def test_a_zone_that_was_away_when_an_emergency_ended_comes_back_without_it(
    desk: Desk,
) -> None:
    desk.planner.emergency("nordic")
    desk.load(a_shop(None, "fitting-rooms"))
    desk.planner.end_emergency("nordic")
    desk.restart()
    desk.load(a_shop())
    assert playing(desk) == everywhere("trading", Layer.FALLBACK)


def test_a_choice_counts_its_next_change_by_exceptions_and_planned_quiet_hours(
    desk: Desk,
) -> None:
    today = SpecialDays(dates=(DateSpan(first="2026-10-22", last="2026-10-22"),))
    schedule = Schedule(
        exceptions=(
            DateException(
                id="fair", zones=("all",), scene="event", from_="13:00", until="14:00", days=today
            ),
        ),
        quiet_hours=(QuietHour(id="calm", zones=("entrance",), from_="13:30", until="14:30"),),
    )
    desk.planner.deploy({"nordic": schedule})
    desk.planner.override("nordic", "entrance", Choice("evening", NextChange()))
    instants = [THURSDAY_NOON + timedelta(minutes=minutes) for minutes in (0, 60, 90, 150)]
    assert [due(desk.entrance(), instant) for instant in instants] == [
        ("evening", Layer.OVERRIDE),
        ("event", Layer.EXCEPTION),
        ("quiet-hour", Layer.QUIET_HOUR),
        ("trading", Layer.FALLBACK),
    ]
