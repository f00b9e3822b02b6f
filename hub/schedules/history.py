"""The versions of a store's schedule, and what became of it and its drafts, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from hub.audit import Search, find
from hub.moments import moment
from hub.planning.deployed import schedule_of
from hub.planning.drafts import draft_subject
from hub.schedules.errors import UnknownVersionError
from hub.shop import Store
from hub.tables import ScheduleVersionRow
from scenes.language import N_, _, in_english
from scenes.names import Names
from scenes.schedule import Schedule
from scenes.schedule_difference import document_changes, sentences

LARGEST = 2**31 - 2
"""A version that no schedule comes to; the databases' whole numbers go so far and one more."""

_MOST_TOLD = 20
_MOST_CHANGES = 8
_DID = {
    "draft.begin": N_("{who} began this draft, {when}"),
    "draft.change": N_("{who} changed the draft, {when}"),
    "draft.rebase": N_("{who} rebased the draft, {when}"),
    "draft.discard": N_("{who} discarded the draft, {when}"),
    "draft.deploy": N_("{who} deployed the draft, {when}"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a store's schedule: its own document, without its template."""

    number: int
    schedule: Schedule
    origin: str
    author: str
    why: str
    created_at: datetime


def versions(
    connection: Connection, store: str, most: int, before: int | None = None
) -> list[Version]:
    """Versions of a store's schedule, the newest first; those below ``before``, if given."""
    row = ScheduleVersionRow
    statement = (
        select(*ScheduleVersionRow.__table__.columns)  # type: ignore[attr-defined]
        .where(col(row.store) == store)
        .order_by(col(row.version).desc())
        .limit(most)
    )
    if before is not None:
        statement = statement.where(col(row.version) < before)
    return [_version(each) for each in connection.execute(statement)]


def version(connection: Connection, store: str, number: int) -> Version:
    """One version; `UnknownVersionError`."""
    if 0 < number <= LARGEST:
        found = versions(connection, store, 1, min(number + 1, LARGEST))
        if found and found[0].number == number:
            return found[0]
    said = _("the schedule of {store} has no version {number}")
    raise UnknownVersionError(said.format(store=store, number=number))


def version_at(connection: Connection, store: str, instant: datetime) -> Version:
    """The version that was deployed at an instant; the first one before there was any."""
    row = ScheduleVersionRow
    statement = select(*ScheduleVersionRow.__table__.columns).where(col(row.store) == store)  # type: ignore[attr-defined]
    before = statement.where(col(row.created_at) <= instant).order_by(col(row.version).desc())
    found = connection.execute(before.limit(1)).one_or_none()
    first = statement.order_by(col(row.version)).limit(1)
    return _version(found if found is not None else connection.execute(first).one())


def changes_between(before: Schedule | None, after: Schedule, names: Names) -> list[str]:
    """What differs between two documents, in sentences; a first one is not compared."""
    return sentences(document_changes(before, after, names)) if before is not None else []


def changes_to_keep(before: Schedule | None, after: Schedule, names: Names) -> list[str]:
    """The same in English, whoever's page changes it: the audit is for everybody."""
    with in_english():
        return changes_between(before, after, names)


def versions_since(
    connection: Connection, store: Store, number: int, names: Names, now: datetime
) -> list[str]:
    """What was deployed after a version, in sentences, the earliest first."""
    found = versions(connection, store.id, _MOST_TOLD)
    newer = [each for each in found if each.number >= number]
    told: list[str] = []
    for before, after in zip(newer[1:], newer[:-1], strict=True):
        what = shortly(changes_between(before.schedule, after.schedule, names))
        at = moment(after.created_at, now, store.tz)
        did = _("{who} deployed version {number}, {when}").format(
            who=after.author or _("Somebody"), number=after.number, when=at
        )
        told.insert(0, did + what)
    return told


def draft_since(
    connection: Connection, store: Store, edition: int | None, now: datetime
) -> list[str]:
    """What became of a store's drafts after an edition (None: the last change), in sentences."""
    search = Search(store=store.id, subject=draft_subject(store.id), action="draft")
    steps = [entry.change for entry in find(connection, search, _MOST_TOLD)]
    if edition is None:
        steps = steps[:1]
    else:
        steps = [each for each in steps if each.after["edition"] > edition]
    return [
        _(_DID[each.action]).format(
            who=each.author or _("Somebody"), when=moment(each.at, now, store.tz)
        )
        + shortly(each.after["changes"])
        for each in reversed(steps)
    ]


def shortly(changes: Sequence[str]) -> str:
    """Changes behind what somebody did, as many as one reads."""
    if not changes:
        return ""
    shown = list(changes[:_MOST_CHANGES])
    more = len(changes) - len(shown)
    shown += [_("and {n} more").format(n=more)] if more else []
    return ": " + "; ".join(shown)


def _version(row: Any) -> Version:  # noqa: ANN401
    return Version(
        number=row.version,
        schedule=schedule_of(row.body),
        origin=row.origin,
        author=row.author,
        why=row.why,
        created_at=row.created_at,
    )
