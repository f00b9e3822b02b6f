"""A day like another one: on one date by exceptions, or every week by rules."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from hub.schedules.editing import drop_item, put_item
from hub.schedules.errors import CantMoveError, template_keeps
from hub.schedules.one_day import Ground, exceptions_for
from hub.schedules.shifting import just
from scenes.language import _
from scenes.plan import Slot
from scenes.rules import WEEKDAYS, Rule, Weekday
from scenes.schedule import Schedule
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)


def day_like(ground: Ground, like: date, day: date) -> Schedule:
    """The draft in which ``day`` plays what ``like`` does, at the same times by the clock.

    In place of the exceptions that are for that day alone. `CantMoveError` for the same day.
    """
    _check(like, day)
    ground = _without_exceptions_of(ground, day)
    tz = ground.store.tz
    start, end = instant_of(like, "00:00", tz), instant_of(like + _DAY, "00:00", tz)
    wanted = {
        zone: [_on_day(slot, like, day, ground) for slot in slots]
        for zone, slots in ground.slots(ground.below, start, end).items()
    }
    whole = (instant_of(day, "00:00", tz), instant_of(day + _DAY, "00:00", tz))
    base = f"like-{WEEKDAYS[like.weekday()]}-{day}"
    copied = exceptions_for(ground, wanted, [whole], "", base)
    return copied.own


def every_week_like(ground: Ground, like: date, day: date) -> Schedule:
    """The draft in which the rules of one weekday are those of another one."""
    _check(like, day)
    source, target = WEEKDAYS[like.weekday()], WEEKDAYS[day.weekday()]
    if source == target:
        raise CantMoveError(_("it is the same weekday"))
    schedule, oldest = ground.own, min(like, day).isoformat()
    for rule in ground.means.rules:
        holds = source in rule.weekdays
        if holds == (target in rule.weekdays) or (rule.valid_to and rule.valid_to < oldest):
            continue
        schedule = _changed(schedule, rule, _turned(rule.weekdays, target, on=holds))
    return schedule


def _changed(schedule: Schedule, rule: Rule, weekdays: tuple[Weekday, ...]) -> Schedule:
    if rule.locked:
        raise CantMoveError(template_keeps(rule))
    if weekdays:
        return put_item(schedule, "rules", msgspec.structs.replace(rule, weekdays=weekdays))
    if all(each.id != rule.id for each in schedule.rules):
        said = _("“{name}” is the template’s: leave it out there")
        raise CantMoveError(said.format(name=rule.name or rule.id))
    return drop_item(schedule, "rules", rule.id)


def _turned(weekdays: tuple[Weekday, ...], target: Weekday, *, on: bool) -> tuple[Weekday, ...]:
    return tuple(day for day in WEEKDAYS if (on if day == target else day in weekdays))


def _check(like: date, day: date) -> None:
    if like == day:
        raise CantMoveError(_("a day is like itself already"))


def _without_exceptions_of(ground: Ground, day: date) -> Ground:
    own = ground.own
    gone = {each.id for each in own.exceptions if each.days == just(day)}
    for item in gone:
        own = drop_item(own, "exceptions", item)
    kept = tuple(each for each in ground.means.exceptions if each.id not in gone)
    return Ground(ground.store, own, msgspec.structs.replace(ground.means, exceptions=kept))


def _on_day(slot: Slot, like: date, day: date, ground: Ground) -> Slot:
    """The slot at the same time by the clock of another day."""
    tz = ground.store.tz
    local = slot.start.astimezone(tz)
    wall = "00:00" if local_day(slot.start, tz) < like else f"{local:%H:%M:%S}"
    return msgspec.structs.replace(slot, start=instant_of(day, wall, tz))
