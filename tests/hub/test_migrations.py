"""What a step between two shapes of the database does to what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, Row, Table, func, select
from sqlmodel import col

import hub.migrations
from hub.database import open_database, writing
from hub.planning.deployed import newest_schedules
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice, Planner
from hub.planning.records import plan_in_force, remember
from hub.shop import Place, Shop, Store, Zone
from hub.tables import PlanRow
from hub.tables.columns import UtcDateTime
from scenes.rules import OpenHours
from scenes.schedule import Schedule
from tests.hub.shops import FakeClock, rule
from tests.scenes.examples import CALM, DARK, NOON, plan

_FOLDER = Path(hub.migrations.__file__).parent
CAFE = msgspec.structs.replace(CALM, id="cafe", name="Café")
PLANS = [
    msgspec.structs.replace(
        plan(*((hour, (CAFE, DARK)[hour % 2]) for hour in range(20))),
        zone=zone,
        revision=revision,
        compiled_at=NOON + timedelta(hours=revision),
    )
    for zone in ("entrance", "hall")
    for revision in (1, 2)
]


LIBRARY = {
    name: msgspec.structs.replace(CALM, id=name)
    for name in ("calm", "dark", "trading", "quiet-hour", "emergency")
}
STORE = Store(
    id="nordic",
    name="Nordic",
    time_zone="Europe/Copenhagen",
    currency="DKK",
    zones=tuple(Zone(name, name.title(), "trading") for name in ("entrance", "hall", "attic")),
    schedule=Schedule(
        hours={"mon": OpenHours("10:00", "20:00")},
        zone_groups={"front": ("entrance", "hall")},
        rules=(
            rule(
                "front", "calm", "09:00", "11:00", zones=("front",), weekdays=("mon",), priority=2
            ),
            rule("late", "dark", "20:00", "02:00", zones=("all",), author="Kim"),
            rule("dusk", "dark", "sunset", "closing"),
        ),
    ),
    place=Place("DK", None, 55.7, 12.6),
)
"""In words that the hub of before knows, and others."""


@pytest.fixture
def old_engine(empty_database_url: str) -> Iterator[Engine]:
    """A database of both kinds in the shape of 0004, with plans in it."""
    engine = open_database(empty_database_url)
    move(engine, command.upgrade, "0004")
    add_as_0004_did(engine)
    yield engine
    engine.dispose()


def move(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    """Give a database another shape."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with writing(engine, fenced=False) as connection:
        config.attributes["connection"] = connection
        step(config, revision)


def add_as_0004_did(engine: Engine) -> None:
    """With the whole text."""
    with writing(engine) as connection:
        table = Table("plan", MetaData(), autoload_with=connection)
        for name in ("compiled_at", "until"):
            table.c[name].type = UtcDateTime()
        for each in PLANS:
            names = (column.name for column in table.c if column.name != "body")
            said = {name: getattr(each, name) for name in names}
            body = msgspec.json.encode(each).decode()
            connection.execute(table.insert().values(**said, body=body))


def bodies(engine: Engine) -> list[Row[Any]]:
    """As the database holds them, and how long they are."""
    with engine.connect() as connection:
        table = Table("plan", MetaData(), autoload_with=connection)
        body = table.c.body
        rows = select(table.c.zone, table.c.revision, body, func.length(body).label("length"))
        return list(connection.execute(rows.order_by(table.c.zone, table.c.revision)))


def test_plans_of_before_are_packed_and_come_back_as_they_were(old_engine: Engine) -> None:
    before = bodies(old_engine)
    move(old_engine, command.upgrade, "head")
    with old_engine.connect() as connection:
        newest = remember(connection, NOON).plans
        first = plan_in_force(connection, ("nordic", "entrance"), NOON + timedelta(minutes=90))
        read = list(connection.scalars(select(col(PlanRow.body))))
    assert newest == {(each.store, each.zone): each for each in PLANS if each.revision == 2}
    assert first == PLANS[0]
    assert sorted(read) == sorted(msgspec.json.encode(each) for each in PLANS)
    packed = bodies(old_engine)
    assert all(new.length < old.length / 3 for new, old in zip(packed, before, strict=True))
    move(old_engine, command.downgrade, "0004")
    assert bodies(old_engine) == before


def test_the_way_back_keeps_rules_and_hours_and_ends_what_no_older_hub_knows(
    empty_database_url: str, clock: FakeClock
) -> None:
    engine = open_database(empty_database_url)
    move(engine, command.upgrade, "head")
    planner = Planner(engine, lambda _plan: None, clock, timedelta(days=14))
    planner.load(Shop((STORE,), LIBRARY))
    planner.override("nordic", "hall", Choice("calm", ForMinutes(30)))
    planner.quiet_hour("nordic", ForMinutes(30))
    planner.emergency("nordic")
    move(engine, command.downgrade, "0004")
    with engine.connect() as connection:
        tables = {
            name: Table(name, MetaData(), autoload_with=connection)
            for name in ("rule", "store", "override")
        }
        rules = list(connection.execute(select(tables["rule"])).mappings())
        hours = connection.scalar(select(tables["store"].c.hours))
        stands = select(tables["override"].c.scene)
        left = list(connection.scalars(stands.where(tables["override"].c.returned_at.is_(None))))
        everything = len(connection.execute(stands).all())
    assert hours == {"mon": {"from": "10:00", "until": "20:00"}}
    assert {rule["id"]: rule["body"] for rule in rules} == {
        "front": {
            "id": "front",
            "scene": "calm",
            "zones": ["entrance", "hall"],
            "from": "09:00",
            "until": "11:00",
            "weekdays": ["mon"],
            "priority": 2,
        },
        "late": {
            "id": "late",
            "scene": "dark",
            "zones": ["attic", "entrance", "hall"],
            "from": "20:00",
            "until": "02:00",
        },
    }
    assert (left, everything) == (["calm"], 7)
    # And there again: what was said is version 1.
    move(engine, command.upgrade, "head")
    with engine.connect() as connection:
        again = newest_schedules(connection)["nordic"].schedule
    assert [rule.id for rule in again.rules] == ["front", "late"]
    assert again.hours == STORE.schedule.hours
    engine.dispose()
