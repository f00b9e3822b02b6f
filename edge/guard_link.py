"""The agent's connection to the guard: asks for bursts, keeps them going, hears what is so."""

from __future__ import annotations

import fcntl
import itertools
import json
import logging
import os
import select
import socket
import struct
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import randbits
from threading import Event, Thread

import msgspec

from edge.config import Config

logger = logging.getLogger(__name__)

CALM = "the calm button was pressed"
SOCKET = "guard.sock"
LONGEST_STATUS = 1 << 18
CONNECT_S = 2.0
FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 2.0
LOOK_S = 0.7
LOOKS = 3
"""A guard that has read nothing for so many looks hangs: it is as good as gone."""

PATIENCE_S = 2.0
"""A guard that starts anew, as for an update, is no news before this."""

SILENT = "the guard does not answer: no scent"
GONE = f"{SILENT}, and its contact, buttons and relays are dead: start it anew"


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """Why a burst isn't given, or no longer: a word, a sentence, and the wait that would help."""

    why: str
    text: str
    wait_s: float


class OutputStatus(msgspec.Struct, frozen=True, array_like=True):
    """One diffuser: the last burst that was asked for, what it ever gave, what today has left."""

    number: int
    on: bool
    refusal: Refusal | None
    total_ml: float
    left_ml: float


class GuardStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the guard says of itself. ``alarm`` and ``problem`` are sentences.

    ``said`` are the last lines that it wrote on its own log in this run; an older one tells none.
    """

    alarm: str | None
    calm: tuple[str, ...]
    problem: str | None
    outputs: Mapping[str, OutputStatus]
    said: tuple[str, ...] = ()

    def safety(self, zone: str) -> str | None:
        """Why a zone has to be kept safe, or None."""
        return self.alarm or (CALM if zone in self.calm else None)


class GuardLink:
    """Connects and connects again on a thread of its own; whoever asks never waits.

    ``status`` is the last that was told, also while ``connected`` is false: an alarm that was on
    when the guard died is taken to be on.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.status: GuardStatus | None = None
        self.connected = False
        self._path = path
        self._clock = clock
        self._missed_s: float | None = None
        self._news: list[Callable[[], None]] = []
        self._numbers = itertools.count(randbits(40))
        self._socket: socket.socket | None = None
        self._ended = Event()
        self._thread = Thread(target=self._run, name="edge-guard", daemon=True)

    def tell(self, news: Callable[[], None]) -> None:
        """Call ``news()`` at every change, from the link's thread. Before `start`."""
        self._news.append(news)

    def start(self) -> None:
        """Look for the guard."""
        self._missed_s = self._clock()
        self._thread.start()

    def close(self) -> None:
        """Hang up: the guard ends at once what it gave. May be called twice."""
        self._ended.set()
        connection = self._socket
        if connection is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                logger.debug("the guard has hung up first")
        if self._thread.ident is not None:
            self._thread.join(CONNECT_S)

    def output(self, name: str) -> OutputStatus | None:
        """What the guard says of a diffuser, if it is there and knows it."""
        status = self.status
        return status.outputs.get(name) if status is not None and self.connected else None

    @property
    def silent(self) -> bool:
        """Whether the guard is sought, and was not there for `PATIENCE_S`."""
        missed_s = self._missed_s
        return missed_s is not None and self._clock() - missed_s > PATIENCE_S

    @property
    def problem(self) -> str | None:
        """What is wrong with the guard itself, in words: it is silent, or a pin fails."""
        if self.silent:
            return GONE
        return self.status.problem if self.status is not None and self.connected else None

    def safety(self, zone: str) -> str | None:
        """Why a zone has to be kept safe now, or None."""
        return None if self.status is None else self.status.safety(zone)

    def burst(self, output: str, seconds: float) -> int:
        """Ask for a burst; the number by which the guard speaks of it."""
        number = next(self._numbers)
        self._say({"ask": "burst", "output": output, "number": number, "seconds": seconds})
        return number

    def renew(self, output: str) -> None:
        """Say that the burst is still wanted, by one who is well."""
        self._say({"ask": "renew", "output": output})

    def _say(self, message: dict[str, object]) -> None:
        connection = self._socket
        try:
            if connection is not None:
                connection.send(json.dumps(message).encode(), socket.MSG_DONTWAIT)
        except OSError as error:
            # The thread notices a dead connection, and a guard that is full gives no lease.
            logger.debug("the guard can't be told: %s", error)

    def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        while not self._ended.is_set():
            try:
                with connect(self._path) as self._socket:
                    self._listen(self._socket)
            except (OSError, msgspec.DecodeError) as error:
                if self.connected or retry_s == FIRST_RETRY_S:
                    logger.warning("no scent: %s", _reason(self._path, error))
            retry_s = FIRST_RETRY_S if self.connected else min(retry_s * 2, LONGEST_RETRY_S)
            if self.connected:
                self._missed_s = self._clock()
            self._socket, self.connected = None, False
            self._tell()
            self._ended.wait(retry_s)

    def _listen(self, connection: socket.socket) -> None:
        # No timeout of the socket's own: whoever says something would wait for it, too.
        poll, looks = select.poll(), 0
        heard: set[str] = set()
        poll.register(connection, select.POLLIN)
        while not self._ended.is_set():
            if not poll.poll(LOOK_S * 1000):
                looks = looks + 1 if _unread(connection) or not self.connected else 0
                if looks >= LOOKS:
                    raise TimeoutError("it reads nothing")
                self._say({"ask": "are you there"})
                continue
            text = connection.recv(LONGEST_STATUS)
            if not text:
                break
            self.status = msgspec.json.decode(text, type=GuardStatus)
            if not self.connected:
                logger.info("the guard is there")
            # So that they stand in the agent's log, which can be asked for from afar.
            for line in (line for line in self.status.said if line not in heard):
                logger.warning("the guard says: %s", line)
            heard.update(self.status.said)
            self.connected, self._missed_s, looks = True, None, 0
            self._tell()
        if not self._ended.is_set():
            raise ConnectionResetError("the guard has ended")

    def _tell(self) -> None:
        for news in self._news:
            news()


