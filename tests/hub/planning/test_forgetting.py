"""Plans of long ago leave the database, and who asks for one that counts doesn't notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest
from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from hub.database import fence_of, writing
from hub.errors import NotInOfficeError
from hub.parts import HubParts
from hub.planning.ends import ForMinutes
from hub.planning.forgetting import forget_plans
from hub.planning.planner import Choice
from hub.planning.records import add_plans, plan_in_force
from hub.planning.why import why_at
from hub.tables import PlanRow
from scenes.codec import encode
from scenes.errors import OutsidePlanError
from scenes.messages import PlanMessage
from scenes.plan import Plan
from tests.hub.ringing import ring
from tests.hub.shops import FakeClock
from tests.scenes.examples import CALM, NOON, plan

EXAMPLE = plan((0, CALM))
DAY = timedelta(days=1)


def keep(engine: Engine, zone: str, days: Sequence[float]) -> list[Plan]:
    """Plans of a zone that were made at these days from noon, in the order of their revisions."""
    plans = [
        msgspec.structs.replace(
            EXAMPLE, zone=zone, revision=number, compiled_at=NOON + timedelta(days=day)
        )
        for number, day in enumerate(days, 1)
    ]
    with writing(engine) as connection:
        add_plans(connection, plans)
    return plans


def revisions(engine: Engine, zone: str) -> list[int]:
    """What is on record."""
    with engine.connect() as connection:
        rows = select(col(PlanRow.revision)).where(col(PlanRow.zone) == zone)
        return sorted(connection.scalars(rows))


def test_what_was_in_force_since_then_stays_and_each_zones_newest(engine: Engine) -> None:
    keep(engine, "entrance", (0, 1, 2, 3, 4))
    keep(engine, "hall", (0, 0.1))
    keep(engine, "cellar", (3, 5))
    assert forget_plans(engine, NOON + 2.5 * DAY) == 3
    assert revisions(engine, "entrance") == [3, 4, 5], "the third was in force until day 3"
    assert revisions(engine, "hall") == [2], "the newest, however old"
    assert revisions(engine, "cellar") == [1, 2]
    assert forget_plans(engine, NOON + 2.5 * DAY) == 0
    assert forget_plans(engine, NOON + 3 * DAY) == 1, "the fourth was made at that very instant"
    assert revisions(engine, "entrance") == [4, 5]


def test_many_are_removed_in_batches_that_let_others_write(engine: Engine) -> None:
    asked: list[int] = []
    keep(engine, "entrance", [number / 100 for number in range(180)])

    def another_wrote(_connection: Connection) -> None:
        asked.append(1)

    fence_of(engine).check = another_wrote
    assert forget_plans(engine, NOON + 1.5 * DAY) == 150
    assert revisions(engine, "entrance") == list(range(151, 181))
    assert len(asked) == 3


@pytest.mark.parametrize("seed", range(3))
def test_every_instant_that_counts_finds_the_plan_that_it_found(engine: Engine, seed: int) -> None:
    """Also where the clock was set back between two plans."""
    dice = Random(seed)
    day, days = 0.0, []
    for _ in range(25):
        day += dice.choice((0, 0.5, 1, 2, -1.5))
        days.append(day)
    keep(engine, "entrance", days)
    instants = [NOON + timedelta(days=number / 2) for number in range(-5, 50)]

    def found(instants: Sequence[datetime]) -> list[int | None]:
        with engine.connect() as connection:
            there = [
                plan_in_force(connection, ("nordic", "entrance"), instant) for instant in instants
            ]
        return [None if each is None else each.revision for each in there]

    before = found(instants)
    for number in range(0, len(instants), 9):
        cutoff = instants[number]
        forget_plans(engine, cutoff)
        assert found(instants[number:]) == before[number:]
        newer = {number for number, made in enumerate(days, 1) if NOON + timedelta(made) > cutoff}
        assert newer <= set(revisions(engine, "entrance"))
    forget_plans(engine, NOON + timedelta(days=99))
    assert revisions(engine, "entrance") == [25]


@pytest.fixture
def a_year_later(parts_on_both: HubParts, clock: FakeClock) -> Callable[[], list[int]]:
    """A hub whose entrance has a plan of 401 days ago, three of 400 and one of now."""
    zone = "nordic", "entrance"
    choice = Choice("event", ForMinutes(30), author="Kim")
    clock.forward(minutes=10)
    parts_on_both.planner.override(*zone, choice)
    clock.forward(days=1)
    for _ in range(3):
        clock.forward(minutes=10)
        parts_on_both.planner.override(*zone, choice)
    clock.forward(days=400, minutes=-15)
    parts_on_both.planner.override(*zone, choice)
    return lambda: revisions(parts_on_both.engine, "entrance")


def test_the_alarm_clock_removes_what_is_older_than_the_setting_says(
    parts_on_both: HubParts, clock: FakeClock, a_year_later: Callable[[], list[int]]
) -> None:
    assert a_year_later() == [1, 2, 3, 4, 5, 6]
    ring(parts_on_both, "forget-plans")
    assert a_year_later() == [3, 4, 5, 6]
    zone = parts_on_both.planner.find("entrance")
    then = clock() - timedelta(days=parts_on_both.settings.plan_days)
    planner = parts_on_both.planner
    assert why_at(planner, zone, then, clock()).note.startswith("From plan 3, which was in force")
    with pytest.raises(OutsidePlanError, match="no plan of Entrance is on record for"):
        why_at(planner, zone, then - DAY, clock())


def test_a_hub_out_of_office_removes_nothing(
    parts_on_both: HubParts, a_year_later: Callable[[], list[int]]
) -> None:
    office, ours = parts_on_both.office, parts_on_both.planner.find("entrance").plan
    office.heard_out()
    theirs = msgspec.structs.replace(ours, epoch=ours.epoch + 1, follows=ours.order)
    office.hear_plan("nordic", "entrance", encode(PlanMessage(plan=theirs)))
    assert not office.decides
    ring(parts_on_both, "forget-plans")
    with pytest.raises(NotInOfficeError):
        forget_plans(parts_on_both.engine, parts_on_both.now())
    assert a_year_later() == [1, 2, 3, 4, 5, 6]
