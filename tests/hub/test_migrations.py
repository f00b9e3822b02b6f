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
from hub.planning.records import plan_in_force, remember
from hub.tables import PlanRow
from hub.tables.columns import UtcDateTime
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
    move(old_engine, command.upgrade, "0005")
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
