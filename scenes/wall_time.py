"""Local wall time to instants, with one rule for daylight saving.

A wall time that does not exist (the spring gap) takes effect at the gap's end; one that
happens twice (the autumn fold) takes effect at its first occurrence.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant_of(day: date, wall_time: str, zone: ZoneInfo) -> datetime:
    """The UTC instant at which ``wall_time`` (HH:MM[:SS] or 24:00) takes effect on ``day``."""
    return _instant_of(day, wall_time, zone)


# A week's rules ask for the same few wall times on the same days again and again.
@lru_cache(maxsize=65536)
def _instant_of(day: date, wall_time: str, zone: ZoneInfo) -> datetime:
    if wall_time == "24:00":
        day, wall_time = day + timedelta(days=1), "00:00"
    parts = [int(part) for part in wall_time.split(":")]
    seconds = parts[2] if len(parts) == 3 else 0
    naive = datetime(day.year, day.month, day.day, parts[0], parts[1], seconds)  # noqa: DTZ001
    return effective(naive, zone)


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
