"""Counts the flashes of one signal, such as a zone's summed light. Pure.

A *turn* is a change by at least ``change`` against the turn before, measured from the signal's
own extreme; two turns are a flash (WCAG 2.3.1: a pair of opposing changes). Times are seconds
of steady time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

WINDOW_S = 1.02
"""The second in which flashes are counted, and what a timer may be late."""


class FlashWatch:
    """Follows a signal and says whether it may turn; at most two turns a flash in `WINDOW_S`.

    What was before ``at_s`` nobody knows: one turn may come at once, what turns back has to
    wait for a second. So an agent that is started again and again is no strobe.
    """

    def __init__(self, change: float, flashes: int, at_s: float, value: float) -> None:
        self.value = value
        self._change = change
        self._most = 2 * flashes
        self._rising: bool | None = None
        self._low = self._high = value
        self._turns = deque([at_s] * (self._most - 1))
        self._overrun = False

    def would_turn(self, value: float) -> bool:
        """Whether a change to ``value`` is a turn."""
        falls = self._rising is not False and self._high - value >= self._change
        rises = self._rising is not True and value - self._low >= self._change
        return falls or rises

    def crowded(self, at_s: float) -> bool:
        """Whether no turn is left at ``at_s``."""
        self._forget(at_s)
        return len(self._turns) >= self._most

    def free_at(self, at_s: float) -> float:
        """When the next turn may be."""
        return self._turns[-self._most] + WINDOW_S if self.crowded(at_s) else at_s

    def follow(self, from_s: float, to_s: float, value: float) -> None:
        """The signal went from where it was, straight, to ``value``."""
        if self.would_turn(value):
            self._turn(self._crossing_s(from_s, to_s, value))
            self._rising = value > self.value
            self._low = self._high = value
        else:
            self._low = min(self._low, value)
            self._high = max(self._high, value)
        self.value = value

    def keeps(self, at_s: float, value: float, course: Iterable[tuple[float, float]]) -> bool:
        """Whether a step to ``value`` now, then lines to each (time, value), keep the limit."""
        trial = self._copy()
        trial.follow(at_s, at_s, value)
        for to_s, then in course:
            trial.follow(at_s, to_s, then)
            at_s = to_s
        return not trial._overrun  # noqa: SLF001 - it is one of us

    def _crossing_s(self, from_s: float, to_s: float, value: float) -> float:
        """When a straight line to ``value`` became a turn."""
        if to_s <= from_s:
            return to_s
        edge = self._high - self._change if value < self.value else self._low + self._change
        share = (edge - self.value) / (value - self.value)
        return from_s + (to_s - from_s) * min(max(share, 0.0), 1.0)

    def _turn(self, at_s: float) -> None:
        self._overrun = self.crowded(at_s) or self._overrun
        self._turns.append(at_s)

    def _forget(self, at_s: float) -> None:
        while self._turns and self._turns[0] <= at_s - WINDOW_S:
            self._turns.popleft()

    def _copy(self) -> FlashWatch:
        twin = FlashWatch(self._change, self._most // 2, 0.0, self.value)
        twin._rising, twin._low, twin._high = self._rising, self._low, self._high
        twin._turns = deque(self._turns)
        return twin
