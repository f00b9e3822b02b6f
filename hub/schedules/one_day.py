"""One local day that differs: what a calendar's "only this day" and a copied day come to.

What somebody wants of the day is compiled as slots and compared with what the schedule plans; each
stretch that differs becomes an exception. So a rule that is moved for one day leaves behind what
would play there without it, under a name of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import msgspec

from hub.planning.almanac import PlaceAlmanac
from hub.planning.base import schedule_wishes
from hub.schedules.editing import drop_item, put_item
from hub.schedules.errors import CantMoveError
from hub.schedules.shifting import just
from hub.shop import Store
from scenes.compiler import compile_slots
from scenes.day_words import dated
from scenes.language import _
from scenes.occurrences import Occurrences, Planned, Span
from scenes.plan import Slot
from scenes.rules import EVERYWHERE, WEEKDAYS, DateException, Rule, TimeOfDay
from scenes.schedule import Schedule
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)
_LONGEST_ID = 48
_LONGEST_NAME = 60
Stretch = tuple[datetime, datetime]
_Piece = tuple[datetime, datetime, str]
"""From when until when which scene."""

Wanted = Mapping[str, Sequence[Slot]]
"""By zone, slots that cover the stretches that are asked about."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """How something planned is on one day: on another ``day``, at other times, another scene."""

    day: date
    from_: TimeOfDay
    until: TimeOfDay
    scene: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A store's draft, ``own``, and what it ``means`` with its template."""

    store: Store
    own: Schedule
    means: Schedule

    @property
    def below(self) -> Schedule:
        """What exceptions lie upon, and they: what is above them stays as it is."""
        return msgspec.structs.replace(self.means, quiet_hours=(), reactions=())

    def slots(self, schedule: Schedule, start: datetime, end: datetime) -> dict[str, list[Slot]]:
        """What ``schedule`` alone plays in [start, end), by zone."""
        wishes = schedule_wishes(self.store, start, end, schedule)
        return {
            zone.id: list(compile_slots(wishes[zone.id], zone.fallback, start, end))
            for zone in self.store.zones
        }

    def span(self, item: Planned, day: date, schedule: Schedule | None = None) -> Span | None:
        """When ``item`` holds that begins on a local day."""
        tz = self.store.tz
        start, end = instant_of(day, "00:00", tz), instant_of(day + _DAY, "00:00", tz)
        almanac = PlaceAlmanac(self.store.place, tz)
        spans = Occurrences(schedule or self.means, almanac, tz, start, end).of(item)
        return next((span for span in spans if local_day(span.start, tz) == day), None)


def on_one_day(
    ground: Ground, item: Rule | DateException, day: date, otherwise: Otherwise | None
) -> Schedule:
    """The draft in which ``item`` is ``otherwise`` on one day, or not there (None).

    `CantMoveError` where it doesn't hold on that day, or where nothing would change.
    """
    old = ground.span(item, day)
    if old is None:
        said = _("“{name}” does not hold on {day}")
        raise CantMoveError(said.format(name=item.name or item.id, day=dated(day)))
    if isinstance(item, DateException) and item.days == just(day):
        return _itself(ground, item, otherwise)
    without = _without_day(ground.below, item, day)
    wanted, changed = without, ground
    if otherwise is not None:
        moved = _moved(item, otherwise)
        wanted = _with(without, "rules" if isinstance(moved, Rule) else "exceptions", moved)
        changed = _put_otherwise(ground, wanted, moved, (day, otherwise.day))
    # Only then what it leaves free: where it still is, nothing else has to be planned.
    changed = _fill(changed, wanted, item, day, (old.start, old.end))
    if changed.own == ground.own:
        raise CantMoveError(_("nothing would change: something stronger holds there"))
    return changed.own


def exceptions_for(
    ground: Ground, wanted: Wanted, stretches: Iterable[Stretch], name: str, base: str
) -> Ground:
    """With exceptions so that ``wanted`` plays in ``stretches``, where it doesn't yet.

    Called ``name``; their ids are ``base``, and then numbered.
    """
    differing: dict[_Piece, list[str]] = defaultdict(list)
    for start, end in stretches:
        planned = ground.slots(ground.below, start, end)
        for zone, slots in wanted.items():
            for begin, finish, scene in _differences(planned[zone], slots, start, end):
                for cut in _days_of(begin, finish, ground.store):
                    differing[(*cut, scene)].append(zone)
    return _put(ground, differing, name, base)


