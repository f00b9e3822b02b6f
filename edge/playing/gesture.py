"""How an output shows itself: gently to another level and back, as a function of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from edge.clock import Moment
from scenes.fades import progress

IDENTIFY_S = 2.0
TEST_S = 4.0


@dataclass(frozen=True, slots=True)
class Gesture:
    """From the output's own level to ``peak`` (per cent) and back, along one cosine wave.

    One gesture is one slow flash. An output carries one at a time, so it never shows more
    than one flash in `IDENTIFY_S` seconds, however often somebody asks.
    """

    start: datetime
    end: datetime
    peak: float

    @property
    def middle(self) -> datetime:
        """When the output is at the peak."""
        return self.start + (self.end - self.start) / 2

    def at(self, level: float, instant: datetime) -> float:
        """Per cent at the steady ``instant`` for an output that would be at ``level``."""
        share = progress(self.start, self.end, instant)
        return level + (self.peak - level) * (1 - math.cos(2 * math.pi * share)) / 2

    def done(self, instant: datetime) -> bool:
        """Whether the output is back at its own level."""
        return instant >= self.end


def identify_gesture(level: float, moment: Moment) -> Gesture:
    """Half as much and back; an output that is nearly off rises instead."""
    peak = level / 2 if level >= 20 else level + 30
    return Gesture(moment.steady, moment.later(IDENTIFY_S), peak)


def trial_gesture(level: float, moment: Moment) -> Gesture:
    """To the far end of the range and back."""
    return Gesture(moment.steady, moment.later(TEST_S), 100.0 if level < 60 else 0.0)
