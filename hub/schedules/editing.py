"""One part of a schedule put in, or taken out: the same document with that alone changed."""

from __future__ import annotations

from typing import Any, Literal, cast

import msgspec

from hub.schedules.errors import UnknownPartError
from scenes.language import _
from scenes.schedule import Schedule
from scenes.schedule_words import KINDS, Item

ListName = Literal["special_hours", "rules", "exceptions", "quiet_hours", "reactions"]


def put_item(schedule: Schedule, section: ListName, item: Item) -> Schedule:
    """With an item, in the place of the one of its id or behind the others."""
    items = list(getattr(schedule, section))
    places = [place for place, each in enumerate(items) if each.id == item.id]
    if places:
        items[places[0]] = item
        items = [each for place, each in enumerate(items) if place not in places[1:]]
    else:
        items.append(item)
    return _with(schedule, section, tuple(items))


def drop_item(schedule: Schedule, section: ListName, item_id: str) -> Schedule:
    """Without the item of an id; `UnknownPartError`."""
    items = getattr(schedule, section)
    kept = tuple(each for each in items if each.id != item_id)
    if len(kept) == len(items):
        raise UnknownPartError(no_such_part(section, item_id))
    return _with(schedule, section, kept)


def no_such_part(section: str, item_id: str) -> str:
    """Why something can't be changed that isn't there, or is the template's alone."""
    said = _("the draft has no {kind} “{id}”")
    return said.format(kind=_(KINDS[section]).lower(), id=item_id)


def put_parts(schedule: Schedule, parts: Schedule) -> Schedule:
    """With what ``parts`` says: items by their ids, hours by weekday, everything else whole."""
    for section in KINDS:
        for item in getattr(parts, section):
            schedule = put_item(schedule, cast("ListName", section), item)
    for field in ("hours", "zone_groups"):
        schedule = _with(schedule, field, getattr(schedule, field) | getattr(parts, field))
    nothing = Schedule()
    for field in ("quiet_scene", "emergency_scene", "template"):
        value = getattr(parts, field)
        if value != getattr(nothing, field):
            schedule = _with(schedule, field, value)
    return schedule


def _with(schedule: Schedule, field: str, value: Any) -> Schedule:  # noqa: ANN401
    return msgspec.structs.replace(schedule, **{field: value})
