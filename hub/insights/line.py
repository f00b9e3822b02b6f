"""One long computation at a time, and a short line before it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar, cast

from hub.insights.errors import InsightsBusyError

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Line(Generic[Question, Answer]):
    """Computes answers one after the other, in a thread that lives while somebody waits.

    Who asks what is being computed, or stands in line already, waits for the same answer. At most
    ``most_waiting`` wait in all; the next is turned away at once.
    """

    def __init__(self, compute: Callable[[Question], Answer], most_waiting: int) -> None:
        self._compute = compute
        self._most_waiting = most_waiting
        # Held for moments only: never while anything is computed.
        self._lock = threading.Lock()
        self._line: dict[Question, Future[Answer]] = {}
        self._waiting = 0

    async def wait(self, question: Question) -> Answer:
        """The answer, or the error of its computation; `InsightsBusyError` when too many wait."""
        future = self._join(question)
        try:
            return await asyncio.wrap_future(future)
        finally:
            with self._lock:
                self._waiting -= 1

    def _join(self, question: Question) -> Future[Answer]:
        with self._lock:
            if self._waiting >= self._most_waiting:
                raise InsightsBusyError("others wait for their figures already; try again soon")
            self._waiting += 1
            future = self._line.get(question)
            if future is None:
                future = self._line[question] = Future()
                # One who goes away must not take the answer from the others.
                future.set_running_or_notify_cancel()
                if len(self._line) == 1:
                    threading.Thread(target=self._run, name="effects", daemon=True).start()
        return future

    def _run(self) -> None:
        last = False
        while not last:
            with self._lock:
                question = next(iter(self._line))
            answer, error = None, None
            try:
                answer = self._compute(question)
            except Exception as raised:  # noqa: BLE001 - it belongs to those who asked
                error = raised
            with self._lock:
                future = self._line.pop(question)
                # Whoever comes from now on starts another thread.
                last = not self._line
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(cast("Answer", answer))
