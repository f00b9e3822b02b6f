"""When rules, exceptions and quiet hours hold: days and times of day to spans of instants.

A span belongs to the local day that it begins for. Its end:

- A wall time at or before a wall time ``from`` is on the next day, else on the same.
- After a ``from`` that moves a wall time ends at its first coming, but no span lasts around the
  clock because its wall time has been already when it begins. After ``opening`` and ``sunrise``
  there is none that day unless it ends on that day, or at that day's closing or sunset at the
  latest ("opening until 11:00" where the store opens at 12:00). After ``closing`` and ``sunset``
  there is none unless it ends within 16 hours or by noon of the next day ("closing until 20:00"
  where the store closes at 20:00).
- ``opening`` and ``sunrise`` end at the first one after the beginning, whatever the day, if that
  comes within 35 days. So a night lasts over a summer's closing.
- ``closing`` and ``sunset`` are that day's own: at or before the beginning there is no span. The
  sunset of a day may be after its midnight (`scenes.almanac`).

A day on which the store is closed has no opening or closing, one of polar night no sunrise or
sunset: what begins or ends by them doesn't hold then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
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
from scenes.special_days import Match, why_special
from scenes.time_of_day import Anchor, parse_time
from scenes.wall_time import LocalDays, local_day

LONGEST = timedelta(days=35)
LONGEST_NIGHT = timedelta(hours=16)
_DAY = timedelta(days=1)
# What is reckoned from a day lies two days before it at the earliest ("opening-23:59", or a sun
# that keeps other hours than the clocks) and four after it at the latest ("closing+23:59" of a
# store that opens past midnight).
_BEFORE = 2
_AFTER = 4
# So far before and after the days on which spans begin lie the days that may end them.
_ENDS_BEFORE = _BEFORE + _AFTER
_ENDS_AFTER = _AFTER + LONGEST.days + _BEFORE

Planned = Rule | DateException | QuietHour
_Instants = Sequence[datetime | None]


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
        first = local_day(start, tz) - _DAY * (LONGEST.days + _AFTER + _ENDS_BEFORE)
        last = local_day(end, tz) + _DAY * (_BEFORE + _ENDS_AFTER)
        self._days = tuple(first + _DAY * number for number in range((last - first).days + 1))
        self._beginnings = range(_ENDS_BEFORE, len(self._days) - _ENDS_AFTER)
        self._texts = tuple(day.isoformat() for day in self._days)
        self._weekdays = tuple(WEEKDAYS[day.weekday()] for day in self._days)
        self._local_days = LocalDays(self._days, tz)
        self._instants: dict[TimeOfDay, _Instants] = {}
        self._anchors: dict[Anchor, _Instants] = {}

    def of(self, planned: Planned) -> Iterator[Span]:
        """When ``planned`` holds, in the order of its days."""
        starts = self._at(planned.from_)
        ends = self._ends(planned, starts)
        by_hours = _goes_by_hours(planned)
        for index, why in self._days_of(planned):
            start, end = starts[index], ends[index]
            if start is None or end is None:
                continue
            # Both ends of a short span can fall into the same spring gap: then it is no time.
            if start < end and start < self._end and end > self._start:
                opening = self._openings[index] if by_hours else None
                yield Span(start, end, why, opening.special if opening else None)

    def _days_of(self, planned: Planned) -> Iterator[tuple[int, Match | None]]:
        """The days, by their position, on which ``planned`` begins."""
        if isinstance(planned, DateException):
            yield from self._special(planned.days)
            return
        days: Iterable[tuple[int, Match | None]]
        if isinstance(planned, QuietHour) and planned.days is not None:
            days = self._special(planned.days)
        else:
            weekdays = planned.weekdays
            days = ((day, None) for day in self._beginnings if self._weekdays[day] in weekdays)
        first, last = planned.valid_from or "", planned.valid_to or "9999-12-31"
        yield from (each for each in days if first <= self._texts[each[0]] <= last)

    def _special(self, days: SpecialDays) -> Iterator[tuple[int, Match]]:
        for index in self._beginnings:
            why = why_special(days, self._days[index], self._almanac)
            if why is not None:
                yield index, why

    def _at(self, time: TimeOfDay) -> _Instants:
        """When a time of day comes on each day; None where it doesn't."""
        instants = self._instants.get(time)
        if instants is None:
            anchor, offset = parse_time(time)
            if anchor == "midnight":
                instants = self._local_days.instants(time)
            else:
                instants = [each and each + offset for each in self._anchor(anchor)]
            self._instants[time] = instants
        return instants

    def _anchor(self, anchor: Anchor) -> _Instants:
        instants = self._anchors.get(anchor)
        if instants is None:
            match anchor:
                case "opening":
                    instants = [each.start if each else None for each in self._openings]
                case "closing":
                    instants = [each.end if each else None for each in self._openings]
                case "sunrise":
                    instants = [self._almanac.sunrise(day) for day in self._days]
                case _:
                    instants = [self._almanac.sunset(day) for day in self._days]
            self._anchors[anchor] = instants
        return instants

    @cached_property
    def _openings(self) -> tuple[Opening | None, ...]:
        return tuple(opening_of(self._schedule, self._almanac, self._tz, day) for day in self._days)

    def _ends(self, planned: Planned, starts: _Instants) -> _Instants:
        """When a span ends that begins for each day."""
        from_, until = parse_time(planned.from_), parse_time(planned.until)
        ends = self._at(planned.until)
        if until.anchor in ("closing", "sunset"):
            return ends
        if from_.anchor == until.anchor == "midnight":
            # Of the last day, on which nothing begins, the day after is not known.
            return (*ends[1:], None) if until.offset <= from_.offset else ends
        known = sorted(end for end in ends if end is not None)
        if until.anchor == "midnight":
            limits = self._latest(from_.anchor, starts)
        else:
            limits = [start and start + LONGEST for start in starts]
        return [
            start and latest and _first_after(start, known, latest)
            for start, latest in zip(starts, limits, strict=True)
        ]

    def _latest(self, from_: Anchor, starts: _Instants) -> _Instants:
        """When what begins by a time that moves, for each day, reaches its wall time at the latest.

        Later than that the wall time is one that has been already when it begins.
        """
        if from_ in ("closing", "sunset"):
            # Of the last day, on which nothing begins, the day after is not known.
            noons = (*self._at("12:00")[1:], None)
            return [
                start and noon and max(start + LONGEST_NIGHT, noon)
                for start, noon in zip(starts, noons, strict=True)
            ]
        ends = self._anchor("closing" if from_ == "opening" else "sunset")
        return [
            midnight and max(midnight, end or midnight)
            for midnight, end in zip(self._at("24:00"), ends, strict=True)
        ]


def _goes_by_hours(planned: Planned) -> bool:
    """Whether special hours of the day on which a span begins move it."""
    from_, until = parse_time(planned.from_).anchor, parse_time(planned.until).anchor
    return from_ in ("opening", "closing") or until == "closing"


def _first_after(start: datetime, ends: Sequence[datetime], latest: datetime) -> datetime | None:
    index = bisect_right(ends, start)
    return ends[index] if index < len(ends) and ends[index] <= latest else None
