"""The guard's state on disk. A thread of its own writes it: an fsync may take seconds."""

from __future__ import annotations

import json
import os
from binascii import crc32
from collections import deque
from queue import SimpleQueue
from threading import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Memory:
    """Reads the state once, and writes it whole: the old one or the new one, never a half.

    ``done`` gets each version that was tried, with the problem or None; then ``wake`` is written.
    """

    def __init__(self, path: str, wake: int) -> None:
        self.done: deque[tuple[int, str | None]] = deque()
        self._path, self._wake = path, wake
        self._todo: SimpleQueue[tuple[int, bytes] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def read(self) -> dict[str, Any] | None:
        """What the run before left: None without one, ``{}`` if it can't be read."""
        try:
            with open(self._path, "rb") as file:
                check, _, body = file.read().partition(b" ")
            state: dict[str, Any] = json.loads(body) if int(check, 16) == crc32(body) else {}
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return {}
        return state

    def write(self, version: int, state: dict[str, Any]) -> None:
        """Have the thread write ``state``."""
        body = json.dumps(state).encode()
        self._todo.put((version, b"%08x %s" % (crc32(body), body)))

    def end(self, timeout_s: float) -> None:
        """Let the thread finish what it has."""
        self._todo.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (todo := self._todo.get()) is not None:
            problem = None
            try:
                self._store(todo[1])
            except OSError as error:
                problem = f"the guard's state can't be written ({error.strerror})"
            self.done.append((todo[0], problem))
            os.write(self._wake, b".")

    def _store(self, text: bytes) -> None:
        with open(f"{self._path}.new", "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(f"{self._path}.new", self._path)
        folder = os.open(os.path.dirname(self._path), os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
