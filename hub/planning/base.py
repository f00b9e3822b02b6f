"""A zone's plan as its store's schedule alone makes it, and how other wishes are laid upon it.

The part that follows from the schedule is the dear one, and what people choose or sensors set off
doesn't change it: so it is compiled once and kept, and a choice sweeps again only the time that
it covers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from hub.planning.almanac import PlaceAlmanac
from hub.shop import Store, Zone
from scenes.compiler import Wish, compile_slots, join_slots, standing_wishes
from scenes.language import in_english
from scenes.plan import Slot
from scenes.schedule import Schedule
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BasePlan:
    """What the schedule wishes of a zone over [start, end), and the slots that follow from it."""

    zone: Zone
    time_zone: str
    start: datetime
    end: datetime
    wishes: tuple[Wish, ...]
    slots: tuple[Slot, ...]

    def next_change(self, instant: datetime) -> datetime | None:
        """When the scene that is due at ``instant`` gives way to another one, if it does."""
        index = max(0, _index(self.slots, instant))
        scene = self.slots[index].scene
        return next((slot.start for slot in self.slots[index + 1 :] if slot.scene != scene), None)


@dataclass(frozen=True, slots=True)
class CompiledStore:
    """The base plans of a store's zones over [start, end), by zone."""

    store: Store
    start: datetime
    end: datetime
    zones: Mapping[str, BasePlan]


def horizon_around(now: datetime, store: Store, horizon: timedelta) -> tuple[datetime, datetime]:
    """From the start of yesterday, as the store counts days, to a day or two past the horizon.

    Yesterday is in it so that a slot's beginning is its true one even at night; the day to spare
    is why the horizon is never undercut while the next extension is due.
    """
    tz = store.tz
    start = instant_of(local_day(now, tz) - _DAY, "00:00", tz)
    end = instant_of(local_day(now + horizon, tz) + 2 * _DAY, "00:00", tz)
    return start, end


def schedule_wishes(
    store: Store, start: datetime, end: datetime, schedule: Schedule | None = None
) -> dict[str, list[Wish]]:
    """What the store's schedule, or ``schedule`` in its place, wishes in [start, end), by zone."""
    return standing_wishes(
        store.schedule if schedule is None else schedule,
        [zone.id for zone in store.zones],
        store.tz,
        PlaceAlmanac(store.place, store.tz),
        start,
        end,
    )


def compile_store(store: Store, start: datetime, end: datetime) -> CompiledStore:
    """Compile what a store plans over [start, end)."""
    with in_english():  # whoever's page asked for it: a plan is kept and sent
        wishes = schedule_wishes(store, start, end)
        zones = {
            zone.id: BasePlan(
                zone,
                store.time_zone,
                start,
                end,
                tuple(wishes[zone.id]),
                compile_slots(wishes[zone.id], zone.fallback, start, end),
            )
            for zone in store.zones
        }
    return CompiledStore(store, start, end, zones)


def overlay(base: BasePlan, wishes: Sequence[Wish], start: datetime) -> tuple[Slot, ...]:
    """The slots of [start, base.end) with ``wishes`` upon those of the schedule.

    The same as compiling everything at once, at the cost of what ``wishes`` cover.
    """
    slots: tuple[Slot, ...] = ()
    reached = start
    for begin, finish in _windows(wishes, start, base.end):
        slots = join_slots(slots, cut(base.slots, reached, begin))
        there = [wish for wish in base.wishes if wish.start < finish and wish.end > begin]
        window = compile_slots((*there, *wishes), base.zone.fallback, begin, finish)
        slots = join_slots(slots, window)
        reached = finish
    return join_slots(slots, cut(base.slots, reached, base.end))


def cut(slots: Sequence[Slot], start: datetime, end: datetime) -> tuple[Slot, ...]:
    """The slots that hold in [start, end); the first begins at ``start`` or later."""
    if start >= end:
        return ()
    kept = list(slots[max(0, _index(slots, start)) : _index(slots, end, included=False) + 1])
    if kept and kept[0].start < start:
        kept[0] = msgspec.structs.replace(kept[0], start=start)
    return tuple(kept)


def _windows(
    wishes: Sequence[Wish], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """The time that wishes cover within [start, end), as few intervals as say it."""
    windows: list[tuple[datetime, datetime]] = []
    for wish in sorted(wishes, key=lambda wish: wish.start):
        begin, finish = max(wish.start, start), min(wish.end, end)
        if begin >= finish:
            continue
        if windows and begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], finish))
        else:
            windows.append((begin, finish))
    return windows


def _index(slots: Sequence[Slot], instant: datetime, *, included: bool = True) -> int:
    """Position of the slot under way at ``instant`` (or just before it); -1 if none has begun."""
    before = bisect_right(slots, instant, key=_start)
    if not included and before and slots[before - 1].start == instant:
        before -= 1
    return before - 1


def _start(slot: Slot) -> datetime:
    return slot.start
