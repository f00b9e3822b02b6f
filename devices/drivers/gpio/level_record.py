"""A file of what mock pins did, one JSON line a change."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from devices.errors import DeviceConfigurationError

log = logging.getLogger(__name__)


class LevelRecord:
    """Appends ``{"at": …, "chip": 0, "pin": 17, "level": 0.42}`` for each change of a level.

    ``at`` is an ISO instant in UTC, ``level`` the share of full output, 0 to 1. A line is
    written at once and whole, so a reader may follow the file. Nobody trims it: it is for
    tests, demos and an afternoon's development. Raises `DeviceConfigurationError` when the
    file can't be opened.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        try:
            self._file: int | None = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise DeviceConfigurationError(
                f"cannot write the record of pin levels, {path}: {error.strerror}"
            ) from error
        self._path = path
        self._now = now

    def write(self, chip: int, pin: int, level: float) -> None:
        """Append one change; a full disk ends the record, never the light."""
        if self._file is None:
            return
        # Formatted by hand: a thousand lights in a fade come through here.
        line = (
            f'{{"at": "{self._now().isoformat()}", "chip": {chip}, "pin": {pin}, '
            f'"level": {round(level, 6)!r}}}\n'
        )
        try:
            os.write(self._file, line.encode())
        except OSError as error:
            log.warning("the record of pin levels, %s, ends here: %s", self._path, error)
            self.close()

    def close(self) -> None:
        """End the record. May be called twice."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
