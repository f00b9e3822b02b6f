"""The simulated shoppers' model: how many come, and how long the atmosphere keeps them.

Pure functions of their arguments and of the dice they are given; README.md of this folder
explains the model and its numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from random import Random

# fmt: off
ARRIVALS_BY_HOUR = (
    0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.20,  # 00 to 07
    0.30, 0.45, 0.60, 0.75, 0.90, 0.80, 0.75, 0.85,  # 08 to 15
    1.00, 1.00, 0.80, 0.50, 0.30, 0.20, 0.15, 0.15,  # 16 to 23
)
# fmt: on
"""Arrivals by local hour of day, as a share of the busiest hour's. Never 0: a demo at night
should show something."""

SPREAD = 0.6
"""Standard deviation of the logarithm of dwell."""

SHORTEST_DWELL_S = 3.0
LONGEST_DWELL_S = 3600.0

MOVING_S = (4.0, 15.0)
STANDING_S = (1.0, 4.0)
"""Somebody moves for so long, then stands still for so long, and so on."""


@dataclass(frozen=True, slots=True)
class Atmosphere:
    """What a zone really gives, each in per cent: light level, music volume, scent intensity."""

    light: float = 0.0
    volume: float = 0.0
    scent: float = 0.0


@dataclass(frozen=True, slots=True)
class Liking:
    """How a sense changes dwell: best at ``best`` per cent, by ``gain`` of its logarithm there.

    The curve is a parabola that is 0 at 0 % and at twice ``best``, and negative beyond.
    """

    best: float
    gain: float

    def at(self, percentage: float) -> float:
        """The change of the logarithm of dwell."""
        return self.gain * (1 - ((percentage - self.best) / self.best) ** 2)


LIGHT = Liking(best=65.0, gain=0.18)
VOLUME = Liking(best=35.0, gain=0.15)
SCENT = Liking(best=40.0, gain=0.08)


@dataclass(frozen=True, slots=True)
class Visit:
    """One shopper in view of one sensor: how long, and when they move (seconds from entering)."""

    dwell_s: float
    movements: tuple[tuple[float, float], ...]


def effect(atmosphere: Atmosphere) -> float:
    """The factor on dwell; 1.0 in a dark, silent, unscented zone."""
    return math.exp(
        LIGHT.at(atmosphere.light) + VOLUME.at(atmosphere.volume) + SCENT.at(atmosphere.scent)
    )


def visit(median_dwell_s: float, atmosphere: Atmosphere, dice: Random) -> Visit:
    """One visit. The same dice in a better atmosphere stay longer (within the limits)."""
    dwell_s = median_dwell_s * math.exp(dice.gauss(0.0, SPREAD)) * effect(atmosphere)
    dwell_s = min(max(dwell_s, SHORTEST_DWELL_S), LONGEST_DWELL_S)
    return Visit(dwell_s, _movements(dwell_s, dice))


def next_arrival(
    after: datetime, visits_per_hour: float, time_zone: tzinfo, dice: Random
) -> datetime:
    """When the next shopper comes, if ``visits_per_hour`` come in the busiest hour.

    A Poisson process whose rate follows `ARRIVALS_BY_HOUR` in local time.
    """
    instant = after
    while True:
        # Arrivals at the busiest rate, of which each hour keeps its share.
        instant += timedelta(hours=dice.expovariate(visits_per_hour))
        if dice.random() < ARRIVALS_BY_HOUR[instant.astimezone(time_zone).hour]:
            return instant


def _movements(dwell_s: float, dice: Random) -> tuple[tuple[float, float], ...]:
    """Stretches of moving: the first begins on entering, the last ends on leaving."""
    stretches = []
    start = 0.0
    while True:
        end = start + dice.uniform(*MOVING_S)
        pause_s = dice.uniform(*STANDING_S)
        # Nobody leaves standing still: too little left for a pause is spent moving.
        if end + pause_s + 1.0 >= dwell_s:
            stretches.append((start, dwell_s))
            return tuple(stretches)
        stretches.append((start, end))
        start = end + pause_s