def _put(ground: Ground, pieces: Mapping[_Piece, Sequence[str]], name: str, base: str) -> Ground:
    """With an exception for each piece, over every other exception that it meets."""
    own, means = ground.own, ground.means
    for (begin, finish, scene), zones in sorted(pieces.items()):
        item = _exception(ground, (begin, finish), scene, zones)
        taken = {each.id for each in (*own.exceptions, *means.exceptions)}
        named = msgspec.structs.replace(item, id=_free_id(base, taken), name=name)
        own, means = put_item(own, "exceptions", named), put_item(means, "exceptions", named)
    return Ground(ground.store, own, means)


def _put_otherwise(
    ground: Ground, wanted: Schedule, moved: Rule | DateException, days: tuple[date, date]
) -> Ground:
    """With ``moved`` as ``wanted`` has it: one exception where it wins all of its time.

    From the first of ``days`` to the second, which may be the same.
    """
    span = ground.span(moved, days[1], wanted)
    if span is None:
        raise CantMoveError(_("it would be no time at all on that day"))
    whole: dict[_Piece, list[str]] = defaultdict(list)
    partly: dict[str, Sequence[Slot]] = {}
    kind = "rule" if isinstance(moved, Rule) else "exception"
    mine = ground.means.zones_of(moved.zones, [zone.id for zone in ground.store.zones])
    for zone, slots in ground.slots(wanted, span.start, span.end).items():
        if zone not in mine:
            continue
        if all(slot.source == f"{kind}:{moved.id}" for slot in slots):
            for cut in _days_of(span.start, span.end, ground.store):
                whole[(*cut, moved.scene)].append(zone)
        else:
            partly[zone] = slots
    name, base = _called(_("{name}, {day}"), moved, days[1]), _id_of(moved.id, days[0])
    shown = _put(ground, whole, name, base)
    return exceptions_for(shown, partly, [(span.start, span.end)], name, base)


def _fill(
    ground: Ground, wanted: Schedule, item: Rule | DateException, day: date, gone: Stretch
) -> Ground:
    """With what is ``wanted`` where ``item`` was on a day, wherever that doesn't play yet."""
    name, base = _called(_("Instead of {name}, {day}"), item, day), _left_id(item.id, day)
    return exceptions_for(ground, ground.slots(wanted, *gone), [gone], name, base)


def _id_of(item_id: str, day: date) -> str:
    """Of the exception that is an item as it is otherwise on ``day``."""
    return f"{item_id[:_LONGEST_ID].rstrip('-')}-{day}"


def _left_id(item_id: str, day: date) -> str:
    """Of an exception that fills what an item left free on ``day``."""
    return _id_of(f"not-{item_id}", day)


def _called(said: str, item: Rule | DateException, day: date) -> str:
    name, of = item.name or item.id, dated(day, year=False)
    more = len(said.format(name=name, day=of)) - _LONGEST_NAME
    if more > 0:
        name = f"{name[: -more - 1].rstrip()}…"
    return said.format(name=name, day=of)


def _itself(ground: Ground, item: DateException, otherwise: Otherwise | None) -> Schedule:
    """An exception of that day alone changes itself, and what was left free for it."""
    if otherwise is None:
        return drop_item(ground.own, "exceptions", item.id)
    moved = msgspec.structs.replace(
        item,
        days=just(otherwise.day),
        from_=otherwise.from_,
        until=otherwise.until,
        scene=otherwise.scene,
    )
    return changed_itself(ground, item, moved)


def changed_itself(ground: Ground, item: DateException, moved: DateException) -> Schedule:
    """The draft with ``moved`` in place of an exception, and what it leaves free filled anew.

    That is the time of what it stands for on its day: `on_one_day` made it.
    """
    own, means = (put_item(each, "exceptions", moved) for each in (ground.own, ground.means))
    stood = _stands_for(ground, item)
    if stood is None:
        return own
    origin, day, span = stood
    for each in ground.own.exceptions:
        if each.id.startswith(_left_id(origin.id, day)):
            own, means = (drop_item(schedule, "exceptions", each.id) for schedule in (own, means))
    changed = Ground(ground.store, own, means)
    wanted = _without_day(changed.below, origin, day)
    return _fill(changed, wanted, origin, day, (span.start, span.end)).own


