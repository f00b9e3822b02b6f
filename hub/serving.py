"""Runs the hub as a process: one lock, one socket, one worker, a clean end."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from hub.app import build, create_app, plan_first
from hub.errors import UnavailableError
from hub.parts import HubParts
from hub.settings import Settings
from scenes.errors import StemningError

LOCK_FILE = "hub.lock"
_STREAMS_END_S = 2
_LETTING_GO_S = 3.0
_HOLD_CHECK_S = 5.0
_HOLD = int.from_bytes(b"stemning")
_log = logging.getLogger(__name__)


class PortTakenError(StemningError, OSError):
    """The address can't be listened on."""

    code = "hub.port"


class SecondHubError(StemningError, RuntimeError):
    """Another hub works with these files."""

    code = "hub.second"


def serve(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; the exit code is 0. Prints the address once it serves."""
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    # Rings every second and says so each time.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with alone(settings.data), listening(settings.host, settings.port) as listener:
        parts = build(settings)
        with alone_in(parts.engine):
            plan_first(parts)
            _Server(parts, listener).run(sockets=[listener])
    return 0


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold the data directory; `SecondHubError` when another hub does."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / LOCK_FILE).open("a+")
    except OSError as error:
        raise UnavailableError(f"the data directory can't be used: {error}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise SecondHubError(
                f"another hub (process {lock.read().strip()}) works with {directory.resolve()}; "
                "two would take turns at everything: stop it, or give --data"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def alone_in(engine: Engine) -> Iterator[None]:
    """Hold a PostgreSQL database, which hubs on other machines reach too; `SecondHubError`."""
    if engine.dialect.name != "postgresql":
        yield
        return
    hold = DatabaseHold(engine)
    deadline = time.monotonic() + _LETTING_GO_S
    while not hold.take():
        if time.monotonic() > deadline:
            shown = engine.url.render_as_string(hide_password=True)
            raise SecondHubError(
                f"another hub works with {shown}; two would take turns at everything: "
                "stop it, or give --database"
            )
        time.sleep(0.1)
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(hold, ended), name="hold", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join(_LETTING_GO_S)


class DatabaseHold:
    """A lock that PostgreSQL keeps as long as our connection lives, so a killed hub leaves none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take it; False when another hub has it."""
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        # Of a machine that lost its power no goodbye comes: so it is free again in half a minute.
        for name, value in (("idle", 10), ("interval", 5), ("count", 3)):
            connection.exec_driver_sql(f"SET tcp_keepalives_{name} = {value}")
        taken: bool = connection.execute(select(func.pg_try_advisory_lock(_HOLD))).scalar_one()
        if taken:
            self._connection = connection
        else:
            connection.close()
        return taken

    def keep(self) -> bool:
        """Take it again if the database was restarted; False when another hub was faster."""
        if self._connection is not None:
            try:
                self._connection.exec_driver_sql("SELECT 1")
            except DBAPIError:
                self.release()
        return self._connection is not None or self.take()

    def release(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _keep(hold: DatabaseHold, ended: threading.Event) -> None:
    kept = True
    while not ended.wait(_HOLD_CHECK_S):
        try:
            before, kept = kept, hold.keep()
        except DBAPIError:
            continue  # no database, so nobody has it
        if before and not kept:
            _log.error("another hub took the database while it was away: stop one of the two")
    hold.release()


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket; `PortTakenError` in words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            # Nobody is answered before the hub is ready, but nobody is turned away either.
            listener.listen(128)
        except OSError as error:
            raise PortTakenError(
                f"{host}:{port} can't be listened on ({error.strerror}); "
                "choose another with --port or STEMNING_PORT"
            ) from error
        yield listener
    finally:
        listener.close()


class _Server(uvicorn.Server):
    """Tells event streams to end at the signal: they would hold up the server's own end."""

    def __init__(self, parts: HubParts, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(parts),
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=_STREAMS_END_S,
                server_header=False,
            )
        )
        self._parts = parts
        self._listener = listener

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT; the second SIGINT ends without waiting for anybody.

        The base class would raise the signal again at the end, and so end the process before
        its exit code is 0.
        """
        _log.info("ending on %s", signal.Signals(sig).name)
        self._parts.changes.close()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where, once it serves."""
        await super().startup(sockets)
        host, port = self._listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        sys.stdout.write(f"Stemning serves at http://{shown}:{port}/\n")
        sys.stdout.flush()
