"""Runs the hub as a process: its holds, one socket, one worker, a clean end."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from hub.app import build, create_app, plan_first
from hub.database import is_migrated, open_database
from hub.holding import Holding, SecondHubError, holds_of
from hub.parts import HubParts
from hub.settings import Settings
from scenes.errors import StemningError

_STREAMS_END_S = 2
_LETTING_GO_S = 3.0
_AGAIN_S = 0.2
_log = logging.getLogger(__name__)


class PortTakenError(StemningError, OSError):
    """The address can't be listened on."""

    code = "hub.port"


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
    with holding(settings) as ours, listening(settings.host, settings.port) as listener:
        parts = build(settings, holding=ours)
        if ours.held:
            plan_first(parts)
        else:
            parts.office.stand_by()
            _log.warning("%s", "; ".join(parts.office.problems()))
        ours.watch(parts.office.take_over, parts.office.stand_by)
        _Server(parts, listener).run(sockets=[listener])
    return 0


@contextmanager
def holding(settings: Settings) -> Iterator[Holding]:
    """Hold data directory and database, or wait to; `SecondHubError` when another hub has them.

    Who stands by comes back only when there is something to show: tables of the shape that this
    version knows, made by the hub in office.
    """
    engine = open_database(settings.database_url)
    ours = Holding(holds_of(settings.data, engine))
    try:
        deadline = time.monotonic() + _LETTING_GO_S
        while not ours.take():
            if settings.standby and is_migrated(engine):
                break
            if not settings.standby and (time.monotonic() > deadline or not ours.lets_go_late):
                raise SecondHubError(ours.refusal())
            time.sleep(_AGAIN_S)
        yield ours
    finally:
        ours.stop()
        engine.dispose()


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


def server_config(parts: HubParts) -> uvicorn.Config:
    """How the application over ``parts`` is served, and which proxies are believed before it."""
    return uvicorn.Config(
        create_app(parts),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_STREAMS_END_S,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=parts.settings.proxies,
    )


class _Server(uvicorn.Server):
    """Tells event streams to end at the signal: they would hold up the server's own end."""

    def __init__(self, parts: HubParts, listener: socket.socket) -> None:
        super().__init__(server_config(parts))
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
