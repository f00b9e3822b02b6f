"""Where a time of day stands in a calendar whose days share one scale, also when clocks change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scenes.wall_time import instant_of

_DAY = timedelta(days=1)
_STEP = 15
_WHOLE_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Place:
    """From ``top`` to ``end``, in minutes from the top of the calendar."""

    top: int
    end: int

    @property
    def css(self) -> str:
        """The classes of ``static/week_places.css`` that put it there."""
        top, end = divmod(self.top, 60), divmod(self.end, 60)
        return f"h{top[0]} m{top[1]} u{end[0]} v{end[1]}"


@dataclass(frozen=True, slots=True)
class Hour:
    """A line of the scale: what the clock shows, and where."""

    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class _Change:
    """Wall times that come twice (or never) on ``day``: from minute ``start`` on, so many."""

    day: date
    start: int
    minutes: int


class Rows:
    """The scale of some days: an hour that comes twice on one of them has two rows for all."""

    def __init__(self, days: Sequence[date], tz: ZoneInfo) -> None:
        self._tz = tz
        self._twice = next((found for day in days if (found := _change(day, tz, "twice"))), None)
        self._never = [found for day in days if (found := _change(day, tz, "never"))]
        self.height = _WHOLE_DAY + (self._twice.minutes if self._twice else 0)

    def at(self, instant: datetime, day: date) -> int:
        """Where ``instant`` stands in the column of ``day``; outside of it at its top or end."""
        if instant <= instant_of(day, "00:00", self._tz):
            return 0
        if instant >= instant_of(day + _DAY, "00:00", self._tz):
            return self.height
        local = instant.astimezone(self._tz)
        return self._row(local.hour * 60 + local.minute, second=bool(local.fold))

    def place(self, start: datetime, end: datetime, day: date) -> Place | None:
        """Where a span stands in the column of ``day``, if it does."""
        top, bottom = self.at(start, day), self.at(end, day)
        return Place(top, bottom) if top < bottom else None

    @property
    def twice(self) -> Place | None:
        """The rows of the second coming of an hour that one of the days has twice."""
        if self._twice is None:
            return None
        top = self._twice.start + self._twice.minutes
        return Place(top, top + self._twice.minutes)

    @property
    def hours(self) -> tuple[Hour, ...]:
        """The lines of the scale; a second coming is marked by a sign."""
        found = []
        for hour in range(24):
            top = self._row(hour * 60, second=False)
            found.append(Hour(f"{hour:02}:00", Place(top, top + 60)))
        if self._twice is not None and self.twice is not None:
            words = f"{self._twice.start // 60:02}:{self._twice.start % 60:02} ²"
            found.append(Hour(words, self.twice))
        return tuple(sorted(found, key=lambda each: each.place.top))

    def missing(self, day: date) -> Iterator[Place]:
        """The rows that a day doesn't have: an hour that never comes, or comes but once."""
        for change in self._never:
            if change.day == day:
                top = self._row(change.start, second=False)
                yield Place(top, top + change.minutes)
        if self._twice is not None and self.twice is not None and self._twice.day != day:
            yield self.twice

    def _row(self, minute: int, *, second: bool) -> int:
        if self._twice is None:
            return minute
        start, lasts = self._twice.start, self._twice.minutes
        later = minute >= start + lasts or (second and minute >= start)
        return minute + (lasts if later else 0)


def _change(day: date, tz: ZoneInfo, kind: str) -> _Change | None:
    """The wall times that come twice, or never, on a day."""
    found = [minute for minute in range(0, _WHOLE_DAY, _STEP) if _kind(day, minute, tz) == kind]
    return _Change(day, found[0], len(found) * _STEP) if found else None


def _kind(day: date, minute: int, tz: ZoneInfo) -> str:
    wall = datetime.combine(day, time(minute // 60, minute % 60), tz)
    first, second = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return "once"
    return "twice" if first > second else "never"
