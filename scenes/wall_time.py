"""Local wall time to instants, with one rule for daylight saving.

A wall time that does not exist (the spring gap) takes effect at the gap's end; one that
happens twice (the autumn fold) takes effect at its first occurrence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def instant_of(day: date, wall_time: str, zone: ZoneInfo) -> datetime:
    """The UTC instant at which ``wall_time`` (HH:MM[:SS] or 24:00) takes effect on ``day``."""
    return _instant_of(day, wall_time, zone)


# A week's rules ask for the same few wall times on the same days again and again.
@lru_cache(maxsize=65536)
def _instant_of(day: date, wall_time: str, zone: ZoneInfo) -> datetime:
    return effective(_midnight(day) + since_midnight(wall_time), zone)


def since_midnight(wall_time: str) -> timedelta:
    """How far into the day a wall time (HH:MM[:SS] or 24:00) lies, by the clock on the wall."""
    hours, minutes, *seconds = wall_time.split(":")
    return timedelta(
        hours=int(hours), minutes=int(minutes), seconds=int(seconds[0]) if seconds else 0
    )


class LocalDays:
    """A run of local days, to ask for one wall time on each: like `instant_of`, but quick.

    Most days have no clock change, and then a wall time is so much after midnight.
    """

    def __init__(self, days: Sequence[date], zone: ZoneInfo) -> None:
        self._days = tuple(days)
        self._zone = zone
        self._midnights = tuple(
            effective(_midnight(day), zone) if _keeps_offset(day, zone) else None for day in days
        )

    def instants(self, wall_time: str) -> tuple[datetime, ...]:
        """The UTC instants at which ``wall_time`` takes effect on each of the days."""
        since = since_midnight(wall_time)
        return tuple(
            instant_of(day, wall_time, self._zone) if midnight is None else midnight + since
            for day, midnight in zip(self._days, self._midnights, strict=True)
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001


def _keeps_offset(day: date, zone: ZoneInfo) -> bool:
    """Whether a day ends with the offset from UTC that it began with, so that no clock changed.

    Nowhere do they change twice in a day. The widest reading of a midnight that comes twice, or
    never, makes a change at either midnight count.
    """
    begin = _midnight(day).replace(tzinfo=zone, fold=0)
    end = _midnight(day + _DAY).replace(tzinfo=zone, fold=1)
    return begin.utcoffset() == end.utcoffset()


def effective(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a naive wall time takes effect: a later one never comes earlier."""
    # fold=0 is the first of a repeated time, and reads a missing one by the offset before the gap.
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if wall_of(instant, zone) == wall:
        return instant
    return _gap_end(wall.replace(microsecond=0), zone)


def wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at ``instant``: naive."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _gap_end(naive: datetime, zone: ZoneInfo) -> datetime:
    """The transition instant of the gap that swallows ``naive``, a whole second."""
    readings = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    # In a gap the two readings lie on both sides of the transition: local time runs below
    # `naive` before it and above `naive` from it on, so the transition can be bisected.
    low, high = min(readings), max(readings)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle == low:
            break
        if wall_of(middle, zone) > naive:
            high = middle
        else:
            low = middle
    return high


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The local date at an instant."""
    return instant.astimezone(zone).date()
