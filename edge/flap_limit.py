"""How many changes of one sensor are recorded: a loose wire must not fill the disk."""

from __future__ import annotations

from collections import deque

MOST_A_MINUTE = 120
"""More than two changes a second, for a minute, are no people."""

WINDOW_S = 60.0


class FlapLimit:
    """Allows ``most`` changes in any ``WINDOW_S``; who exceeds that flaps until it is calm.

    Calm is less than half of ``most`` in the last ``WINDOW_S``. Times are seconds that only run
    forward.
    """

    def __init__(self, most: int = MOST_A_MINUTE) -> None:
        self.flapping = False
        self._most = most
        self._times: deque[float] = deque(maxlen=most)

    def allow(self, at_s: float) -> bool:
        """Count a change; whether it may be recorded."""
        full = len(self._times) == self._most
        if full and at_s - self._times[0] < WINDOW_S:
            self.flapping = True
        self._times.append(at_s)
        return not self.flapping

    def look(self, at_s: float) -> None:
        """Notice that it is calm again."""
        # Whoever flaps has changed at least ``most`` times.
        if self.flapping and at_s - self._times[-(self._most // 2)] >= WINDOW_S:
            self.flapping = False
