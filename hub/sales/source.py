"""The bytes of a till's file, counted and hashed on their way."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import BinaryIO

_BUFFER_BYTES = 1 << 20


class CountingSource(io.RawIOBase):
    """Passes on what it reads; knows how many bytes that was and their SHA-256."""

    def __init__(self, source: BinaryIO, told: Callable[[int], None]) -> None:
        self._source = source
        self._told = told
        self._sha256 = hashlib.sha256()
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: Buffer
        chunk = self._source.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._sha256.update(chunk)
        self._bytes += len(chunk)
        self._told(self._bytes)
        return len(chunk)

    @property
    def sha256(self) -> str:
        """Of everything that was read so far, in hex."""
        return self._sha256.hexdigest()

    def text(self, encoding: str) -> io.TextIOWrapper:
        """The same as text lines; a byte that isn't text spoils its own row only."""
        return io.TextIOWrapper(
            io.BufferedReader(self, _BUFFER_BYTES),
            encoding=encoding,
            errors="surrogateescape",
            newline="",
        )
