"""Terms of office: what a plan follows, another term above what was seen, and only reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlmodel import col

from hub.database import fence_of, open_database, writing
from hub.errors import NotInOfficeError
from hub.planning.keeper import Term
from hub.planning.planner import Planner
from hub.tables import HubRow, PlanRow
from scenes.rules import Layer
from tests.hub.planning.test_planner import FIRST_EPOCH, HORIZON, Desk, due
from tests.hub.shops import FakeClock, ShopMaker, rule


@pytest.fixture
def desk(engine: Engine, clock: FakeClock) -> Desk:
    return Desk(engine, clock)


@pytest.fixture
def standby(database_url: str, clock: FakeClock) -> Iterator[Planner]:
    """Another process's planner over the same database."""
    engine = open_database(database_url)
    yield Planner(engine, lambda plan: pytest.fail(f"published {plan}"), clock, HORIZON)
    engine.dispose()


def test_all_plans_of_a_term_follow_what_was_known_when_it_began(desk: Desk) -> None:
    desk.load()
    for _ in range(2):
        desk.choose("event")
        desk.clock.forward(minutes=1)
    assert {plan.follows for plan in desk.published} == {(0, 0)}
    last = desk.out().order
    desk.published.clear()
    desk.restart()
    desk.load()
    desk.choose("evening")
    entrance = [plan for plan in desk.published if plan.zone == "entrance"]
    assert [plan.follows for plan in entrance] == [last, last]


def test_a_zone_that_left_says_farewell_to_agents_that_know_its_plan(desk: Desk) -> None:
    desk.load()
    desk.clock.forward(minutes=1)
    last = desk.planner.plans()["nordic", "fitting-rooms"].order
    desk.restart()
    desk.load(ShopMaker(zones=("entrance",)).shop())
    (farewell,) = [plan for plan in desk.published if plan.zone == "fitting-rooms"][1:]
    assert farewell.follows == last
    assert desk.planner.plan_of("nordic", "fitting-rooms") is farewell
    assert desk.planner.plan_of("nordic", "entrance") is desk.entrance()
    assert desk.planner.plan_of("nordic", "cellar") is None


def test_a_restored_or_lost_database_makes_plans_that_follow_what_it_knows(desk: Desk) -> None:
    """They are newer than what agents have, so it is ``follows`` that tells them."""
    desk.load()
    for _ in range(3):
        desk.clock.forward(minutes=1)
        desk.restart()
        desk.load()
    heard = desk.entrance()
    with writing(desk.engine) as connection:
        # As an early copy had it: few revisions, and an epoch of long ago.
        connection.execute(delete(PlanRow).where(col(PlanRow.revision) > 1))
        connection.execute(update(HubRow).values(epoch=FIRST_EPOCH))
    desk.clock.forward(minutes=1)
    desk.restart()
    desk.load()
    restored = desk.entrance()
    assert (restored.order > heard.order, restored.follows) == (True, (FIRST_EPOCH, 1))
    with writing(desk.engine) as connection:
        for table in (PlanRow, HubRow):
            connection.execute(delete(table))
    desk.clock.forward(minutes=1)
    desk.restart()
    desk.load()
    assert desk.entrance().order > restored.order
    assert desk.entrance().follows == (0, 0)


def test_a_new_term_stands_above_what_was_seen_and_follows_it(desk: Desk) -> None:
    desk.load()
    desk.choose("event")
    seen = FIRST_EPOCH + 1000, 99
    kept: list[int] = []

    def keep(connection: Connection, _now: object) -> None:
        kept.append(connection.execute(select(col(HubRow.epoch))).scalar_one())

    shop = desk.planner.saved_shop()
    assert shop is not None
    desk.planner.load(shop, Term(seen[0], {("nordic", "entrance"): seen}, keep))
    assert desk.planner.epoch == seen[0] + 1 == kept[0]
    assert (desk.out().epoch, desk.out().follows) == (seen[0] + 1, seen)
    assert due(desk.out(), desk.clock()) == ("event", Layer.OVERRIDE)
    rooms = desk.planner.plans()["nordic", "fitting-rooms"]
    assert (rooms.epoch, rooms.follows) == (seen[0] + 1, (FIRST_EPOCH, 1))
    assert desk.choose("evening").follows == seen, "and so do the plans after it"


def test_a_term_begins_also_behind_the_fence_and_nothing_else_does(desk: Desk) -> None:
    desk.load()
    shop = desk.planner.saved_shop()
    assert shop is not None

    def keep_out(_connection: Connection) -> None:
        raise NotInOfficeError("another hub decides")

    fence_of(desk.engine).check = keep_out
    before = desk.entrance()
    with pytest.raises(NotInOfficeError):
        desk.choose("event")
    with pytest.raises(NotInOfficeError):
        desk.load(ShopMaker(rules=()).shop())
    assert desk.entrance() is before
    desk.planner.load(shop, Term())
    assert desk.planner.epoch == FIRST_EPOCH + 1


def test_who_only_reads_sees_what_the_other_planned_and_writes_nothing(
    desk: Desk, standby: Planner
) -> None:
    desk.load(ShopMaker(rules=(rule("calm", "calm-morning", "00:00", "24:00"),)).shop())
    desk.choose("event")
    with desk.engine.connect() as connection:
        rows = connection.execute(select(func.count()).select_from(PlanRow)).scalar_one()
    standby.read()
    assert standby.plans() == desk.planner.plans()
    zone, other = standby.find("entrance"), desk.planner.find("entrance")
    assert (zone.store.schedule, zone.zone, zone.asked) == (
        other.store.schedule,
        other.zone,
        other.asked,
    )
    assert standby.shop == desk.planner.shop
    desk.clock.forward(minutes=1)
    desk.planner.return_to_plan("nordic", "entrance")
    standby.read()
    assert due(standby.plans()["nordic", "entrance"], desk.clock())[0] == "calm-morning"
    assert standby.epoch == 0
    with desk.engine.connect() as connection:
        after = connection.execute(select(func.count()).select_from(PlanRow)).scalar_one()
    assert after == rows + 1, "the return's"


def test_a_term_that_fails_leaves_the_one_before(desk: Desk) -> None:
    desk.load()
    desk.clock.forward(minutes=1)
    shop = desk.planner.saved_shop()
    assert shop is not None

    def fail(_connection: Connection, _now: object) -> None:
        raise RuntimeError("no")

    before = desk.planner.plans()
    with pytest.raises(RuntimeError):
        desk.planner.load(
            shop, Term(above=FIRST_EPOCH + int(timedelta(days=9).total_seconds()), keep=fail)
        )
    assert (desk.planner.epoch, desk.planner.plans()) == (FIRST_EPOCH, before)
    assert desk.choose("event").order == (FIRST_EPOCH, 2)
