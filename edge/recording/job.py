"""Work with a disk that may fail: tried again later, and what is wrong is known meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from edge.clock import Moment

RETRY_S = 2.0
FAILURES = (OSError, sqlite3.Error)
"""What a full, read-only, damaged or missing disk answers with."""


class Job:
    """One kind of work, so that one that fails holds up no other.

    ``work(moment)`` does what is due and answers when the next is.
    """

    def __init__(self, work: Callable[[Moment], datetime | None]) -> None:
        self.problem: str | None = None
        self._work = work
        self._again_at: datetime | None = None

    def step(self, moment: Moment, *, hurry: bool = False) -> datetime | None:
        """Do what is due, but not sooner than `RETRY_S` after a failure unless in a ``hurry``."""
        if self._again_at is not None and moment.steady < self._again_at and not hurry:
            return self._again_at
        try:
            due = self._work(moment)
        except FAILURES as error:
            self.problem = str(error)
            self._again_at = moment.later(RETRY_S)
            return self._again_at
        self.problem = self._again_at = None
        return due
