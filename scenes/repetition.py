"""What is due past a plan's end: the same weekday again, by the clock on the shop's wall.

An edge that hears of no hub plays on for years. Each wall time takes what the plan has at the
same wall time so many whole weeks before. Daylight saving is as everywhere: what should begin
in a gap begins at its end, what begins at a repeated time begins at its first occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from scenes.plan import Plan, Slot, same_claim
from scenes.rules import Layer
from scenes.wall_time import effective, wall_of

STANDING = frozenset({Layer.QUIET_HOUR, Layer.RULE, Layer.FALLBACK})
"""What comes again every week. Somebody's choice, an exception or an experiment was for once."""

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_TICK = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)


class Repetition:
    """A plan's weeks for ever. One thread asks."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._zone = _zone(plan.time_zone)
        self._first = _shown(plan.slots[0].start, self._zone)
        self._end = _shown(plan.until, self._zone)
        self._period = _period(self._end - self._first)
        self._turns = tuple(self._turning_points()) if self._period else ()
        self._week: tuple[int, Plan] | None = None

    def plan_at(self, instant: datetime) -> Plan:
        """The plan itself within its horizon; past it, one that says what is due around then.

        That one has true instants, this plan's epoch, revision and recipes, and at least a week
        before ``instant`` or this plan's own slots, so that it knows since when a scene is due.
        Only one claim that fills whole weeks begins anew with each.
        """
        if instant < self._plan.until:
            return self._plan
        week = self._week_of(instant)
        if self._week is None or self._week[0] != week:
            self._week = week, self._unrolled(week)
        return self._week[1]

    def _week_of(self, instant: datetime) -> int:
        """How many whole weeks after the plan's end; the instant's wall time counts."""
        week = max(0, (wall_of(instant, self._zone) - self._end) // _WEEK)
        # A wall time that comes twice, or never, lies by its instant on this side or the other.
        if instant < self._begin(week):
            return week - 1
        return week + 1 if instant >= self._begin(week + 1) else week

    def _begin(self, week: int) -> datetime:
        return effective(self._end + week * _WEEK, self._zone) if week else self._plan.until

    def _unrolled(self, week: int) -> Plan:
        begin, end = self._begin(max(0, week - 1)), self._begin(week + 1)
        slots: list[Slot] = [] if week else list(self._plan.slots)
        for wall in self._walls(max(0, week - 1), week + 1):
            source = self._source(wall)
            start = max(effective(wall, self._zone), begin)
            if start >= end:
                break
            slot = msgspec.structs.replace(
                source, start=start, author="", block="", adjust=None, adjust_reason=""
            )
            # Several times within a gap take effect at its end: the last of them holds.
            while slots and slots[-1].start >= start:
                slots.pop()
            if not slots or not same_claim(_anonymous(slots[-1]), slot):
                slots.append(slot)
        return msgspec.structs.replace(self._plan, slots=tuple(slots), until=end)

    def _walls(self, first_week: int, end_week: int) -> list[datetime]:
        """Every wall time of these weeks at which what is due may change, rising."""
        first, end = self._end + first_week * _WEEK, self._end + end_week * _WEEK
        walls = {first}
        for turn in self._turns:
            wall = turn + -(-(first - turn) // self._period) * self._period
            while wall < end:
                walls.add(wall)
                wall += self._period
        return sorted(walls)

    def _source(self, wall: datetime) -> Slot:
        """The plan's slot that a wall time past its end repeats: the latest that is standing."""
        if not self._period:
            return self._plan.slots[-1]
        latest = wall - ((wall - self._end) // self._period + 1) * self._period
        earlier = latest
        while earlier >= self._first:
            slot, exists = self._at(earlier)
            if exists and slot.layer in STANDING:
                return slot
            earlier -= self._period
        return self._at(latest)[0]

    def _at(self, wall: datetime) -> tuple[Slot, bool]:
        """What was due at a wall time of the plan, and whether that time existed."""
        instant = effective(wall, self._zone)
        exists = wall_of(instant, self._zone) == wall
        if not exists:
            instant -= _TICK  # in a gap: what was due before it
        within = min(max(instant, self._plan.slots[0].start), self._plan.until - _TICK)
        return self._plan.at(within), exists

    def _turning_points(self) -> Iterator[datetime]:
        """The wall times of the plan at which a week of it may say something new."""
        yield self._first
        yield self._end
        for slot in self._plan.slots:
            yield wall_of(slot.start, self._zone)
        for change in self._offset_changes():
            yield wall_of(change - _TICK, self._zone) + _TICK
            yield wall_of(change, self._zone)

    def _offset_changes(self) -> Iterator[datetime]:
        """The instants of the plan at which its zone's clocks are set, to the second."""
        start = self._plan.slots[0].start.replace(microsecond=0)
        days = (self._plan.until - start) // _DAY + 2
        for low, high in pairwise(start + number * _DAY for number in range(days)):
            if low.astimezone(self._zone).utcoffset() != high.astimezone(self._zone).utcoffset():
                yield _offset_change(self._zone, low, high)


def _shown(instant: datetime, zone: ZoneInfo) -> datetime:
    """The latest wall time that a clock has shown by ``instant``: it may show some twice."""
    local = instant.astimezone(zone)
    if not local.fold:
        return local.replace(tzinfo=None)
    first = local.replace(fold=0).astimezone(UTC).replace(microsecond=0)
    change = _offset_change(zone, first, instant.replace(microsecond=0) + _SECOND)
    return wall_of(change - _TICK, zone) + _TICK


def _offset_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _period(length: timedelta) -> timedelta:
    """What is repeated: weeks; of a plan too short for that days; else its last slot stays."""
    return next((period for period in (_WEEK, _DAY) if length >= period), timedelta())


def _anonymous(slot: Slot) -> Slot:
    """Nobody chose, and no experiment drew, what is repeated."""
    return msgspec.structs.replace(slot, author="", block="")


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")  # a machine without time zones: an hour off is better than dark
