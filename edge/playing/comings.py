"""Whether a light that is called on a thread of its own is there, by what it says itself."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from edge.clock import Moment
from edge.playing.agreement import take
from edge.playing.worker import Worker
from scenes.messages import Reading

FIRST_WORD_S = 2.0
"""For so long a light that is new here may be out of reach before it is told anything."""


class _Whereabouts(Enum):
    AWAY = auto()
    WAITS = auto()
    THERE = auto()


class Comings:
    """Follows the readings of one light.

    A reading with a problem and no level is that of a light that is away. One with a problem and
    a level is of a light that was, if only for a blink: it waits to be told.
    """

    def __init__(self, worker: Worker) -> None:
        self.listening = False
        """Whether there is any use in telling it something."""
        self._worker = worker
        self._whereabouts = _Whereabouts.AWAY
        self._patient_until: datetime | None = None

    def look(self, moment: Moment) -> Reading | None:
        """The reading by which it has just come; empty once when nobody waits for it any more."""
        news = self._worker.news()
        if news is not None:
            before = self._whereabouts
            _, reading = take(news)
            self._whereabouts = now = _whereabouts(reading)
            if now is not before and now is not _Whereabouts.AWAY:
                self.listening = True
                return None if before is _Whereabouts.WAITS else reading
        if self._patient_until is None:
            self._patient_until = moment.later(FIRST_WORD_S)
        if self.listening or moment.steady < self._patient_until:
            return None
        self.listening = True
        return Reading()

    def told(self) -> None:
        """It was told something: if it waits after that, it was away again."""
        if self._whereabouts is _Whereabouts.WAITS:
            self._whereabouts = _Whereabouts.THERE


def _whereabouts(reading: Reading) -> _Whereabouts:
    if reading.problem is None:
        return _Whereabouts.THERE
    return _Whereabouts.AWAY if reading.level is None else _Whereabouts.WAITS
