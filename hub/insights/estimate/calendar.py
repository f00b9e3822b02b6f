"""Local days and their quarter-hours on the line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from hub.tables.columns import EPOCH, to_microseconds
from scenes.wall_time import instant_of

Ints = npt.NDArray[np.int64]

QUARTERS = 96
QUARTER_US = 15 * 60 * 1_000_000
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Quarter-hours of consecutive local days.

    ``edges`` (microseconds since 1970, one more than quarters) bound them; ``day`` is each one's
    day from 0 and ``quarter`` its wall-clock quarter of the day, 0 to 95. A day of a daylight
    saving change has 92 or 100 of them; its second 02:00 is another 02:00.
    """

    days: tuple[date, ...]
    edges: Ints
    day: Ints
    quarter: Ints

    @property
    def weekday(self) -> Ints:
        """Each day's weekday, Monday being 0."""
        return np.array([day.weekday() for day in self.days], dtype=np.int64)

    def cell_at(self, instants: Ints) -> tuple[Ints, Ints]:
        """(day, quarter) of instants that all lie inside."""
        index = np.searchsorted(self.edges, instants, side="right") - 1
        return self.day[index], self.quarter[index]


def calendar_of(first: date, last: date, zone: ZoneInfo) -> Calendar:
    """The quarter-hours of the local days from ``first`` to ``last``, both included."""
    days = tuple(first + _DAY * number for number in range((last - first).days + 1))
    midnights = [to_microseconds(instant_of(day, "00:00", zone)) for day in (*days, last + _DAY)]
    edges: list[int] = []
    day_of: list[int] = []
    quarter_of: list[int] = []
    for number, (start, end) in enumerate(pairwise(midnights)):
        for edge in range(start, end, QUARTER_US):
            local = (EPOCH + edge * _MICROSECOND).astimezone(zone)
            edges.append(edge)
            day_of.append(number)
            quarter_of.append(local.hour * 4 + local.minute // 15)
    return Calendar(
        days,
        np.array([*edges, midnights[-1]], dtype=np.int64),
        np.array(day_of, dtype=np.int64),
        np.array(quarter_of, dtype=np.int64),
    )
