"""A connection to MPD that is made when needed and never waited for long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import RLock
from typing import Any, TypeVar

import mpd

from devices.errors import DeviceRefusedError, DeviceUnavailableError

T = TypeVar("T")

SLOW_RETRY_S = 5.0
"""A server that let us wait in vain isn't asked again before this time is over."""

# A time-out is an OSError; what can't be parsed is a ValueError in python-mpd2.
_BROKEN = (mpd.MPDError, OSError, ValueError)
_SHORTEST_WAIT_S = 0.01


class Exchange:
    """One piece of work with the server, all of it within a deadline."""

    def __init__(self, client: Any, deadline: float, clock: Callable[[], float]) -> None:  # noqa: ANN401 - python-mpd2 has no types
        self._client = client
        self._deadline = deadline
        self._clock = clock

    @property
    def mpd(self) -> Any:  # noqa: ANN401 - python-mpd2 has no types
        """The client, for one command: it waits no longer than this exchange still may."""
        left_s = self._deadline - self._clock()
        if left_s <= 0:
            raise TimeoutError("the server is too slow")
        self._client.timeout = max(left_s, _SHORTEST_WAIT_S)
        return self._client

    def all_of(self, *commands: tuple[Any, ...]) -> None:
        """Run commands, each ``(name, *arguments)``, in one go; the first refused one ends it."""
        if not commands:
            return
        client = self.mpd
        client.command_list_ok_begin()
        for name, *arguments in commands:
            getattr(client, name)(*arguments)
        client.command_list_end()


class Connection:
    """Makes, keeps and remakes the connection to one server.

    ``greet`` is the first work on every new connection: what the server must know before
    anything else. ``clock`` counts seconds (monotonic).
    """

    def __init__(
        self,
        host: str,
        port: int,
        greet: Callable[[Exchange], None],
        clock: Callable[[], float],
    ) -> None:
        self._host = host
        self._port = port
        self._greet = greet
        self._clock = clock
        self._client: Any = None
        self._not_before = clock()
        self._last_failure = ""
        self._closed = False
        self._lock = RLock()

    def run(self, work: Callable[[Exchange], T], budget_s: float) -> T:
        """Do ``work`` within ``budget_s`` seconds, connecting first if need be.

        Raises `DeviceUnavailableError` when the server doesn't answer, `DeviceRefusedError` in
        the server's words when it won't.
        """
        with self._lock:
            if self._closed:
                raise DeviceUnavailableError("the connection to MPD is closed")
            if self._clock() < self._not_before:
                raise DeviceUnavailableError(self._last_failure)
            deadline = self._clock() + budget_s
            try:
                return self._attempt(work, deadline)
            except mpd.CommandError as error:
                raise DeviceRefusedError(f"MPD says: {error.msg or error}") from error
            except _BROKEN as error:
                raise self._failed(error) from error

    def close(self) -> None:
        """Hang up for good. May be called twice."""
        with self._lock:
            self._closed = True
            self._hang_up()

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_BROKEN):
                client.disconnect()

    def _attempt(self, work: Callable[[Exchange], T], deadline: float) -> T:
        if self._client is not None:
            try:
                return work(Exchange(self._client, deadline, self._clock))
            except (mpd.ConnectionError, ConnectionError):
                # The server hangs up on silent clients (after a minute), or was restarted.
                self._hang_up()
        self._connect(deadline)
        return work(Exchange(self._client, deadline, self._clock))

    def _connect(self, deadline: float) -> None:
        client = mpd.MPDClient()
        client.timeout = max(deadline - self._clock(), _SHORTEST_WAIT_S)
        client.connect(self._host, self._port)
        try:
            self._greet(Exchange(client, deadline, self._clock))
        except _BROKEN:
            with suppress(*_BROKEN):
                client.disconnect()
            raise
        self._client = client

    def _failed(self, error: Exception) -> DeviceUnavailableError:
        # Half an answer may still be on its way: such a connection is of no use any more.
        self._hang_up()
        if isinstance(error, TimeoutError):
            self._not_before = self._clock() + SLOW_RETRY_S
            reason = "it does not answer in time"
        elif isinstance(error, ConnectionRefusedError):
            reason = "nothing listens there; is the service mpd running?"
        else:
            reason = str(error)
        self._last_failure = f"MPD at {self._host}, port {self._port}: {reason}"
        return DeviceUnavailableError(self._last_failure)
