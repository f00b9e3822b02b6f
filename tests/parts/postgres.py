"""The real PostgreSQL: one temporary cluster, a fresh database per test."""

import itertools
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.parts.binaries import need
from tests.parts.server import Server, as_user

SUPERUSER = "stemning"


class Postgres(Server):
    """A cluster below ``directory``, which must be readable by the user it runs as.

    PostgreSQL refuses to run as root; root runs it as the ``postgres`` user.
    """

    # A "fast" shutdown: open sessions are ended instead of waited for.
    stop_signal = signal.SIGINT

    def __init__(self, directory: Path) -> None:
        """Make the cluster's files; takes a second or two."""
        super().__init__(directory, user="postgres" if os.geteuid() == 0 else None)
        self._numbers = itertools.count(1)
        self._data = directory / "data"
        where: list[str | Path] = [need("initdb"), "-D", self._data]
        how = ["-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        made = subprocess.run(
            [*where, *how],
            capture_output=True,
            text=True,
            check=False,
            cwd=directory,
            **as_user(self.user),
        )
        assert made.returncode == 0, f"initdb failed:\n{made.stderr}"

    def command(self) -> list[str | Path]:
        """Return the command line for the port; no socket file, loopback only."""
        settings = {
            "listen_addresses": self.host,
            "unix_socket_directories": "",
            # The cluster is thrown away after the tests; a power cut may have it.
            "fsync": "off",
        }
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [need("postgres"), "-D", self._data, "-p", str(self.port), *flags]

    def ready(self) -> bool:
        """Say whether the server takes queries."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, give its SQLAlchemy URL, drop it afterwards."""
        name = f"test_{next(self._numbers)}"
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql+psycopg://{SUPERUSER}@{self.host}:{self.port}/{name}"
        finally:
            self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        )

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)