def _stands_for(
    ground: Ground, item: DateException
) -> tuple[Rule | DateException, date, Span] | None:
    """What ``item`` is otherwise, on which day, and when that would hold there."""
    try:
        day = date.fromisoformat(item.id[-len("2026-11-26") :])
    except ValueError:
        return None
    others: tuple[Rule | DateException, ...] = (*ground.means.rules, *ground.means.exceptions)
    for each in others:
        if item.id == _id_of(each.id, day) and (span := ground.span(each, day)):
            return each, day, span
    return None


def _moved(item: Rule | DateException, otherwise: Otherwise) -> Rule | DateException:
    changed = msgspec.structs.replace(
        item, from_=otherwise.from_, until=otherwise.until, scene=otherwise.scene
    )
    if isinstance(changed, DateException):
        return msgspec.structs.replace(changed, days=just(otherwise.day))
    day = otherwise.day.isoformat()
    return msgspec.structs.replace(changed, weekdays=WEEKDAYS, valid_from=day, valid_to=day)


def _without_day(schedule: Schedule, item: Rule | DateException, day: date) -> Schedule:
    """``schedule`` with ``item`` on its days before and after ``day`` alone."""
    if isinstance(item, DateException):
        others = tuple(each for each in schedule.exceptions if each.id != item.id)
        return msgspec.structs.replace(schedule, exceptions=others)
    before, after = (day - _DAY).isoformat(), (day + _DAY).isoformat()
    kept = [rule for rule in schedule.rules if rule.id != item.id]
    if item.valid_from is None or item.valid_from <= before:
        ends = min(before, item.valid_to or before)
        kept.append(msgspec.structs.replace(item, valid_to=ends))
    if item.valid_to is None or item.valid_to >= after:
        begins = max(after, item.valid_from or after)
        kept.append(msgspec.structs.replace(item, valid_from=begins))
    return msgspec.structs.replace(schedule, rules=tuple(kept))


def _with(schedule: Schedule, section: str, *items: Rule | DateException) -> Schedule:
    return msgspec.structs.replace(schedule, **{section: (*getattr(schedule, section), *items)})


def _differences(
    planned: Sequence[Slot], wanted: Sequence[Slot], start: datetime, end: datetime
) -> Iterable[tuple[datetime, datetime, str]]:
    """Where another scene is wanted than is planned, with that scene; neighbours joined."""
    edges = {start, end, *(slot.start for slot in (*planned, *wanted) if start < slot.start < end)}
    cuts = sorted(edges)
    found: list[tuple[datetime, datetime, str]] = []
    for begin, finish in pairwise(cuts):
        scene = _scene_at(wanted, begin)
        if scene == _scene_at(planned, begin):
            continue
        if found and found[-1][1] == begin and found[-1][2] == scene:
            found[-1] = (found[-1][0], finish, scene)
        else:
            found.append((begin, finish, scene))
    return found


def _scene_at(slots: Sequence[Slot], instant: datetime) -> str:
    return [slot.scene for slot in slots if slot.start <= instant][-1]


def _days_of(start: datetime, end: datetime, store: Store) -> Iterable[Stretch]:
    """What is longer than a day can be said of one date, cut at midnights."""
    while end - start > _DAY - timedelta(hours=1):
        midnight = instant_of(local_day(start, store.tz) + _DAY, "00:00", store.tz)
        if midnight >= end:
            break
        yield start, midnight
        start = midnight
    yield start, end


def _exception(ground: Ground, stretch: Stretch, scene: str, zones: Sequence[str]) -> DateException:
    tz = ground.store.tz
    start, end = stretch
    day = local_day(start, tz)
    everywhere = len(zones) == len(ground.store.zones) > 1
    ends_day = end == instant_of(day + _DAY, "00:00", tz)
    above = [
        each.priority + 1 for each in ground.means.exceptions if _touches(ground, each, start, end)
    ]
    return DateException(
        id="new",
        zones=(EVERYWHERE,) if everywhere else tuple(zones),
        scene=scene,
        from_=_wall(start, ground.store),
        until="24:00" if ends_day else _wall(end, ground.store),
        days=just(day),
        priority=max(above, default=0),
    )


def _touches(ground: Ground, item: DateException, start: datetime, end: datetime) -> bool:
    almanac = PlaceAlmanac(ground.store.place, ground.store.tz)
    found = Occurrences(ground.means, almanac, ground.store.tz, start, end)
    return any(True for _ in found.of(item))


def _wall(instant: datetime, store: Store) -> TimeOfDay:
    local = instant.astimezone(store.tz)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _free_id(base: str, taken: set[str]) -> str:
    number = 1
    while (found := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return found
