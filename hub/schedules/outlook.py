"""What will be, and what would be: weeks, rehearsals, reviews and what-ifs. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from hub.errors import PlanRangeError
from hub.planning.deployed import newest_schedule
from hub.planning.drafts import Draft
from hub.planning.planner import Planner
from hub.schedules.desk import the_draft
from hub.schedules.history import version_at, versions_since
from hub.schedules.reviewing import (
    Reviewed,
    days_from,
    effective_or_own,
    problems_of,
    reviewed,
    reviewed_shortly,
    store_names,
)
from hub.schedules.week import Week, WeekZone, due_slots, week_of, week_zones
from hub.shop import Library, Store
from scenes.difference import differences
from scenes.mistakes import Problem
from scenes.rehearsal import Rehearsal, RehearsedTime, RehearsedZone, rehearse
from scenes.schedule import Schedule
from scenes.stretches import Review
from scenes.units import check_instants
from scenes.wall_time import local_day

REVIEW_DAYS = 7
MOST_DAYS = 35
_LONGEST = timedelta(days=MOST_DAYS)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What zones would play, and how that differs from what they will, in sentences."""

    zones: tuple[WeekZone, ...]
    changes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DraftReview:
    """What a draft would do, and what was deployed since it was begun, in sentences."""

    reviewed: Reviewed
    deployed_since: tuple[str, ...]


class Outlook:
    """Looks ahead by the same functions that plans are made with. Safe to use from any thread."""

    def __init__(
        self,
        engine: Engine,
        planner: Planner,
        library: Callable[[], Library],
        now: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._planner = planner
        self._library = library
        self._now = now

    def review(self, store: str, first: date | None = None, days: int = REVIEW_DAYS) -> DraftReview:
        """The draft in place of what is deployed, from a local day (or today) on.

        `UnknownStoreError`, `NoDraftError`, `PlanRangeError`.
        """
        of = self._planner.store(store)
        with self._engine.connect() as connection:
            draft = the_draft(connection, of)
        return self._review(draft, first, days, reviewed)

    def shortly(self, draft: Draft) -> DraftReview:
        """This draft in place of what is deployed: mistakes and what changes in seven days."""
        return self._review(draft, None, REVIEW_DAYS, reviewed_shortly)

    def _review(
        self,
        draft: Draft,
        first: date | None,
        days: int,
        look: Callable[[Store, Schedule, Schedule, Review, Sequence[Problem]], Reviewed],
    ) -> DraftReview:
        of, now = self._planner.store(draft.store), self._now()
        start, end = days_from(of, first or local_day(now, of.tz), days)
        library = self._library()
        with self._engine.connect() as connection:
            deployed = newest_schedule(connection, of.id)
            means = effective_or_own(connection, draft.schedule)
            problems = problems_of(connection, of, library, draft.schedule)
            names = store_names(of, library, deployed.effective, means)
            since = versions_since(connection, of, draft.based_on, names, now)
        time = Review(start, end, of.tz, names)
        return DraftReview(look(of, deployed.effective, means, time, problems), tuple(since))

    def week(self, store: str, first: date | None = None, *, draft: bool = False) -> Week:
        """Seven days from a local day (or today) on, by what is deployed or by the draft.

        `UnknownStoreError`, `NoDraftError`, `PlanRangeError`.
        """
        of = self._planner.store(store)
        schedule, version = self._meant(of, draft=draft)
        day = first or local_day(self._now(), of.tz)
        return week_of(self._planner, of, day, schedule, version)

    def rehearsal(self, store: str, day: date | None = None, *, draft: bool = False) -> Rehearsal:
        """A local day (or today) in 30 seconds.

        `UnknownStoreError`, `NoDraftError`, `PlanRangeError`, `UnknownSceneError`.
        """
        of = self._planner.store(store)
        start, end = days_from(of, day or local_day(self._now(), of.tz), 1)
        schedule, _ = self._meant(of, draft=draft)
        slots = due_slots(self._planner, of, schedule, start, end)
        names = {zone.id: zone.name for zone in of.zones}
        scenes = dict(self._planner.shop.scenes)
        for planned in self._planner.zones(of.id):
            # A scene that left the library still plays where a plan that is out names it.
            scenes = {**planned.plan.scenes, **scenes}
        zones = [RehearsedZone(zone, names.get(zone, zone), each) for zone, each in slots.items()]
        return rehearse(zones, scenes, RehearsedTime(start, end, of.tz))

    def what_if(
        self,
        store: str,
        turn: Callable[[Schedule], Schedule],
        start: datetime,
        end: datetime,
    ) -> WhatIf:
        """What would play in [start, end) by what ``turn`` makes of the deployed schedule.

        With the choices of today. `UnknownStoreError`, `PlanRangeError`, and what ``turn`` raises.
        """
        of = self._planner.store(store)
        _check_range(start, end)
        library = self._library()
        with self._engine.connect() as connection:
            deployed = newest_schedule(connection, of.id)
            schedule = turn(deployed.schedule)
            means = effective_or_own(connection, schedule)
            problems = problems_of(connection, of, library, schedule)
        before = self._planner.preview(of.id, deployed.effective, start, end)
        after = self._planner.preview(of.id, means, start, end)
        names = store_names(of, library, deployed.effective, means)
        found = differences(before, after, Review(start, end, of.tz, names))
        return WhatIf(
            week_zones(of, after, end, self._scene_names()),
            tuple(each.sentence for each in found),
            problems,
        )

    def meaning(self, schedule: Schedule) -> Schedule:
        """A store's own document with its template under it."""
        with self._engine.connect() as connection:
            return effective_or_own(connection, schedule)

    def meant_at(self, store: str, instant: datetime) -> Schedule:
        """What was deployed at an instant, with its template; the first version before that."""
        of = self._planner.store(store)
        with self._engine.connect() as connection:
            return effective_or_own(connection, version_at(connection, of.id, instant).schedule)

    def _meant(self, store: Store, *, draft: bool) -> tuple[Schedule | None, int]:
        """A draft with its template, or None for what is deployed; and the version under it."""
        with self._engine.connect() as connection:
            if not draft:
                return None, newest_schedule(connection, store.id).version
            found = the_draft(connection, store)
            return effective_or_own(connection, found.schedule), found.based_on

    def _scene_names(self) -> Mapping[str, str]:
        return {each.id: each.name for each in self._planner.shop.scenes.values()}


def _check_range(start: datetime, end: datetime) -> None:
    try:
        check_instants(start, end)
    except ValueError as error:
        raise PlanRangeError(str(error)) from error
    if not timedelta() < end - start <= _LONGEST:
        raise PlanRangeError(f"'to' lies after 'from', by {MOST_DAYS} days at most")
