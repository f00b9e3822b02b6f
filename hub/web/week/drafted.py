"""How a store's draft stands, what it would do, and the versions before it, for the Week page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hub.api.precondition import etag
from hub.errors import NoDraftError
from hub.parts import HubParts
from hub.planning.drafts import Draft
from hub.schedules.desk import draft_tag
from hub.schedules.history import changes_between
from hub.schedules.outlook import DraftReview
from hub.schedules.reviewing import store_names
from hub.schedules.week import Week, WeekSlot
from hub.shop import Library, Store
from hub.web.words import moment_words
from scenes.language import _, ngettext
from scenes.schedule import Schedule
from scenes.wall_time import local_day

VERSIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftState:
    """The draft, or what is deployed where there is none (``tag`` is empty then).

    ``overtaken``: another version was deployed since it was begun. ``changes`` are what it says
    otherwise, in sentences.
    """

    schedule: Schedule
    tag: str
    deployed_tag: str
    version: int
    author: str
    changed: str
    changes: tuple[str, ...]
    overtaken: bool

    @property
    def exists(self) -> bool:
        """Whether there is a draft."""
        return bool(self.tag)

    @property
    def title(self) -> str:
        """How much of it is not deployed."""
        count = len(self.changes)
        if not count:
            return _("A draft without changes")
        message = ngettext("{n} change, not deployed", "{n} changes, not deployed", count)
        return message.format(n=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a draft would do; ``deployable``: no mistake forbids it and nothing overtook it."""

    state: DraftState
    problems: tuple[tuple[bool, str], ...]
    since: tuple[str, ...]
    plays: tuple[str, ...]
    conflicts: tuple[str, ...]
    gaps: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def deployable(self) -> bool:
        """Whether it can be deployed as it is."""
        return not self.since and not any(forbids for forbids, _words in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """One version, who deployed it when and why, and what it changed."""

    number: int
    title: str
    why: str
    changes: tuple[str, ...]
    newest: bool


def draft_state(hub: HubParts, store: Store) -> DraftState:
    """How the draft stands now."""
    newest = hub.schedules.newest(store.id)
    deployed = etag("schedule", newest.number)
    try:
        draft = hub.schedules.draft(store.id)
    except NoDraftError:
        return DraftState(
            schedule=newest.schedule,
            tag="",
            deployed_tag=deployed,
            version=newest.number,
            author="",
            changed="",
            changes=(),
            overtaken=False,
        )
    base = newest.schedule
    overtaken = draft.based_on != newest.number
    if overtaken:
        base = hub.schedules.told(store.id, draft.based_on).version.schedule
    return DraftState(
        schedule=draft.schedule,
        tag=draft_tag(draft),
        deployed_tag=deployed,
        version=newest.number,
        author=_author(draft),
        changed=moment_words(draft.changed_at, hub.now(), store.tz),
        changes=tuple(_changes(hub, store, base, draft.schedule)),
        overtaken=overtaken,
    )


def first_otherwise(hub: HubParts, store: Store, drafted: Week) -> date | None:
    """The first day to come of a week on which its draft plays otherwise than what is deployed."""
    if not drafted.draft:
        return None
    first = max(drafted.from_, hub.now())
    deployed = hub.outlook.week(store.id, local_day(drafted.from_, store.tz))
    before = {zone.zone: zone.slots for zone in deployed.zones}
    found = [
        start
        for zone in drafted.zones
        for start in _differing(before.get(zone.zone, ()), zone.slots, first)
    ]
    return local_day(min(found), store.tz) if found else None


def _differing(
    before: Sequence[WeekSlot], after: Sequence[WeekSlot], first: datetime
) -> Iterator[datetime]:
    """From when on, not before ``first``, another scene plays."""
    for one in before:
        for other in after:
            start = max(first, one.since, other.since)
            if start < min(one.until, other.until) and one.scene != other.scene:
                yield start


def review(hub: HubParts, store: Store) -> Review:
    """What the draft would do in the next seven days; `NoDraftError`."""
    state = draft_state(hub, store)
    told: DraftReview = hub.outlook.review(store.id)
    found = told.reviewed
    return Review(
        state=state,
        problems=tuple((each.forbids, each.sentence) for each in found.problems),
        since=told.deployed_since,
        plays=found.changes,
        conflicts=found.conflicts,
        gaps=found.gaps,
        never=found.never,
    )


def past_versions(hub: HubParts, store: Store) -> list[PastVersion]:
    """The newest versions, the newest first."""
    now = hub.now()
    return [
        PastVersion(
            number=told.version.number,
            title=_("Version {number}, {when}, by {who}").format(
                number=told.version.number,
                when=moment_words(told.version.created_at, now, store.tz),
                who=told.version.author or _origin(told.version.origin),
            ),
            why=told.version.why,
            changes=tuple(told.changes),
            newest=not place,
        )
        for place, told in enumerate(hub.schedules.versions(store.id, VERSIONS))
    ]


def _changes(hub: HubParts, store: Store, base: Schedule, draft: Schedule) -> Sequence[str]:
    names = store_names(store, Library(hub.planner.shop.scenes), base, draft)
    return changes_between(base, draft, names)


def _author(draft: Draft) -> str:
    return draft.author or _origin(draft.origin)


def _origin(origin: str) -> str:
    match origin:
        case "file":
            return _("the shop file")
        case "template":
            return _("a template")
    return _("somebody")
