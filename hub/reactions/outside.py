"""What other systems measure and tell the hub: the last word of each, in memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from scenes.rules import Measure

FRESH_S = 60.0
"""A measurement older than this counts for nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """A value, when it was so by the hub's clock, and who says it."""

    value: float
    at: datetime
    by: str

    def age_s(self, now: datetime) -> float:
        """Seconds since it was so."""
        return max(0.0, (now - self.at).total_seconds())

    def fresh(self, now: datetime) -> bool:
        """Whether it still counts. One of far ahead is from before the clock was set back."""
        return abs((now - self.at).total_seconds()) <= FRESH_S


class Outside:
    """The newest measurement of each zone and measure. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str, Measure], Told] = {}

    def tell(self, store: str, zone: str, measure: Measure, told: Told, now: datetime) -> None:
        """Somebody measured; what is older than what is known already changes nothing."""
        key = (store, zone, measure)
        with self._lock:
            known = self._told.get(key)
            if known is None or known.at <= told.at or known.at > now:
                self._told[key] = told

    def last(self, store: str, zone: str, measure: Measure) -> Told | None:
        """The newest word, however old; None when nobody ever said anything."""
        with self._lock:
            return self._told.get((store, zone, measure))
