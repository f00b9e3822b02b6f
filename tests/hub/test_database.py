"""The database: its tables, its instants, its writers."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import StatementError
from sqlmodel import Session, SQLModel, col

from hub.database import (
    DatabaseNewerError,
    DatabaseUrlError,
    WriterGate,
    fence_of,
    migrate,
    open_database,
    writing,
)
from hub.errors import ConflictError, UnavailableError
from hub.tables import BootRow
from hub.tables.columns import EPOCH, to_microseconds
from tests.waiting import wait_until

NOON = datetime(2026, 3, 29, 12, 0, 0, 123456, tzinfo=UTC)


def a_boot(first_seen: datetime, boot: str = "0123456789abcdef") -> BootRow:
    return BootRow(store="s", edge="e", boot=boot, committed_seq=1, first_seen=first_seen)


def test_the_migrations_make_exactly_the_tables_of_the_models(empty_database_url: str) -> None:
    engine = open_database(empty_database_url)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(BootRow), [a_boot(NOON).model_dump()])
    migrate(engine)
    with Session(engine) as session:
        assert session.get(BootRow, ("s", "e", "0123456789abcdef")) is not None


@pytest.mark.parametrize("zone", ["UTC", "Europe/Copenhagen", "Pacific/Chatham"])
def test_an_instant_comes_back_as_the_same_instant_in_utc(engine: Engine, zone: str) -> None:
    with writing(engine) as connection:
        row = a_boot(NOON.astimezone(ZoneInfo(zone)))
        connection.execute(insert(BootRow), [row.model_dump()])
    with engine.connect() as connection:
        back = connection.execute(select(col(BootRow.first_seen))).scalar_one()
    assert back == NOON
    assert back.tzinfo is UTC


def test_the_fence_is_asked_in_each_transaction_that_writes(engine: Engine) -> None:
    def keep_out(_connection: Connection) -> None:
        raise ConflictError("somebody else writes here")

    fence_of(engine).check = keep_out
    with pytest.raises(ConflictError), writing(engine) as connection:
        connection.execute(insert(BootRow), [a_boot(NOON).model_dump()])
    with writing(engine, fenced=False) as connection:
        connection.execute(insert(BootRow), [a_boot(NOON, boot="f" * 16).model_dump()])
    with engine.connect() as connection:
        assert connection.execute(select(col(BootRow.boot))).scalars().all() == ["f" * 16]


def test_a_naive_instant_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 3, 29, 12)  # noqa: DTZ001
    with pytest.raises(StatementError, match="needs a time zone"), writing(engine) as connection:
        connection.execute(insert(BootRow), [a_boot(naive).model_dump()])


def test_instants_compare_in_the_database(engine: Engine) -> None:
    with writing(engine) as connection:
        for hours in range(4):
            row = a_boot(NOON + timedelta(hours=hours), boot=f"{hours:016x}")
            connection.execute(insert(BootRow), [row.model_dump()])
    with engine.connect() as connection:
        late = select(col(BootRow.boot)).where(col(BootRow.first_seen) > NOON + timedelta(hours=1))
        assert len(connection.execute(late).all()) == 2


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_microseconds_lose_nothing(naive: datetime) -> None:
    instant = naive.replace(tzinfo=UTC)
    assert EPOCH + timedelta(microseconds=to_microseconds(instant)) == instant


def test_sqlite_keeps_what_it_committed(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_writing_transaction_takes_the_write_lock_at_once(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    with writing(engine):
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_an_error_rolls_everything_back(engine: Engine) -> None:
    def half_a_write() -> None:
        with writing(engine) as connection:
            connection.execute(insert(BootRow), [a_boot(NOON).model_dump()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_write()
    with Session(engine) as session:
        assert session.get(BootRow, ("s", "e", "0123456789abcdef")) is None


def test_who_is_urgent_goes_before_who_waited_longer() -> None:
    gate = WriterGate()
    order: list[str] = []

    def take(name: str, *, urgent: bool) -> None:
        with gate.turn(urgent=urgent):
            order.append(name)

    patient = threading.Thread(target=take, args=("patient",), kwargs={"urgent": False})
    person = threading.Thread(target=take, args=("person",), kwargs={"urgent": True})
    with gate.turn(urgent=False):
        patient.start()
        person.start()
        wait_until(lambda: gate.waiting == 2, 5, "both to wait")
    patient.join(5)
    person.join(5)
    assert order == ["person", "patient"]


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", ""])
def test_another_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(DatabaseUrlError):
        open_database(url)


def test_a_file_without_a_scheme_is_told_what_to_write() -> None:
    with pytest.raises(DatabaseUrlError, match="a file is written sqlite:///data/hub"):
        open_database("data/hub.db")


def test_opening_touches_nothing(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_database_from_the_future_is_refused_in_words(engine: Engine) -> None:
    with writing(engine) as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewerError, match="newer Stemning"):
        migrate(engine)
    with writing(engine) as connection:
        # The tables are shared between tests.
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": version})


def test_what_is_no_database_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "hub.db").write_text("no database " * 100)
    with pytest.raises(UnavailableError, match="not a database"):
        migrate(open_database(f"sqlite:///{tmp_path / 'hub.db'}"))
    with pytest.raises(UnavailableError, match="can't be used"):
        migrate(open_database("postgresql://nobody:secret@127.0.0.1:1/none"))


def test_a_password_is_never_said() -> None:
    with pytest.raises(UnavailableError) as refused:
        migrate(open_database("postgresql://nobody:secret@127.0.0.1:1/none"))
    assert "secret" not in str(refused.value)
