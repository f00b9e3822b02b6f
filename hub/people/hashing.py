"""Passwords and PINs to argon2id hashes: two at a time, and only so many waiting.

Each takes 19 MiB and about a tenth of a second, so an unbounded number of them would be a way to
stop the hub.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.people.errors import BusyError
from scenes.language import _

WORKERS = 2
WAITING = 8
_RETRY_AFTER_S = 2.0
_ARGON2ID = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The least that OWASP asks for."""

_OF_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$mFl1jOXTblA3+4iamRQ9TA$"
    "FSBnHXztPhGRI05+U30z3Y8P3t5evl9WfKKCHG7Rgyo"
)
"""Of 32 random bytes that nobody kept."""


class Hasher:
    """Safe to use from any thread; a caller waits for its turn. `BusyError` when many wait."""

    def __init__(
        self, workers: int = WORKERS, waiting: int = WAITING, argon2: PasswordHasher = _ARGON2ID
    ) -> None:
        self._argon2 = argon2
        self._turns = threading.Semaphore(workers)
        self._most = workers + waiting
        self._lock = threading.Lock()
        self._inside = 0

    def hash(self, secret: str) -> str:
        """What may be kept of a secret."""
        with self._turn():
            return self._argon2.hash(_bytes(secret))

    def right(self, secret: str, kept: str | None) -> bool:
        """Whether ``kept`` is the secret's; without one False after the same time."""
        with self._turn():
            try:
                return self._argon2.verify(kept or _OF_NOBODY, _bytes(secret)) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock:
            if self._inside >= self._most:
                raise BusyError(_("many people sign in at this moment; try again"), _RETRY_AFTER_S)
            self._inside += 1
        try:
            with self._turns:
                yield
        finally:
            with self._lock:
                self._inside -= 1


def _bytes(secret: str) -> bytes:
    # å from one keyboard is å from another one.
    return normalize("NFC", secret).encode("utf-8", "replace")
