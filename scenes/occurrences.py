"""When rules, exceptions and quiet hours hold: days and times of day to spans of instants.

A span belongs to the local day that it begins for, and lasts eight days at most. Its end:

- A wall time at or before a wall time ``from`` is on the next day, else on the same.
- After a ``from`` that moves (opening, closing, sunrise, sunset) a wall time ends at its first
  coming.
- ``opening`` and ``sunrise`` end at the first one after the beginning, whatever the day.
- ``closing`` and ``sunset`` are that day's own: at or before the beginning there is no span.

A day on which the store is closed has no opening or closing, one of polar night no sunrise or
sunset: what begins or ends by them doesn't hold then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scenes.almanac import Almanac
from scenes.opening import Opening, opening_of
from scenes.rules import (
    WEEKDAYS,
    DateException,
    QuietHour,
    Rule,
    SpecialDays,
    SpecialHours,
    TimeOfDay,
)
from scenes.schedule import Schedule
from scenes.special_days import Match, match
from scenes.time_of_day import Anchor, parse_time
from scenes.wall_time import LocalDays, local_day

LONGEST = timedelta(days=8)
_DAY = timedelta(days=1)
# A day's span begins two days before it at the earliest ("opening-23:59" in the night, a sun that
# keeps another time than the clocks) and four days after it at the latest ("closing+23:59" of
# hours past midnight). To be whole near the horizon, look so far past it.
_EARLY = 2
_LATE = 4
_ENDS = LONGEST.days + _EARLY + _LATE

Planned = Rule | DateException | QuietHour
Instants = Sequence[datetime | None]


class Span(NamedTuple):
    """When a rule, exception or quiet hour holds, once: [start, end) in UTC.

    ``why`` is what made its day special, for one that goes by special days; ``special`` are the
    special hours that moved an end of it.
    """

    start: datetime
    end: datetime
    why: Match | None
    special: SpecialHours | None


class Occurrences:
    """The spans that touch [start, end) of all that one store plans.

    A time of day is looked up once for all days, whoever asks: the rules of a store name the
    same few.
    """

    def __init__(
        self, schedule: Schedule, almanac: Almanac, tz: ZoneInfo, start: datetime, end: datetime
    ) -> None:
        self._schedule, self._almanac, self._tz = schedule, almanac, tz
        self._start, self._end = start, end
        back = LONGEST.days + _LATE
        first = local_day(start, tz) - _DAY * (back + _ENDS)
        last = local_day(end, tz) + _DAY * (_EARLY + _ENDS)
        count = (last - first).days + 1
        self._days = tuple(first + _DAY * number for number in range(count))
        self._texts = tuple(day.isoformat() for day in self._days)
        self._weekdays = tuple(WEEKDAYS[day.weekday()] for day in self._days)
        self._beginnings = range(_ENDS, count - _ENDS)
        self._local_days = LocalDays(self._days, tz)
        self._instants: dict[TimeOfDay, Instants] = {}
        self._events: dict[Anchor, Instants] = {}
        self._openings: tuple[Opening | None, ...] | None = None

    def of(self, planned: Planned) -> Iterator[Span]:
        """When ``planned`` holds, in the order of its days."""
        starts = self._at(planned.from_)
        ends = self._ends(planned.from_, planned.until, starts)
        by_hours = self._hours_decide(planned)
        for index, why in self._days_of(planned):
            start, end = starts[index], ends[index]
            if start is None or end is None:
                continue
            # Both ends of a short span can fall into the same spring gap: then it is no time.
            if start < end and start < self._end and end > self._start:
                opening = self._opening(index) if by_hours else None
                yield Span(start, end, why, opening.special if opening else None)
