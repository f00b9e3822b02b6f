"""The hub's database: opening it, writing to it in turn, and bringing its tables up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import SQLModel

from hub.errors import UnavailableError
from scenes.errors import StemningError

if TYPE_CHECKING:
    from alembic.config import Config

_GATE = "stemning_gate"
_WRITE = "stemning_write"
_FENCE = "stemning_fence"
_BUSY_TIMEOUT_S = 10


class DatabaseUrlError(StemningError, ValueError):
    """A database URL that says nothing we can open."""

    code = "database.url"


class DatabaseNewerError(StemningError, RuntimeError):
    """The tables have a shape that this version doesn't know yet."""

    code = "database.newer"


class WriterGate:
    """Lets one writer of this process at the database at a time, a person's wish first.

    SQLite has one writer; who waits for it inside SQLite sleeps up to 100 ms between two looks.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._busy = False
        self._urgent = 0
        self.waiting = 0

    @contextmanager
    def turn(self, *, urgent: bool) -> Iterator[None]:
        """Hold the gate; one who is not urgent lets all who are go first."""
        with self._turn:
            self._urgent += urgent
            self.waiting += 1
            self._turn.wait_for(lambda: not self._busy and (urgent or not self._urgent))
            self.waiting -= 1
            self._urgent -= urgent
            self._busy = True
        try:
            yield
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()


class Fence:
    """Asked inside each transaction that writes; `check` raises when this process may not."""

    def __init__(self) -> None:
        self.check: Callable[[Connection], None] = _everybody_may


def _everybody_may(_connection: Connection) -> None:
    """Nobody has said yet who may write."""


def fence_of(engine: Engine) -> Fence:
    """The fence of a database, for whoever knows who may write to it."""
    fence: Fence = engine.get_execution_options()[_FENCE]
    return fence


def open_database(url: str) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql+psycopg://…``; connects only when used.

    SQLite runs in WAL mode with synchronous=FULL: what is committed survives a power cut.
    `DatabaseUrlError` for anything else.
    """
    # Not said again when it may hold a password.
    if "://" not in url and "@" not in url:
        raise DatabaseUrlError(f"{url!r} is no database URL; a file is written sqlite:///{url}")
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUrlError("the database URL cannot be read; try sqlite:///hub.db") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        engine = create_engine(
            parsed,
            connect_args={} if "timeout" in parsed.query else {"timeout": _BUSY_TIMEOUT_S},
            execution_options={_GATE: WriterGate(), _FENCE: Fence()},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
            execution_options={_GATE: WriterGate(), _FENCE: Fence()},
        )
    raise DatabaseUrlError(f"the hub keeps its data in sqlite or postgresql, not {backend}")


@contextmanager
def writing(engine: Engine, *, urgent: bool = False, fenced: bool = True) -> Iterator[Connection]:
    """A transaction that writes: commits at the end, rolls back on an error.

    Always write through this: it takes SQLite's write lock at once instead of failing half-way,
    and asks the fence whether this process may write (see `hub.office`). ``urgent`` is for what a
    person waits for; ``fenced`` is False for what decides who may write.
    """
    options = engine.get_execution_options()
    gate: WriterGate = options[_GATE]
    with gate.turn(urgent=urgent), engine.connect() as connection:
        connection.execution_options(**{_WRITE: True})
        with connection.begin():
            if fenced:
                options[_FENCE].check(connection)
            yield connection


def insert_or(connection: Connection, table: type[SQLModel]) -> Any:  # noqa: ANN401
    """The database's own INSERT, which knows ``on_conflict_do_nothing`` and ``…_do_update``."""
    postgres = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if postgres else sqlite.insert(table)


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest shape; does nothing when they are.

    `UnavailableError` when the database can't be used, `DatabaseNewerError` when it is ahead.
    """
    # Alembic is needed for this moment only.
    from alembic import command  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = _alembic()
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with writing(engine, fenced=False) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise UnavailableError(f"the database {shown} can't be used: {error.orig}") from error
    except CommandError as error:
        raise DatabaseNewerError(
            f"the database {shown} was made by a newer Stemning ({error}); install that one"
        ) from error


def is_migrated(engine: Engine) -> bool:
    """Whether the tables have the newest shape; `UnavailableError`."""
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head
    except DBAPIError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise UnavailableError(f"the database {shown} can't be used: {error.orig}") from error


def _alembic() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401
    # The driver would begin transactions by itself, and late; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
