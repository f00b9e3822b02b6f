"""How often somebody may do something: token buckets, in memory that doesn't grow."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 10_000


class Allowances:
    """A bucket for each key: full at first, and filled again evenly. Safe to use from any thread.

    Who didn't ask for longest is forgotten when there are too many, and so begins with a full
    bucket again.
    """

    def __init__(self, monotonic: Callable[[], float], most_keys: int = MOST_KEYS) -> None:
        self._monotonic = monotonic
        self._most_keys = most_keys
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, per_minute: float, at_once: float | None = None) -> float:
        """Take one; 0.0 if there was one, else the seconds until there is.

        ``at_once`` is how many a full bucket holds, a minute's worth if it isn't said.
        """
        most = per_minute if at_once is None else at_once
        with self._lock:
            now_s = self._monotonic()
            left, at_s = self._buckets.pop(key, (most, now_s))
            left = min(most, left + (now_s - at_s) * per_minute / 60)
            wait_s = 0.0 if left >= 1 else (1 - left) * 60 / per_minute
            self._buckets[key] = (left if wait_s else left - 1, now_s)
            while len(self._buckets) > self._most_keys:
                self._buckets.popitem(last=False)
            return wait_s
