"""Rules, exceptions and quiet hours moved in a draft: on all of their days, or on one alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hub.schedules.editing import no_such_part, put_item
from hub.schedules.errors import CantMoveError, UnknownPartError, template_keeps
from hub.schedules.one_day import Ground, Otherwise, changed_itself, on_one_day
from hub.schedules.shifting import Shift, shifted, shifted_time
from scenes.day_words import dated
from scenes.language import _
from scenes.rules import DateException, QuietHour, Rule, TimeOfDay
from scenes.schedule import Schedule
from scenes.schedule_words import Item

Part = Literal["rules", "exceptions", "quiet_hours"]


@dataclass(frozen=True, slots=True)
class Way:
    """How far the beginning and the end move, and to which local day; on that day ``only``."""

    begin: timedelta
    end: timedelta
    on: date
    to: date
    only: bool = False


@dataclass(frozen=True, slots=True)
class Differing:
    """What is otherwise on one day; None stays as it is."""

    from_: TimeOfDay | None = None
    until: TimeOfDay | None = None
    scene: str | None = None


def move(ground: Ground, part: Part, item_id: str, way: Way) -> Schedule:
    """The draft with one item moved; `UnknownPartError`, `CantMoveError`."""
    item = _changeable(ground, part, item_id)
    span = ground.span(item, way.on)
    if span is None:
        said = _("“{name}” does not begin on {day}")
        raise CantMoveError(said.format(name=item.name or item.id, day=dated(way.on)))
    shift = Shift(way.begin, way.end, way.on, way.to)
    shift.check(span.end - span.start)
    if not way.only:
        moved = _shifted(item, shift)
        if isinstance(item, DateException) and isinstance(moved, DateException):
            return changed_itself(ground, item, moved)
        return put_item(ground.own, part, moved)
    if isinstance(item, QuietHour):
        raise CantMoveError(_("a quiet hour is above every exception: move it on all of its days"))
    tz = ground.store.tz
    # Of one date, so by the clock: an anchor moved to another day may mean another time.
    from_, until = (_clock(instant, tz) for instant in (span.start, span.end))
    otherwise = Otherwise(
        way.to,
        shifted_time(from_, way.begin),
        shifted_time(until, way.end, wraps=True),
        item.scene,
    )
    return on_one_day(ground, item, way.on, otherwise)


def otherwise_on(
    ground: Ground, part: Part, item_id: str, day: date, wanted: Differing | None
) -> Schedule:
    """The draft with one rule or exception otherwise, or gone (None), on one of its days."""
    item = _changeable(ground, part, item_id)
    if isinstance(item, QuietHour):
        raise CantMoveError(
            _("a quiet hour is above every exception: change it on all of its days")
        )
    if wanted is None:
        return on_one_day(ground, item, day, None)
    from_, until = wanted.from_ or item.from_, wanted.until or item.until
    return on_one_day(ground, item, day, Otherwise(day, from_, until, wanted.scene or item.scene))


def _shifted(item: Rule | DateException | QuietHour, shift: Shift) -> Item:
    match item:
        case Rule():
            return shifted(item, shift)
        case DateException():
            return shifted(item, shift)
        case _:
            return shifted(item, shift)


def _changeable(ground: Ground, part: Part, item_id: str) -> Rule | DateException | QuietHour:
    items: tuple[Rule | DateException | QuietHour, ...] = getattr(ground.means, part)
    found = next((item for item in items if item.id == item_id), None)
    if found is None:
        raise UnknownPartError(no_such_part(part, item_id))
    if found.locked:
        raise CantMoveError(template_keeps(found))
    return found


def _clock(instant: datetime, tz: ZoneInfo) -> TimeOfDay:
    local = instant.astimezone(tz)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
