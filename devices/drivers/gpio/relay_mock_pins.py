"""The guard's pins where there are none: what is written goes to a file, inputs come by a pipe.

As `devices.drivers.gpio.mock_pins`, with the same lines in both, but without any library.
"""

from __future__ import annotations

import os
import time


class MockPins:
    """Pins of memory.

    ``record`` gets a line as `LevelRecord` writes it for each change of an output, ``drive`` is
    a pipe, made if it isn't there, that takes lines as `DriveFifo` does. An input that nobody
    drives is high, as one that nothing hangs on.
    """

    def __init__(self, record: str | None, drive: str | None) -> None:
        self._record = record
        self._levels: dict[tuple[int, int], int] = {}
        self._inputs: dict[str, int] = {}
        self._pipe = None if drive is None else _open_pipe(drive)

    def write(self, chip: int, pin: int, level: int) -> int:
        """Drive an output; the level that it has then."""
        if self._record is None or self._levels.get((chip, pin)) == level:
            return level
        at = time.time()
        second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
        line = (
            f'{{"at": "{second}.{int(at % 1 * 1e6):06}+00:00", "chip": {chip}, "pin": {pin}, '
            f'"level": {float(level)}}}\n'
        )
        # Opened each time: whoever reads it may put it aside.
        with open(self._record, "a", encoding="ascii") as record:
            record.write(line)
        self._levels[chip, pin] = level
        return level

    def read(self, chip: int, pin: int) -> int:
        """The level of an input."""
        for line in self._said().splitlines():
            name, _, level = line.strip().rpartition(" ")
            self._inputs[name.removeprefix("0/")] = int(level != "0")
        return self._inputs.get(f"{chip}/{pin}".removeprefix("0/"), 1)

    def close(self) -> None:
        """Let go of the pipe."""
        if self._pipe is not None:
            os.close(self._pipe)

    def _said(self) -> str:
        try:
            return "" if self._pipe is None else os.read(self._pipe, 4096).decode(errors="replace")
        except BlockingIOError:
            return ""


def _open_pipe(path: str) -> int:
    if not os.path.exists(path):
        os.mkfifo(path, 0o600)
    # For both, so that there is no end of file when a writer ends.
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)
