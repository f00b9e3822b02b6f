"""A server program as a child process: started, stopped and killed by its own pid."""

import os
import pwd
import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO, Protocol, TypedDict

from tests.parts.ports import LOOPBACK, free_port
from tests.waiting import wait_until

START_TRIES = 3
START_TIMEOUT_S = 45.0
STOP_TIMEOUT_S = 20.0


class DiedAtStart(Exception):
    """The server ended before it was ready; the message holds its log."""


class Process(Protocol):
    """What is asked of a child process, be it a child of ours or the nursery's."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def returncode(self) -> int | None:
        """Its exit code, once it was waited for."""

    def poll(self) -> int | None:
        """The exit code; None while it lives."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; ``subprocess.TimeoutExpired``."""

    def send_signal(self, sig: int, /) -> None:
        """Send a signal."""

    def kill(self) -> None:
        """End it as a power cut would."""


class Server(ABC):
    """A real server on a free port of loopback; the port stays the same over restarts.

    A subclass must say how its command line looks (``command``) and when it is ready
    (``ready``). ``directory`` must exist; the server's log lands in it.
    """

    host = LOOPBACK
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, user: str | None = None) -> None:
        """Prepare, without starting; ``user`` runs the server as somebody else (root only)."""
        self.directory = directory
        self.port = 0
        self.user = user
        self._process: Process | None = None

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Write the configuration for ``self.port`` and return the command line."""

    @abstractmethod
    def ready(self) -> bool:
        """Say whether the server serves; asked again and again, may not block for long."""

    @property
    def pid(self) -> int:
        """The running server's process id."""
        assert self._process is not None, f"{self.name} is not running"
        return self._process.pid

    @property
    def name(self) -> str:
        """What failures call this server."""
        return type(self).__name__.lower()

    @property
    def log(self) -> str:
        """Everything the server wrote so far."""
        path = self.directory / f"{self.name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start and return when the server serves."""
        assert self._process is None, f"{self.name} is running already"
        if self.port:
            self._start_once()
        else:
            self._start_on_a_free_port()

    def launch(self) -> None:
        """Start again on the same port, without waiting until it serves."""
        assert self._process is None, f"{self.name} is running already"
        assert self.port, f"{self.name} was never started"
        self._spawn()

    def stop(self) -> None:
        """Ask the server to end and wait until it has; does nothing when it is not running."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """End the server as a power cut would (SIGKILL); does nothing when it is not running."""
        self._end(signal.SIGKILL)

    def _start_on_a_free_port(self) -> None:
        for tries_left in reversed(range(START_TRIES)):
            self.port = free_port()
            try:
                self._start_once()
            except DiedAtStart:
                # Somebody may have taken the port in between.
                if not tries_left:
                    raise
            else:
                return

    def _start_once(self) -> None:
        self._spawn()
        try:
            wait_until(self._ready_or_dead, START_TIMEOUT_S, f"{self.name} to serve")
        except BaseException:
            self.kill()
            raise

    def _spawn(self) -> None:
        command = self.command()
        with (self.directory / f"{self.name}.log").open("ab") as log:
            self._process = self._begin(command, log)

    def _begin(self, command: list[str | Path], log: BinaryIO) -> Process:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
            **as_user(self.user),
        )

    def _ready_or_dead(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise DiedAtStart(f"{self.name} ended at its start:\n{self.log}")
        return self.ready()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.name} did not end on {how.name}:\n{self.log}") from None


class RunAs(TypedDict, total=False):
    """Popen's arguments that change who a child runs as."""

    user: str
    group: int
    extra_groups: list[str | int]
    env: dict[str, str]


def as_user(user: str | None) -> RunAs:
    """Popen's arguments for running as ``user``, none for "as I am"."""
    if user is None:
        return {}
    record = pwd.getpwnam(user)
    environment = dict(os.environ, HOME=record.pw_dir, USER=user)
    return {"user": user, "group": record.pw_gid, "extra_groups": [], "env": environment}
