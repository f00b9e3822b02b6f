"""The last lines of the agent's log, in memory, for whoever asks from afar."""

from __future__ import annotations

import logging
import re
from collections import deque
from datetime import UTC, datetime

LINES = 200
LONGEST_LINE = 500
LARGEST_BYTES = 24_000
"""What is told at once: as JSON it stays below 32 kB."""

_LOGIN = re.compile(r"(?<=://)[^\s/@]+@")


class LogTail(logging.Handler):
    """Keeps the last `LINES` lines; what an address says of a login is left out.

    Give it to a logger. A line is ``2026-10-22 09:00:00Z WARNING edge.link: words``; of an error
    that was caught it says which, and not where in the code.
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line; from any thread."""
        try:
            at = datetime.fromtimestamp(record.created, UTC)
            words = f"{record.name}: {record.getMessage()}{_caught(record)}"
        except Exception:  # noqa: BLE001 - a line that can't be written must not harm its writer
            self.handleError(record)
            return
        line = " ".join(_LOGIN.sub("…@", words).split())
        self._lines.append(f"{at:%Y-%m-%d %H:%M:%SZ} {record.levelname} {line}"[:LONGEST_LINE])

    def lines(self) -> tuple[str, ...]:
        """The newest last; the oldest are left out where all would be too much for one reply."""
        told: list[str] = []
        room = LARGEST_BYTES
        for line in reversed(tuple(self._lines)):
            room -= len(line.encode()) + 3
            if room < 0:
                break
            told.append(line)
        return tuple(reversed(told))


def _caught(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return "" if error is None else f" ({type(error).__name__}: {error})"
