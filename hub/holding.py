"""One hub decides with a data directory and with a database; whoever else comes waits, or leaves.

A hold is a lock that its owner's death lets go: of the kernel over a file, of PostgreSQL over a
connection.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from hub.errors import UnavailableError
from scenes.errors import StemningError

LOCK_FILE = "hub.lock"
_KEEP_S, _WAIT_S = 5.0, 0.5
_END_S = 3.0
_HOLD = int.from_bytes(b"stemning")
_log = logging.getLogger(__name__)


class SecondHubError(StemningError, RuntimeError):
    """Another hub works with these files."""

    code = "hub.second"


class Hold(Protocol):
    """A lock that one hub can have. ``lets_go_late``: one that was killed may have it a while."""

    lets_go_late: bool

    def take(self) -> bool:
        """Take it, or find that it is taken; False when another hub has it."""

    def keep(self) -> bool:
        """Look whether it is still ours, and take it again if it can be; False when it can't."""

    def release(self) -> None:
        """Let go."""

    def taken(self) -> str:
        """Who has it, and what to do, in words."""


class FileHold:
    """A lock over a file, which holds the number of the process that has it."""

    lets_go_late = False

    def __init__(self, path: Path, what: str, held: Path, instead: str) -> None:
        """``held`` is what is held, ``what`` where its lock is, ``instead`` another one's flag."""
        self._path = path
        self._what = what
        self._held = held
        self._instead = instead
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """`UnavailableError` when there can be no such file."""
        if self._file is not None:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+")
        except OSError as error:
            raise UnavailableError(f"{self._what} can't be used: {error}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True

    def keep(self) -> bool:
        return self.take()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def taken(self) -> str:
        try:
            process = self._path.read_text().strip()
        except OSError:
            process = "unknown"
        return (
            f"another hub (process {process}) works with {self._held.resolve()}; "
            f"{_what_to_do(self._instead)}"
        )


class DatabaseHold:
    """A lock that PostgreSQL keeps as long as our connection lives, so a killed hub leaves none."""

    lets_go_late = True

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._ours = False

    def take(self) -> bool:
        """`UnavailableError` when the database doesn't answer."""
        try:
            connection = self._connection = self._connection or self._connect()
            self._ours = self._ours or connection.execute(_TRY).scalar_one()
        except DBAPIError as error:
            self.release()
            shown = self._engine.url.render_as_string(hide_password=True)
            raise UnavailableError(f"the database {shown} can't be used: {error.orig}") from error
        return self._ours

    def keep(self) -> bool:
        """Take it again if the database was restarted; False when another hub was faster."""
        if self._connection is not None:
            try:
                self._connection.exec_driver_sql("SELECT 1")
            except DBAPIError:
                self.release()
        return self.take()

    def release(self) -> None:
        connection, self._connection, self._ours = self._connection, None, False
        if connection is not None:
            connection.close()

    def taken(self) -> str:
        shown = self._engine.url.render_as_string(hide_password=True)
        return f"another hub works with {shown}; {_what_to_do('--database')}"

    def _connect(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        # Of a machine that lost its power no goodbye comes: so it is free again in half a minute.
        for name, value in (("idle", 10), ("interval", 5), ("count", 3)):
            connection.exec_driver_sql(f"SET tcp_keepalives_{name} = {value}")
        return connection


_TRY = select(func.pg_try_advisory_lock(_HOLD))


def _what_to_do(instead: str) -> str:
    return (
        f"two would take turns at everything: stop it, give {instead}, "
        "or let this one stand by with --standby"
    )


def holds_of(data: Path, engine: Engine) -> Sequence[Hold]:
    """What a hub holds: its data directory, and its database wherever others reach it from."""
    directory = FileHold(data / LOCK_FILE, "the data directory", data, "--data")
    if engine.dialect.name == "postgresql":
        return directory, DatabaseHold(engine)
    file = engine.url.database
    if file is None:
        return (directory,)
    path = Path(file)
    lock = path.with_name(f"{path.name}.lock")
    return directory, FileHold(lock, "the database's directory", path, "--database")


class Holding:
    """All the holds of a hub together.

    ``taken`` and ``lost`` are called in a thread of its own, once `watch` has begun; what ``taken``
    raises lets the holds go again, so that the next try is a whole one.
    """

    def __init__(self, holds: Sequence[Hold]) -> None:
        self._holds = holds
        self._refused: Hold | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.held = False

    def take(self) -> bool:
        """Take all of them, or none; whether they are ours."""
        self._refused = next((hold for hold in self._holds if not hold.take()), None)
        self.held = self._refused is None
        if not self.held:
            self.release()
        return self.held

    @property
    def lets_go_late(self) -> bool:
        """Whether the one that couldn't be taken may be that of a hub which is dead."""
        return self._refused is not None and self._refused.lets_go_late

    def refusal(self) -> str:
        """Who has the one that couldn't be taken, and what to do, in words."""
        return "" if self._refused is None else self._refused.taken()

    def release(self) -> None:
        """Let all of them go."""
        self.held = False
        for hold in self._holds:
            hold.release()

    def watch(self, taken: Callable[[], None], lost: Callable[[], None]) -> None:
        """Keep the holds, or wait for them, until `stop`."""
        self._thread = threading.Thread(
            target=self._watch, args=(taken, lost), name="holding", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and let go."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(_END_S)
        self.release()

    def _watch(self, taken: Callable[[], None], lost: Callable[[], None]) -> None:
        while not self._ended.wait(_KEEP_S if self.held else _WAIT_S):
            try:
                if self.held:
                    self._keep(lost)
                elif self.take():
                    taken()
            except UnavailableError:
                continue  # no database, so nobody has it
            except Exception:  # noqa: BLE001
                _log.exception("the holds were taken, but not the office: trying again")
                self.release()
                self._ended.wait(_KEEP_S)

    def _keep(self, lost: Callable[[], None]) -> None:
        kept = [hold.keep() for hold in self._holds]
        if not all(kept):
            self.release()
            _log.error("another hub took the database while it was away")
            lost()
