"""Today of one zone as a ribbon: which scene when, ready to be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hub.library_names import scene_name
from hub.moments import clock
from hub.web.looks import scene_look
from scenes.language import _
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MARKS = 5
"""At most so many spans of whole hours are marked."""
_ROOM_WIDE, _ROOM_TIGHT = 1.4, 2.7
"""How much of the ribbon, in per cent, a letter of a name takes on a tablet and on a phone."""

Room = Literal["always", "wide", "never"]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Bit:
    """A scene's piece of the ribbon, in per cent of it; ``now`` marks the one under way.

    ``room`` says where its ``name`` fits in: also on a phone, on a tablet only, or nowhere.
    """

    css: str
    x: float
    width: float
    name: str
    words: str
    room: Room
    now: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A whole hour under the ribbon; ``at`` is which side of it stands there."""

    x: float
    words: str
    at: Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Ribbon:
    """From ``start`` to ``end``; ``words`` says all of it to who cannot see the drawing."""

    start: datetime
    end: datetime
    bits: tuple[Bit, ...]
    marks: tuple[Mark, ...]
    words: str

    def x(self, instant: datetime) -> float:
        """Where an instant lies, in per cent, kept inside the drawing."""
        return _x(instant, self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A scene from when to when today."""

    begin: datetime
    finish: datetime
    layer: Layer
    scene: str
    name: str


def ribbon(plan: Plan, now: datetime, tz: ZoneInfo, usual: Sequence[Span] = ()) -> Ribbon | None:
    """Today's busy hours, whole hours; None when nothing but the fallback is planned.

    ``usual`` is when the schedule alone has something due: so the hours are the same all day,
    unless somebody chooses something beyond them.
    """
    pieces = list(_pieces(plan, now, tz))
    spans = [(each.begin, each.finish) for each in pieces if each.layer is not Layer.FALLBACK]
    if not spans:
        return None
    day_start, day_end = _day(now, tz)
    regular = [span for each in usual if (span := _within(each, day_start, day_end))]
    if regular:
        # What holds on until somebody ends it would else stretch the day to midnight.
        spans = [*regular, *(each for each in spans if day_start < each[0] and each[1] < day_end)]
    first, last = min(begin for begin, _finish in spans), max(finish for _begin, finish in spans)
    start = max(day_start, _whole_hour(min(first, now), tz))
    end = min(day_end, _whole_hour(max(last, now) + _HOUR - timedelta(seconds=1), tz))
    shown = [
        replace(piece, begin=max(piece.begin, start), finish=min(piece.finish, end))
        for piece in _joined(pieces)
    ]
    bits = tuple(_bit(each, start, end, now, tz) for each in shown if each.begin < each.finish)
    words = _("Today: {scenes}").format(scenes=", ".join(bit.words for bit in bits))
    return Ribbon(start, end, bits, _marks(start, end, tz), words)


def busy_spans(slots: Sequence[Slot], until: datetime) -> tuple[Span, ...]:
    """When slots until ``until`` have something due besides the fallback."""
    ends = [*(slot.start for slot in slots[1:]), until]
    return tuple(
        (slot.start, end)
        for slot, end in zip(slots, ends, strict=True)
        if slot.layer is not Layer.FALLBACK
    )


def _within(span: Span, start: datetime, end: datetime) -> Span | None:
    begin, finish = max(span[0], start), min(span[1], end)
    return (begin, finish) if begin < finish else None


def _bit(piece: _Piece, start: datetime, end: datetime, now: datetime, tz: ZoneInfo) -> Bit:
    left, right = _x(piece.begin, start, end), _x(piece.finish, start, end)
    return Bit(
        css=scene_look(piece.scene).css,
        x=left,
        width=round(right - left, 2),
        name=piece.name,
        words=f"{clock(piece.begin, tz)} {piece.name}",
        room=_room(right - left, len(piece.name)),
        now=piece.begin <= now < piece.finish,
    )


def _room(width: float, letters: int) -> Room:
    if width >= (letters + 2) * _ROOM_TIGHT:
        return "always"
    return "wide" if width >= (letters + 2) * _ROOM_WIDE else "never"


def _x(instant: datetime, start: datetime, end: datetime) -> float:
    share = (instant - start) / (end - start)
    return round(100 * min(1.0, max(0.0, share)), 2)


def _joined(pieces: list[_Piece]) -> Iterator[_Piece]:
    """What is one to who looks: nudges and rules cut a scene that goes on."""
    held: _Piece | None = None
    for piece in pieces:
        if held is not None and held.scene == piece.scene:
            held = replace(held, finish=piece.finish)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _pieces(plan: Plan, now: datetime, tz: ZoneInfo) -> Iterator[_Piece]:
    """Today's slots, cut to the local day."""
    day_start, day_end = _day(now, tz)
    for index, slot in enumerate(plan.slots):
        begin, finish = max(slot.start, day_start), min(plan.end_of(index), day_end)
        if begin < finish:
            name = scene_name(slot.scene, plan.scenes[slot.scene].name)
            yield _Piece(begin, finish, slot.layer, slot.scene, name)


def _day(now: datetime, tz: ZoneInfo) -> tuple[datetime, datetime]:
    today = local_day(now, tz)
    return instant_of(today, "00:00", tz), instant_of(today + _DAY, "00:00", tz)


def _whole_hour(instant: datetime, tz: ZoneInfo) -> datetime:
    # By the minutes of local time: some zones are off by half an hour.
    local = instant.astimezone(tz)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return instant - past


def _marks(start: datetime, end: datetime, tz: ZoneInfo) -> tuple[Mark, ...]:
    hours = round((end - start) / _HOUR)
    step = max(1, math.ceil(hours / _MARKS))
    # The last one is the end; one right before it would lie under it.
    inner = [
        start + hour * _HOUR for hour in range(step, hours, step) if 2 * hour <= 2 * hours - step
    ]
    return (
        Mark(0, clock(start, tz), "start"),
        *(Mark(_x(mark, start, end), clock(mark, tz), "middle") for mark in inner),
        Mark(100, clock(end, tz), "end"),
    )
