"""How a command that works on the database itself is told which one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
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


@contextmanager
def opened_database(arguments: argparse.Namespace) -> Iterator[Engine]:
    """The database that the arguments name, with all its tables; closed afterwards.

    `SettingsError`, `DatabaseUrlError`, or `UnavailableError` when it doesn't answer.
    """
    given = {"database": arguments.database, "data": arguments.data}
    flags = {name: value for name, value in given.items() if value is not None}
    engine = open_database(read_settings(flags, arguments.settings).database_url)
    try:
        migrate(engine)
        yield engine
    except DBAPIError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise UnavailableError(f"the database {shown} can't be used: {error.orig}") from error
    finally:
        engine.dispose()
