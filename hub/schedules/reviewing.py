"""What a schedule would do, before it is deployed: mistakes, what differs, conflicts and gaps.

By the schedule alone: what people chose for today would hide what it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from hub.errors import PlanRangeError
from hub.planning.almanac import PlaceAlmanac
from hub.planning.base import schedule_wishes
from hub.planning.deployed import effective, find_template
from hub.public_holidays import names_of
from hub.shop import Library, Store
from scenes import mistakes, review
from scenes.compiler import Wish, compile_slots
from scenes.difference import differences
from scenes.language import _
from scenes.mistakes import Ground, Problem
from scenes.names import Names, source_names
from scenes.opening import Opening, opening_of
from scenes.plan import Slot
from scenes.schedule import Schedule
from scenes.stretches import Review
from scenes.wall_time import instant_of

_DAY = timedelta(days=1)
_Found = review.Conflict | review.Gap | review.NeverPlays
MOST_TOLD = 100
"""So many conflicts, gaps or items that never play are said at most."""

_FIRST_YEAR, _LAST_YEAR = 1971, 2198
"""Within the instants that anything here is planned for."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All but ``problems`` are sentences, the earliest first.

    Of ``conflicts``, ``gaps`` and ``never`` `MOST_TOLD` at most; a last one says how many more.
    """

    problems: tuple[Problem, ...]
    changes: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def store_names(store: Store, library: Library, *schedules: Schedule) -> Names:
    """What the people of a store call its zones and scenes, and what ``schedules`` plan."""
    return Names(
        zones={zone.id: zone.name for zone in store.zones},
        scenes={scene.id: scene.name for scene in library.scenes.values()},
        sources=source_names(*schedules),
    )


def problems_of(
    connection: Connection, store: Store, library: Library, schedule: Schedule
) -> tuple[Problem, ...]:
    """The mistakes of a store's own document, and what it does to its template against a lock."""
    use = schedule.template
    template = find_template(connection, use) if use else None
    ground = Ground(
        scenes=library.scenes,
        drafts=library.drafts,
        retired=library.retired,
        zones=[zone.id for zone in store.zones],
        holidays=names_of(store.place.country, store.place.region) if store.place.country else (),
        has_sun=store.place.latitude is not None and store.place.longitude is not None,
        template=template,
    )
    found = list(mistakes.problems(schedule, ground))
    if use is not None and template is None:
        sentence = _(
            "There is no version {version} of the template “{template}”: choose another"
        ).format(version=use.version, template=use.id)
        found.append(Problem("template", sentence))
    return tuple(found)


def effective_or_own(connection: Connection, schedule: Schedule) -> Schedule:
    """A document with its template under it, or alone when that isn't there."""
    use = schedule.template
    if use is not None and find_template(connection, use) is None:
        return schedule
    return effective(connection, schedule)


def days_from(store: Store, first: date, days: int) -> tuple[datetime, datetime]:
    """The instants at which local days begin and end; `PlanRangeError` far from now."""
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR:
        raise PlanRangeError(f"no plan reaches to {first}")
    tz = store.tz
    return instant_of(first, "00:00", tz), instant_of(first + days * _DAY, "00:00", tz)


def reviewed_shortly(
    store: Store, deployed: Schedule, schedule: Schedule, time: Review, problems: Sequence[Problem]
) -> Reviewed:
    """Look at ``schedule`` in place of ``deployed``, both with their templates: what changes."""
    before = _slots(store, schedule_wishes(store, time.start, time.end, deployed), time)
    after = _slots(store, schedule_wishes(store, time.start, time.end, schedule), time)
    changes = tuple(each.sentence for each in differences(before, after, time))
    return Reviewed(tuple(problems), changes)


def reviewed(
    store: Store, deployed: Schedule, schedule: Schedule, time: Review, problems: Sequence[Problem]
) -> Reviewed:
    """The same, with conflicts, gaps and what never plays."""
    wishes = schedule_wishes(store, time.start, time.end, schedule)
    slots = _slots(store, wishes, time)
    openings = _openings(store, schedule, time)
    return replace(
        reviewed_shortly(store, deployed, schedule, time, problems),
        conflicts=_told(review.conflicts(wishes, time)),
        gaps=_told(review.gaps(slots, openings, time)),
        never=_told(review.never_plays(wishes, slots, time)),
    )


def _told(found: Sequence[_Found]) -> tuple[str, ...]:
    """As many sentences as one reads, and how many more there are."""
    told = [each.sentence for each in found[:MOST_TOLD]]
    more = len(found) - len(told)
    return (*told, _("And {n} more").format(n=more)) if more else tuple(told)


def _slots(
    store: Store, wishes: Mapping[str, Sequence[Wish]], time: Review
) -> dict[str, tuple[Slot, ...]]:
    return {
        zone.id: compile_slots(wishes[zone.id], zone.fallback, time.start, time.end)
        for zone in store.zones
    }


def _openings(store: Store, schedule: Schedule, time: Review) -> Iterator[Opening]:
    """When the store is open, from the day before on: hours may run past midnight."""
    almanac = PlaceAlmanac(store.place, store.tz)
    day = time.first_day - _DAY
    while day <= time.last_day:
        opening = opening_of(schedule, almanac, store.tz, day)
        if opening is not None:
            yield opening
        day += _DAY
