"""How fast a screen may be answered, so that one child doesn't outvote a day's customers."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable

from hub.voices.errors import SurplusError

APART_S = 2.0
MOST = 20
WITHIN_S = 600.0
MOST_SCREENS = 2000


class Pace:
    """Counts at most one answer in `APART_S` and `MOST` within `WITHIN_S` of each screen.

    Lets the screen that was touched longest ago go when there are too many. Any thread may ask.
    """

    def __init__(self, monotonic: Callable[[], float], most_screens: int = MOST_SCREENS) -> None:
        self._monotonic = monotonic
        self._most_screens = most_screens
        self._lock = threading.Lock()
        self._counted: OrderedDict[int, deque[float]] = OrderedDict()

    def take(self, screen: int) -> None:
        """Count one; `SurplusError` when it comes too soon."""
        with self._lock:
            now_s = self._monotonic()
            counted = self._counted.setdefault(screen, deque(maxlen=MOST))
            self._counted.move_to_end(screen)
            while len(self._counted) > self._most_screens:
                self._counted.popitem(last=False)
            wait_s = 0.0
            if counted:
                wait_s = APART_S - (now_s - counted[-1])
            if len(counted) == MOST:
                wait_s = max(wait_s, WITHIN_S - (now_s - counted[0]))
            if wait_s > 0:
                raise SurplusError("this answer came too soon after others to be counted", wait_s)
            counted.append(now_s)