def last_word(path: Path, within_s: float) -> GuardStatus | None:
    """What the guard says at once, or None when it says nothing in time."""
    try:
        with connect(path, within_s) as connection:
            connection.settimeout(within_s)
            return msgspec.json.decode(connection.recv(LONGEST_STATUS), type=GuardStatus)
    except (OSError, msgspec.DecodeError) as error:
        logger.debug("no word of the guard: %s", error)
        return None


def guard_socket(config: Config, data: Path) -> Path:
    """Where the guard of an edge listens."""
    return Path(config.guard.socket) if config.guard.socket else data / SOCKET


def why_silent(path: Path, error: OSError | None = None) -> str:
    """Why nobody answers at ``path``, and what a person can do."""
    if isinstance(error, PermissionError):
        return f"this user may not ask the guard at {path}: do it as the user that it runs as"
    if error is not None and not isinstance(error, FileNotFoundError | ConnectionRefusedError):
        return f"the guard at {path} does not answer ({error.strerror or error}): start it anew"
    return (
        f"no guard answers at {path}: start it (stemning guard --config ... --data ..., "
        "with the agent's own file and directory)"
    )


def _reason(path: Path, error: OSError | msgspec.DecodeError) -> str:
    return why_silent(path, error) if isinstance(error, OSError) else str(error)


def _unread(connection: socket.socket) -> int:
    """Of what was sent, the bytes that the other side has not read yet, about."""
    answer = fcntl.ioctl(connection, termios.TIOCOUTQ, struct.pack("i", 0))
    return int(struct.unpack("i", answer)[0])


def connect(path: Path, within_s: float = CONNECT_S) -> socket.socket:
    """A connection to the guard; `OSError` without one."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(within_s)
        # By the folder, because a socket's path may have 107 characters only.
        connection.connect(f"/proc/self/fd/{folder}/{path.name}")
        connection.settimeout(None)
    except OSError:
        connection.close()
        raise
    finally:
        os.close(folder)
    return connection
