"""The agent's directory on disk, used by one agent at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from edge.errors import AgentRunsError, DataDirectoryError


class DataDirectory:
    """Holds a lock on ``path`` until it is closed or the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DataDirectoryError(f"the data directory {path} can't be used: {error}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise AgentRunsError(
                f"another agent uses the data directory {path}: give each its own with --data"
            ) from None
        self.plans = path / "plans"
        self.outbox = path / "outbox.db"

    def close(self) -> None:
        """Let the next agent have it."""
        os.close(self._lock)
