"""How a command that works on the database itself is told which one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError

from hub.database import migrate, open_database
from hub.errors import UnavailableError
from hub.settings import read_settings


def add_database_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--database``, ``--data`` and ``--settings``, as the hub itself understands them."""
    group = parser.add_argument_group("which hub")
    group.add_argument(
        "--database",
        metavar="URL",
        help="the hub's database, or STEMNING_DATABASE (default: the file hub.db in --data)",
    )
    group.add_argument(
        "--data",
        type=Path,
        metavar="DIRECTORY",
        help="where the hub keeps its files, or STEMNING_DATA (default: data/hub)",
    )
    group.add_argument(
        "--settings", type=Path, metavar="FILE", help="the hub's settings file (TOML)"
    )


class DatabaseMissingError(UnavailableError):
    """No hub ever kept anything there."""

    code = "database.missing"


@contextmanager
def opened_database(arguments: argparse.Namespace, *, make: bool = False) -> Iterator[Engine]:
    """The database that the arguments name, with all its tables; closed afterwards.

    With ``make`` one that isn't there is made; else that is a `DatabaseMissingError`, and the
    disk stays as it is. `SettingsError`, `DatabaseUrlError`, or `UnavailableError` when it
    doesn't answer.
    """
    given = {"database": arguments.database, "data": arguments.data}
    flags = {name: value for name, value in given.items() if value is not None}
    settings = read_settings(flags, arguments.settings)
    engine = open_database(settings.database_url)
    try:
        if not make:
            _require(engine)
        elif not settings.database:
            _make_directory(settings.data)
        migrate(engine)
        yield engine
    except DBAPIError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise UnavailableError(f"the database {shown} can't be used: {error.orig}") from error
    finally:
        engine.dispose()


def _require(engine: Engine) -> None:
    """`DatabaseMissingError` unless a hub's tables are there; looking makes no file."""
    file = _file(engine)
    # An empty file is what a command left that opened a database where there was none.
    there = file is None or (file.is_file() and file.stat().st_size > 0)
    if there and inspect(engine).has_table("alembic_version"):
        return
    place = file or engine.url.render_as_string(hide_password=True)
    raise DatabaseMissingError(
        f"there is no hub's database at {place}: start the hub once, "
        "or name another with --data or --database"
    )


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"{directory} can't be made: {error.strerror}") from error


def _file(engine: Engine) -> Path | None:
    """The file that the engine works on, where it is one and named as one."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name.startswith((":memory:", "file:")):
        return None
    return Path(name)
