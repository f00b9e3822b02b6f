"""Our programs as real processes, forked where their code is loaded: what a fork spares is imports.

A hub's libraries take seconds to import, and the tests start hundreds of hubs. What they test of a
process is all here: its own id, signals, files, exit code. How ``stemning`` starts from nothing is
tested by those who start it by its command line.

``python -m tests.parts.nursery FD`` is the program; `fork` asks it, and starts it when it is first
needed.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import stemning
from hub.routing import every_route
from hub.web.rendering import compile_templates

LOADED = ("alembic.command", "psycopg", "hub.command", "hub.serving", "edge.command", "edge.wiring")

_LARGEST = 1 << 18
_START_S = 60.0
_PYTHONPATH = os.environ.get("PYTHONPATH")


class Forked:
    """A child of the nursery; what `subprocess.Popen` is to a child of one's own."""

    def __init__(self, said: socket.socket) -> None:
        """Read its process id; ``said`` tells its exit code at its end."""
        self._said = said
        self._said.settimeout(_START_S)
        self.pid = int(self._said.recv(64) or self._no_nursery())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, minus the signal's number when one ended it; None while it lives."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; ``subprocess.TimeoutExpired`` after so many seconds."""
        if self.returncode is None:
            self._said.settimeout(timeout)
            try:
                self.returncode = int(self._said.recv(64) or self._no_nursery())
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("stemning", timeout or 0) from None
            self._said.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it is known to have ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)

    @staticmethod
    def _no_nursery() -> NoReturn:
        raise AssertionError("the tests' nursery of processes is gone (tests/parts/nursery.py)")


@dataclass
class _Nursery:
    """The program as the tests see it; lives as long as they do."""

    ask: socket.socket | None = None
    program: subprocess.Popen[bytes] | None = None
    starting: threading.Lock = field(default_factory=threading.Lock)

    def asked(self) -> socket.socket:
        with self.starting:
            if self.ask is None:
                self.ask, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    # It ends when nobody can ask any more.
                    self.program = subprocess.Popen(
                        [sys.executable, "-m", __name__, str(theirs.fileno())],
                        pass_fds=[theirs.fileno()],
                        stdin=subprocess.DEVNULL,
                        cwd=Path(__file__).parents[2],
                    )
            return self.ask


_nursery = _Nursery()


def fork(
    words: Sequence[str | Path],
    streams: tuple[int, int, int],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
) -> Forked:
    """Run ``stemning WORDS``; ``streams`` are the files of its input, output and errors.

    What a ``PYTHONPATH`` of a test's own adds is not there: such a program begins from nothing.
    """
    assert os.environ.get("PYTHONPATH") == _PYTHONPATH, "it would not see this PYTHONPATH"
    request = {
        "words": [str(word) for word in words],
        "cwd": str(cwd),
        "environment": dict(os.environ if environment is None else environment),
    }
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        message = json.dumps(request).encode()
        assert len(message) < _LARGEST
        socket.send_fds(_nursery.asked(), [message], [*streams, theirs.fileno()])
    return Forked(ours)


@functools.cache
def warm() -> None:
    """Return when it has loaded what it forks: what begins from now on begins at once."""
    run(["--help"], cwd=Path(__file__).parent)


def run(
    words: Sequence[str | Path],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    given: str = "",
    timeout_s: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Run ``stemning WORDS`` to its end with ``given`` as its input; what it said is text."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(3)]
        told, out, error = files
        told.write(given)
        told.seek(0)
        streams = (told.fileno(), out.fileno(), error.fileno())
        child = fork(words, streams, cwd=cwd, environment=environment)
        try:
            code = child.wait(timeout_s)
        finally:
            child.kill()
        out.seek(0)
        error.seek(0)
        return subprocess.CompletedProcess(list(words), code, out.read(), error.read())


class _Forking:
    """The program's loop: forks for each request, and tells each child's end."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._children: dict[int, socket.socket] = {}
        self._ended, self._wake = socket.socketpair()

    def run(self) -> int:
        """Serve until nobody asks any more; in a child, what that child's code is."""
        self._wake.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as awaited:
            awaited.register(self._requests, selectors.EVENT_READ)
            awaited.register(self._ended, selectors.EVENT_READ)
            while True:
                for key, _ in awaited.select():
                    if key.fileobj is self._ended:
                        self._ended.recv(4096)
                        self._bury()
                        continue
                    message, files, *_rest = socket.recv_fds(self._requests, _LARGEST, 4)
                    if not message:
                        return 0
                    request = self._fork(message, *files)
                    if request is not None:
                        # A child: out of everything that is the nursery's, and on by itself.
                        awaited.close()
                        return _live(request)

    def _fork(self, message: bytes, *files: int) -> bytes | None:
        """Have one child more; in the child, what was asked of it."""
        *streams, told = files
        pid = os.fork()
        if pid:
            for each in streams:
                os.close(each)
            said = socket.socket(fileno=told)
            self._children[pid] = said
            said.send(str(pid).encode())
            return None
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for mine in (self._requests, self._ended, self._wake, *self._children.values()):
            mine.close()
        os.close(told)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        return message

    def _bury(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                with self._children.pop(pid) as said, suppress(OSError):
                    said.send(str(os.waitstatus_to_exitcode(status)).encode())


def _live(message: bytes) -> int:
    request = json.loads(message)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    sys.argv = ["stemning", *request["words"]]
    return stemning.main(request["words"])


def main() -> int:
    """Load what hub and agent need, and serve."""
    for each in LOADED:
        importlib.import_module(each)
    every_route()
    compile_templates()
    gc.collect()
    # What lies in every child's memory as it was is not copied for each to be looked through.
    gc.freeze()
    return _Forking(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    sys.exit(main())
