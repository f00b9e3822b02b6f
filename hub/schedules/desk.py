"""Where people work at a store's schedule: versions that stay, and one draft of the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import Connection, Engine

from hub.by import By, Check
from hub.database import writing
from hub.errors import PreconditionFailedError
from hub.overtaken import OvertakenError, until_not_overtaken
from hub.planning.deployed import (
    Deployed,
    NewVersion,
    deploy_version,
    effective,
    newest_schedule,
)
from hub.planning.drafts import (
    Draft,
    DraftAction,
    DraftStep,
    find_draft,
    next_edition,
    take_step,
)
from hub.planning.planner import Planner
from hub.schedules import history
from hub.schedules.errors import (
    DeskBusyError,
    DraftExistsError,
    NoDraftError,
    RebaseConflictError,
    ScheduleRefusedError,
    UnknownVersionError,
)
from hub.schedules.history import (
    Version,
    changes_between,
    changes_to_keep,
    draft_since,
    versions_since,
)
from hub.schedules.rebase import Prefer, rebase
from hub.schedules.reviewing import problems_of, store_names
from hub.shop import Library, Store
from scenes.language import _
from scenes.schedule import Schedule

BY_A_PERSON, BY_REVERT = "person", "revert"


@dataclass(frozen=True, slots=True)
class _Deployment:
    """What is about to be deployed; ``draft`` is the draft that it ends."""

    before: Deployed
    new: NewVersion
    means: Schedule
    changes: tuple[str, ...]
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class VersionTold:
    """A version, what it means with its template, and what differs from the one before, in words.

    Of the first version, nothing does.
    """

    version: Version
    effective: Schedule
    changes: tuple[str, ...]


class ScheduleDesk:
    """Safe to use from any thread. Every change is one transaction with its audit.

    ``library`` is what may be planned now; ``tell_others`` is called after a change that the pages
    show.
    """

    def __init__(
        self,
        engine: Engine,
        planner: Planner,
        library: Callable[[], Library],
        now: Callable[[], datetime],
        tell_others: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._planner = planner
        self._library = library
        self._now = now
        self._tell_others = tell_others

    def newest(self, store: str) -> Version:
        """What is deployed; `UnknownStoreError`."""
        of = self._planner.store(store)
        with self._engine.connect() as connection:
            return history.versions(connection, of.id, 1)[0]

    def told(self, store: str, number: int | None = None) -> VersionTold:
        """One version, or what is deployed; `UnknownStoreError`, `UnknownVersionError`."""
        if number is None:
            return self.versions(store, 1)[0]
        found = self.versions(store, 1, min(number, history.LARGEST) + 1)
        if not found or found[0].version.number != number:
            said = _("the schedule of {store} has no version {number}")
            raise UnknownVersionError(said.format(store=store, number=number))
        return found[0]

    def versions(self, store: str, most: int, before: int | None = None) -> list[VersionTold]:
        """Versions, the newest first; those below ``before``, if given. `UnknownStoreError`."""
        of, library = self._planner.store(store), self._library()
        with self._engine.connect() as connection:
            found = history.versions(connection, of.id, most + 1, before)
            return [
                VersionTold(
                    version,
                    effective(connection, version.schedule),
                    tuple(_ways(of, library, earlier, version)),
                )
                for version, earlier in zip_longest(found, found[1:])
            ][:most]

    def draft(self, store: str) -> Draft:
        """The draft; `UnknownStoreError`, `NoDraftError`."""
        of = self._planner.store(store)
        with self._engine.connect() as connection:
            return the_draft(connection, of)

    def begin(self, store: str, number: int | None, by: By) -> Draft:
        """Begin the draft, from what is deployed or from an earlier version.

        `UnknownStoreError`, `UnknownVersionError`, `DraftExistsError`.
        """
        of = self._planner.store(store)
        with writing(self._engine, urgent=True) as connection:
            before = find_draft(connection, of.id)
            if before is not None:
                raise DraftExistsError(
                    _(
                        "{store} has a draft already, by {who}: "
                        "go on with that one, or discard it first"
                    ).format(store=of.name, who=before.author or _("somebody"))
                )
            newest = history.versions(connection, of.id, 1)[0]
            source = newest if number is None else history.version(connection, of.id, number)
            now = self._now()
            draft = Draft(
                store=of.id,
                schedule=source.schedule,
                based_on=newest.number,
                edition=next_edition(connection, of.id),
                origin=BY_A_PERSON,
                author=by.author,
                changed_at=now,
            )
            changes = () if source == newest else (f"from version {source.number}",)
            take_step(
                connection,
                DraftStep("draft.begin", None, draft, by.author, now, changes, by.why),
            )
        self._tell_others()
        return draft

    def change(
        self, store: str, turn: Callable[[Schedule], Schedule], by: By, check: Check
    ) -> Draft:
        """Let the draft say what ``turn`` makes of it; the same again is no change.

        `UnknownStoreError`, `NoDraftError`, and what ``turn`` and ``check`` raise.
        """
        of = self._planner.store(store)
        library = self._library()

        def changed(_connection: Connection, before: Draft) -> tuple[Draft, Sequence[str]]:
            schedule = turn(before.schedule)
            names = store_names(of, library, before.schedule, schedule)
            return (
                replace(before, schedule=schedule),
                changes_to_keep(before.schedule, schedule, names),
            )

        return self._step(of, "draft.change", changed, by, check)

    def rebase(self, store: str, prefer: Prefer | None, by: By, check: Check) -> Draft:
        """Put the draft on top of what was deployed since it was begun.

        `RebaseConflictError` names what both change, unless ``prefer`` says whose holds there.
        """
        of = self._planner.store(store)
        library = self._library()

        def rebased(connection: Connection, before: Draft) -> tuple[Draft, Sequence[str]]:
            base = history.version(connection, of.id, before.based_on)
            newest = history.versions(connection, of.id, 1)[0]
            three = (base.schedule, newest.schedule, before.schedule)
            names = store_names(of, library, *three)
            merged = rebase(*three, names, prefer or "draft")
            if merged.conflicts and prefer is None:
                raise RebaseConflictError(
                    _(
                        "the draft and what was deployed since change the same; "
                        "say which holds with prefer, the draft or what is deployed"
                    ),
                    merged.conflicts,
                )
            after = replace(before, schedule=merged.schedule, based_on=newest.number)
            return after, changes_to_keep(before.schedule, merged.schedule, names)

        return self._step(of, "draft.rebase", rebased, by, check)

    def discard(self, store: str, by: By, check: Check) -> None:
        """Let the draft go; it stays in the audit. `UnknownStoreError`, `NoDraftError`."""
        of = self._planner.store(store)
        with writing(self._engine, urgent=True) as connection:
            before = self._checked(connection, of, check)
            now = self._now()
            step = DraftStep("draft.discard", before, None, by.author, now, why=by.why)
            take_step(connection, step)
        self._tell_others()

    def deploy(self, store: str, by: By, check: Check) -> Version:
        """Let the draft be the next version, and plan by it: all of it or nothing.

        `NoDraftError`, `ScheduleRefusedError` with the mistakes, `PreconditionFailedError` when
        another version was deployed since the draft was begun.
        """
        of = self._planner.store(store)
        library = self._library()

        def look(connection: Connection) -> _Deployment:
            # In this order: what is deployed in between takes its draft with it.
            before = newest_schedule(connection, of.id)
            draft = self._checked(connection, of, check)
            if draft.based_on != before.version:
                names = store_names(of, library, draft.schedule, before.schedule)
                raise PreconditionFailedError(
                    draft_tag(draft),
                    [
                        *versions_since(connection, of, draft.based_on, names, self._now()),
                        _("The draft can be put on top of that: rebase it, then deploy"),
                    ],
                )
            new = NewVersion(
                number=before.version + 1,
                schedule=draft.schedule,
                origin=BY_A_PERSON,
                author=by.author,
                why=by.why,
            )
            return self._deployment(connection, of, library, before, new, draft)

        return self._put_out(of, look)

    def revert(self, store: str, number: int, by: By, check: Check) -> Version:
        """Deploy what an earlier version said, as the next version. A draft stays as it is.

        `UnknownVersionError`, `ScheduleRefusedError` when it would be a mistake by now.
        """
        of = self._planner.store(store)
        library = self._library()

        def look(connection: Connection) -> _Deployment:
            before = newest_schedule(connection, of.id)
            names = store_names(of, library, before.schedule)
            check(
                before.version,
                lambda seen: versions_since(
                    connection, of, before.version - 1 if seen is None else seen, names, self._now()
                ),
            )
            earlier = history.version(connection, of.id, number)
            new = NewVersion(
                number=before.version + 1,
                schedule=earlier.schedule,
                origin=BY_REVERT,
                author=by.author,
                why=by.why or f"back to version {number}",
            )
            return self._deployment(connection, of, library, before, new)

        return self._put_out(of, look)

    def _deployment(
        self,
        connection: Connection,
        store: Store,
        library: Library,
        before: Deployed,
        new: NewVersion,
        draft: Draft | None = None,
    ) -> _Deployment:
        problems = problems_of(connection, store, library, new.schedule)
        forbids = [problem.sentence for problem in problems if problem.forbids]
        if forbids:
            raise ScheduleRefusedError(_("this can't be deployed"), forbids)
        names = store_names(store, library, before.schedule, new.schedule)
        changes = tuple(changes_to_keep(before.schedule, new.schedule, names))
        return _Deployment(before, new, effective(connection, new.schedule), changes, draft)

    def _put_out(self, store: Store, look: Callable[[Connection], _Deployment]) -> Version:
        def attempt() -> Version:
            with self._engine.connect() as connection:
                deployment = look(connection)
            keep = _Keeping(store.id, deployment, look)
            self._planner.deploy({store.id: deployment.means}, keep)
            self._tell_others()
            return self.newest(store.id)

        busy = _("the schedule of {store} is being changed all the time; try again")
        return until_not_overtaken(attempt, DeskBusyError(busy.format(store=store.name)))

    def _step(
        self,
        store: Store,
        action: DraftAction,
        turn: Callable[[Connection, Draft], tuple[Draft, Sequence[str]]],
        by: By,
        check: Check,
    ) -> Draft:
        with writing(self._engine, urgent=True) as connection:
            before = self._checked(connection, store, check)
            after, changes = turn(connection, before)
            if after == before:
                return before
            now = self._now()
            after = replace(
                after,
                edition=before.edition + 1,
                origin=BY_A_PERSON,
                author=by.author,
                changed_at=now,
            )
            step = DraftStep(action, before, after, by.author, now, tuple(changes), by.why)
            take_step(connection, step)
        self._tell_others()
        return after

    def _checked(self, connection: Connection, store: Store, check: Check) -> Draft:
        # Who saw a draft that somebody has ended since hears of that, not only that there is none.
        draft = find_draft(connection, store.id)
        check(
            draft.edition if draft is not None else 0,
            lambda seen: draft_since(connection, store, seen, self._now()),
        )
        return draft or the_draft(connection, store)


@dataclass(frozen=True, slots=True)
class _Keeping:
    """Writes the rows of a deployment in the planner's transaction, if all is as it was."""

    store: str
    deployment: _Deployment
    look: Callable[[Connection], _Deployment]

    def __call__(self, connection: Connection, now: datetime) -> None:
        if self.look(connection) != self.deployment:
            raise OvertakenError
        what = self.deployment
        deploy_version(connection, self.store, what.before, what.new, now, what.changes)
        if what.draft is not None:
            author, why = what.new.author, what.new.why
            step = DraftStep("draft.deploy", what.draft, None, author, now, what.changes, why)
            take_step(connection, step)


def _ways(store: Store, library: Library, earlier: Version | None, version: Version) -> list[str]:
    if earlier is None:
        return []
    names = store_names(store, library, earlier.schedule, version.schedule)
    return changes_between(earlier.schedule, version.schedule, names)


def draft_tag(draft: Draft) -> str:
    """The ETag of a draft."""
    return f'"draft-{draft.edition}"'


def the_draft(connection: Connection, store: Store) -> Draft:
    """A store's draft; `NoDraftError`."""
    found = find_draft(connection, store.id)
    if found is None:
        raise NoDraftError(_("{store} has no draft now: begin one").format(store=store.name))
    return found
