"""Something planned, moved as one drags it in a calendar: its times, its weekday or its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from hub.schedules.errors import CantMoveError
from scenes.language import _
from scenes.rules import (
    WEEKDAYS,
    DateException,
    DateSpan,
    QuietHour,
    Rule,
    SpecialDays,
    TimeOfDay,
    Weekday,
)
from scenes.time_of_day import parse_time

PlannedItem = TypeVar("PlannedItem", Rule, DateException, QuietHour)
_DAY = timedelta(days=1)
SHORTEST = timedelta(minutes=5)
"""Nothing is dragged shorter than this."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the beginning and the end move; and from which local day to which."""

    begin: timedelta
    end: timedelta
    on: date
    to: date

    def check(self, lasts: timedelta) -> None:
        """`CantMoveError` for what would be too short to hear or longer than a day."""
        after = lasts + self.end - self.begin
        if after < SHORTEST:
            raise CantMoveError(_("it would be shorter than 5 minutes"))
        if after > max(_DAY, lasts):
            raise CantMoveError(_("it would be longer than a day"))


def shifted_time(time: TimeOfDay, by: timedelta, *, wraps: bool = False) -> TimeOfDay:
    """A time of day so much later; what goes by an opening or a sunset still does.

    With ``wraps`` a clock's time goes on past midnight; else that is a `CantMoveError`.
    """
    anchor, offset = parse_time(time)
    offset += by
    if anchor != "midnight":
        if abs(offset) >= _DAY:
            raise CantMoveError(_("it would be a day or more away from what it goes by"))
        amount = _clock(abs(offset))
        return anchor + (f"{'-' if offset < timedelta() else '+'}{amount}" if offset else "")
    if wraps and offset != _DAY:
        offset %= _DAY
    if not timedelta() <= offset < _DAY + timedelta(minutes=wraps):
        raise CantMoveError(_("it would begin on another day"))
    return _clock(offset)


def shifted(item: PlannedItem, shift: Shift) -> PlannedItem:
    """``item`` with its times moved on all of its days, and one day changed for another."""
    moved = msgspec.structs.replace(
        item,
        from_=shifted_time(item.from_, shift.begin),
        until=shifted_time(item.until, shift.end, wraps=True),
    )
    return moved if shift.on == shift.to else _on_other_day(moved, shift)


def without_date(days: SpecialDays, day: date) -> tuple[DateSpan, ...]:
    """The dates of special days but for one."""
    kept: list[DateSpan] = []
    for span in days.dates:
        first, last = date.fromisoformat(span.first), date.fromisoformat(span.last)
        if not first <= day <= last:
            kept.append(span)
            continue
        if first < day:
            kept.append(DateSpan(first=span.first, last=(day - _DAY).isoformat()))
        if day < last:
            kept.append(DateSpan(first=(day + _DAY).isoformat(), last=span.last))
    return tuple(kept)


def just(day: date) -> SpecialDays:
    """One date alone."""
    return SpecialDays(dates=(DateSpan(first=day.isoformat(), last=day.isoformat()),))


def _on_other_day(item: PlannedItem, shift: Shift) -> PlannedItem:
    days: SpecialDays | None = getattr(item, "days", None)
    if days is None:
        weekdays: tuple[Weekday, ...] = getattr(item, "weekdays", WEEKDAYS)
        return msgspec.structs.replace(item, weekdays=_weekdays(weekdays, shift))
    kept: tuple[DateSpan, ...] = without_date(days, shift.on)
    if kept == days.dates:
        raise CantMoveError(_("it goes by public holidays, so it can’t move to another day"))
    dates = tuple(sorted((*kept, *just(shift.to).dates), key=lambda span: span.first))
    return msgspec.structs.replace(item, days=msgspec.structs.replace(days, dates=dates))


def _weekdays(weekdays: tuple[Weekday, ...], shift: Shift) -> tuple[Weekday, ...]:
    old, new = WEEKDAYS[shift.on.weekday()], WEEKDAYS[shift.to.weekday()]
    if old not in weekdays:
        raise CantMoveError(_("it belongs to the day before or after: move it there"))
    return tuple(day for day in WEEKDAYS if day == new or (day in weekdays and day != old))


def _clock(offset: timedelta) -> str:
    minutes, seconds = divmod(int(offset.total_seconds()), 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text
