"""A thread that runs one step again and again: when it is due, and when it is woken."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Condition, Thread

from edge.clock import Clock, Moment

logger = logging.getLogger(__name__)

LONGEST_WAIT_S = 1.0
"""So that a stepped wall clock or a lost wake-up is made good within a second."""

AFTER_ERROR_S = 1.0


class Loop:
    """Calls ``step(moment)``; the step answers when it is due next (steady time) or None.

    A step that raises is a bug: it is logged once until a step works again, and tried again a
    second later, because a shop with a bug still needs its light. ``last`` is called when it ends,
    on its thread: what a step began and nobody else would put right.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[Moment], datetime | None],
        clock: Clock,
        last: Callable[[Moment], None] | None = None,
    ) -> None:
        self._name = name
        self._step = step
        self._last = last
        self._clock = clock
        self._condition = Condition()
        self._woken = False
        self._ended = False
        self._failing = False
        self._thread = Thread(target=self._run, name=f"edge-{name}", daemon=True)

    def start(self) -> None:
        """Begin to step, at once."""
        self._thread.start()

    def wake(self) -> None:
        """Step now, from any thread; many wakes before the step begins are one."""
        with self._condition:
            self._woken = True
            self._condition.notify()

    def end(self, timeout_s: float) -> bool:
        """Let the step under way finish, and ``last``, and end; whether that was in time."""
        with self._condition:
            self._ended = True
            self._condition.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._ended:
            timeout_s = self._guarded_step()
            with self._condition:
                if not self._woken and not self._ended and timeout_s > 0:
                    self._clock.wait(self._condition, timeout_s)
                self._woken = False
        if self._last is not None:
            try:
                self._last(Moment.read(self._clock))
            except Exception:
                logger.exception("the end of the %s loop failed", self._name)

    def _guarded_step(self) -> float:
        try:
            due = self._step(Moment.read(self._clock))
        except Exception:
            if not self._failing:
                logger.exception("the %s loop failed and goes on", self._name)
            self._failing = True
            return AFTER_ERROR_S
        self._failing = False
        if due is None:
            return LONGEST_WAIT_S
        waiting = (due - Moment.read(self._clock).steady).total_seconds()
        return min(waiting, LONGEST_WAIT_S)
