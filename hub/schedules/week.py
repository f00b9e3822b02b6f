"""A store's week: what plays when in every zone, and why, ready to be written as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from hub.planning.almanac import PlaceAlmanac
from hub.planning.base import cut
from hub.planning.book import PlanBook, PlannedZone
from hub.schedules.reviewing import days_from
from hub.shop import Store
from scenes.opening import hours_on, opening_of
from scenes.plan import Slot, plainly
from scenes.rules import Layer, LocalDate
from scenes.schedule import Schedule
from scenes.units import Instant

DAYS = 7
_DAY = timedelta(days=1)


class WeekDay(Struct, frozen=True, kw_only=True):
    """A local day; ``opens`` and ``closes`` (UTC) are null when the store is closed all day.

    ``holidays`` are its public holidays, ``special`` the name of the special hours that hold.
    """

    day: LocalDate
    opens: Instant | None
    closes: Instant | None
    special: str
    holidays: tuple[str, ...]


class WeekSlot(Struct, frozen=True, kw_only=True):
    """A stretch of one zone, UTC. It may run over several days."""

    since: Instant
    until: Instant
    scene: str
    scene_name: str
    layer: Layer
    reason: str
    source: str
    author: str
    block: str


class WeekZone(Struct, frozen=True, kw_only=True):
    """A zone's slots, without a gap from the beginning of the week to its end."""

    zone: str
    name: str
    slots: tuple[WeekSlot, ...]


class Week(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Seven days of a store, from ``from`` to ``until`` (UTC).

    ``version`` of its schedule is what it follows; of a draft it is what that is based on.
    """

    store: str
    name: str
    time_zone: str
    from_: Instant
    until: Instant
    draft: bool
    version: int
    days: tuple[WeekDay, ...]
    zones: tuple[WeekZone, ...]


def week_of(
    book: PlanBook, store: Store, first: date, schedule: Schedule | None, version: int
) -> Week:
    """The week from a local day on, by what is deployed, or by a draft's whole ``schedule``.

    `PlanRangeError` far from now.
    """
    start, end = days_from(store, first, DAYS)
    slots = due_slots(book, store, schedule, start, end)
    scenes = {scene.id: scene.name for scene in book.shop.scenes.values()}
    return Week(
        store=store.id,
        name=store.name,
        time_zone=store.time_zone,
        from_=start,
        until=end,
        draft=schedule is not None,
        version=version,
        days=tuple(_days(store, schedule or store.schedule, first)),
        zones=week_zones(store, slots, end, scenes),
    )


def due_slots(
    book: PlanBook, store: Store, schedule: Schedule | None, start: datetime, end: datetime
) -> Mapping[str, Sequence[Slot]]:
    """What plays in [start, end) by zone; the first slots begin at ``start``.

    Of what is deployed, what is out where that covers the time: then nothing is compiled.
    """
    if schedule is None:
        planned = book.zones(store.id)
        if all(_covers(each, start, end) for each in planned):
            return {each.zone.id: cut(each.plan.slots, start, end) for each in planned}
    return book.preview(store.id, schedule, start, end)


def week_zones(
    store: Store,
    slots: Mapping[str, Sequence[Slot]],
    end: datetime,
    scene_names: Mapping[str, str],
) -> tuple[WeekZone, ...]:
    """Slots until ``end`` with the names that people know."""
    names = {zone.id: zone.name for zone in store.zones}
    return tuple(
        WeekZone(
            zone=zone,
            name=names.get(zone, zone),
            # A nudge for half an hour is no stretch of a week.
            slots=tuple(_week_slots(plainly(each), end, scene_names)),
        )
        for zone, each in slots.items()
    )


def _covers(planned: PlannedZone, start: datetime, end: datetime) -> bool:
    return planned.plan.slots[0].start <= start and end <= planned.plan.until


def _week_slots(
    slots: Sequence[Slot], end: datetime, scene_names: Mapping[str, str]
) -> Iterator[WeekSlot]:
    ends = [*(slot.start for slot in slots[1:]), end]
    for slot, until in zip(slots, ends, strict=True):
        yield WeekSlot(
            since=slot.start,
            until=until,
            scene=slot.scene,
            scene_name=scene_names.get(slot.scene, slot.scene),
            layer=slot.layer,
            reason=slot.reason,
            source=slot.source,
            author=slot.author,
            block=slot.block,
        )


def _days(store: Store, schedule: Schedule, first: date) -> Iterator[WeekDay]:
    almanac = PlaceAlmanac(store.place, store.tz)
    for number in range(DAYS):
        day = first + number * _DAY
        opening = opening_of(schedule, almanac, store.tz, day)
        _, special = hours_on(schedule, almanac, day)
        yield WeekDay(
            day=day.isoformat(),
            opens=opening.start if opening else None,
            closes=opening.end if opening else None,
            special=(special.name or special.id) if special else "",
            holidays=almanac.holidays(day),
        )
