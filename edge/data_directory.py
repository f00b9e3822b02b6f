"""The agent's directory on disk, used by one agent at a time."""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from edge.errors import AgentRunsError, DataDirectoryError

logger = logging.getLogger(__name__)


class DataDirectory:
    """Holds a lock on ``path`` until it is closed or the process ends, however it ends.

    `AgentRunsError` when another one has it. Nothing else keeps an agent from starting: with a
    directory that is read-only, full or gone (a dying card) the shop plays what can be read, and
    `open` can be tried again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plans = path / "plans"
        self.outbox = path / "outbox.db"
        self._lock: int | None = None
        try:
            self.open()
        except AgentRunsError:
            raise
        except DataDirectoryError as error:
            logger.error("the shop plays on: %s", error)  # noqa: TRY400 - a sentence is enough

    def open(self) -> None:
        """Lock the directory, and make it where there is none; `DataDirectoryError`."""
        if self._lock is not None:
            return
        try:
            if not self.path.is_dir():
                self.path.mkdir(parents=True, exist_ok=True)
            # The directory itself: a lock of its own could not be made on a read-only disk.
            lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise DataDirectoryError(
                f"the data directory {self.path} can't be used: {error}"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise AgentRunsError(
                f"another agent uses the data directory {self.path}: give each its own with --data"
            ) from None
        self._lock = lock

    def close(self) -> None:
        """Let the next agent have it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
