"""A pipe in the file system through which somebody outside moves mock input pins."""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from devices.errors import DeviceConfigurationError

log = logging.getLogger(__name__)

_LINE = re.compile(r"(?:(?P<chip>\d{1,3})/)?(?P<pin>\d{1,3}) (?P<level>[01])")
_LONGEST_LINE = 64


class DriveFifo:
    """Reads lines ``PIN 1``, ``PIN 0`` or ``CHIP/PIN 1`` and calls ``drive(pin, high, chip)``.

    The pipe is made if it isn't there and removed by `close`. A line that says something else,
    or that ``drive`` refuses, is logged and skipped. Raises `DeviceConfigurationError` when the
    path can't be a pipe.
    """

    def __init__(self, path: Path, drive: Callable[[int, bool, int], None]) -> None:
        self._path = path
        self._drive = drive
        self._closing = Event()
        self._file = _open_fifo(path)
        self._thread = Thread(target=self._read, name="mock-pins", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End reading and remove the pipe. May be called twice."""
        if self._closing.is_set():
            return
        self._closing.set()
        os.write(self._file, b"\n")  # wakes the reader
        self._thread.join()
        os.close(self._file)
        self._path.unlink(missing_ok=True)

    def _read(self) -> None:
        waiting = b""
        while not self._closing.is_set():
            waiting += os.read(self._file, 4096)
            *lines, waiting = waiting.split(b"\n")
            for line in lines:
                self._obey(line.decode(errors="replace").strip())
            waiting = waiting[-_LONGEST_LINE:]

    def _obey(self, line: str) -> None:
        if not line:
            return
        match = _LINE.fullmatch(line)
        if match is None:
            log.warning("mock pins: %.80r says neither PIN 1, PIN 0 nor CHIP/PIN 1", line)
            return
        try:
            self._drive(int(match["pin"]), match["level"] == "1", int(match["chip"] or 0))
        except DeviceConfigurationError as error:
            log.warning("mock pins: %s", error)


def _open_fifo(path: Path) -> int:
    try:
        # A killed agent leaves its pipe behind; it is as good as a new one.
        if not (path.exists() and stat.S_ISFIFO(path.stat().st_mode)):
            os.mkfifo(path, 0o600)
        # Open for both: opening waits for nobody, and there is no end of file when a writer ends.
        return os.open(path, os.O_RDWR)
    except OSError as error:
        raise DeviceConfigurationError(
            f"cannot make the pipe for driving mock pins, {path}: {error.strerror}"
        ) from error
