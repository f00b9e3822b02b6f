"""What the hub's tests share."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from sqlalchemy import Engine
from sqlmodel import SQLModel

from hub.app import create_app
from hub.database import migrate, open_database, writing
from hub.key_ring import KEY_VARIABLE
from hub.parts import HubParts
from hub.people.sessions import Kind, Opening
from tests.hub.shops import FakeClock, a_hub
from tests.parts.postgres import Postgres
from tests.parts.signed_in import account
from tests.waiting import wait_until

BOTH = ["sqlite", "postgres"]


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return cast("str", request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, made once and copied."""
    path = tmp_path_factory.mktemp("template") / "hub.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_cluster: Postgres) -> Iterator[str]:
    """A PostgreSQL database with all tables, made once; whoever uses it empties it first."""
    with postgres_cluster.database() as url:
        engine = open_database(url)
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with empty tables; every test that asks runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "hub.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url = cast("str", request.getfixturevalue("migrated_postgres"))
    engine = open_database(url)
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with writing(engine) as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
    engine.dispose()
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with empty tables, of both kinds."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at noon of a Thursday in Copenhagen."""
    return FakeClock()


@pytest.fixture
def parts(tmp_path: Path, sqlite_template: Path, clock: FakeClock) -> Iterator[HubParts]:
    """A planned hub on SQLite; nothing of it runs and there is no broker."""
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    made = a_hub(tmp_path, f"sqlite:///{tmp_path / 'hub.db'}", clock)
    yield made
    made.engine.dispose()


@pytest.fixture
def parts_on_both(tmp_path: Path, database_url: str, clock: FakeClock) -> Iterator[HubParts]:
    """The same on a database of both kinds, for what a request does to it (and slower)."""
    made = a_hub(tmp_path, database_url, clock)
    yield made
    made.engine.dispose()


@pytest.fixture
def address(parts: HubParts, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A hub that answers; nothing else of it runs. Commands have a key of its head office."""
    who = account(parts.engine)
    key = parts.people.sessions.open(Opening(kind=Kind.KEY, account=who.id))
    monkeypatch.setenv(KEY_VARIABLE, key)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(parts), lifespan="off", log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            wait_until(lambda: server.started, 10, "the hub answers")
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
