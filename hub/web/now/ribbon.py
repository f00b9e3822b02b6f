"""Today of one zone as a ribbon: which scene when, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.moments import clock
from hub.web.looks import scene_look
from scenes.language import _
from scenes.plan import Plan
from scenes.rules import Layer
from scenes.wall_time import instant_of, local_day

WIDTH = 1440
"""Units of the drawing from the ribbon's start to its end."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_LABELS = 5


@dataclass(frozen=True, slots=True)
class Bit:
    """One slot's piece of the ribbon; ``now`` marks the one under way."""

    css: str
    x: int
    width: int
    words: str
    now: bool


@dataclass(frozen=True, slots=True)
class Ribbon:
    """From ``start`` to ``end``; ``words`` says all of it to who cannot see the drawing."""

    start: datetime
    end: datetime
    bits: tuple[Bit, ...]
    labels: tuple[str, ...]
    words: str

    def x(self, instant: datetime) -> int:
        """Where an instant lies, kept inside the drawing."""
        share = (instant - self.start) / (self.end - self.start)
        return round(WIDTH * min(1.0, max(0.0, share)))


def ribbon(plan: Plan, now: datetime, tz: ZoneInfo) -> Ribbon | None:
    """Today's busy hours, whole hours; None when nothing but the fallback is planned."""
    pieces = list(_pieces(plan, now, tz))
    busy = [piece for piece in pieces if piece[2] is not Layer.FALLBACK]
    if not busy:
        return None
    day_start, day_end = _day(now, tz)
    start = max(day_start, _whole_hour(min(busy[0][0], now), tz))
    end = min(day_end, _whole_hour(max(busy[-1][1], now) + _HOUR - timedelta(seconds=1), tz))
    empty = Ribbon(start, end, (), _labels(start, end, tz), "")
    bits = []
    for begin, finish, _layer, scene, name in pieces:
        left, right = empty.x(begin), empty.x(finish)
        if left < right:
            words = f"{clock(max(begin, start), tz)} {name}"
            look = scene_look(scene)
            bits.append(Bit(look.css, left, right - left, words, begin <= now < finish))
    words = _("Today: {scenes}").format(scenes=", ".join(bit.words for bit in bits))
    return Ribbon(start, end, tuple(bits), empty.labels, words)


def _pieces(
    plan: Plan, now: datetime, tz: ZoneInfo
) -> Iterator[tuple[datetime, datetime, Layer, str, str]]:
    """Start, end, layer, scene and its name of today's slots, cut to the local day."""
    day_start, day_end = _day(now, tz)
    for index, slot in enumerate(plan.slots):
        begin, finish = max(slot.start, day_start), min(plan.end_of(index), day_end)
        if begin < finish:
            yield begin, finish, slot.layer, slot.scene, plan.scenes[slot.scene].name


def _day(now: datetime, tz: ZoneInfo) -> tuple[datetime, datetime]:
    today = local_day(now, tz)
    return instant_of(today, "00:00", tz), instant_of(today + _DAY, "00:00", tz)


def _whole_hour(instant: datetime, tz: ZoneInfo) -> datetime:
    # By the minutes of local time: some zones are off by half an hour.
    local = instant.astimezone(tz)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return instant - past


def _labels(start: datetime, end: datetime, tz: ZoneInfo) -> tuple[str, ...]:
    step = (end - start) / (_LABELS - 1)
    return tuple(clock(start + number * step, tz) for number in range(_LABELS))
