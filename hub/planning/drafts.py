"""The draft of a store's next schedule: one at most, by a person or by the shop file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from hub.audit import Change, Search, find, record
from hub.planning.deployed import body_of, delta, schedule_of
from hub.tables import ScheduleDraftRow
from scenes.schedule import Schedule

DraftAction = Literal[
    "draft.begin", "draft.change", "draft.rebase", "draft.discard", "draft.deploy"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A schedule that is being made from version ``based_on``.

    ``edition`` is another one after every change, also of the drafts before and after this one.
    """

    store: str
    schedule: Schedule
    based_on: int
    edition: int
    origin: str
    author: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class DraftStep:
    """What somebody does to a draft. ``before`` is None at its beginning, ``after`` at its end.

    ``changes`` say it in words.
    """

    action: DraftAction
    before: Draft | None
    after: Draft | None
    author: str
    at: datetime
    changes: tuple[str, ...] = ()
    why: str = ""


def draft_subject(store: str) -> str:
    """What the audit calls a store's draft."""
    return f"draft of {store}"


def find_drafts(connection: Connection) -> dict[str, Draft]:
    """Every draft there is, by store."""
    rows = connection.execute(select(*ScheduleDraftRow.__table__.columns))  # type: ignore[attr-defined]
    return {row.store: _draft(row) for row in rows}


def find_draft(connection: Connection, store: str) -> Draft | None:
    """A store's draft."""
    statement = select(*ScheduleDraftRow.__table__.columns)  # type: ignore[attr-defined]
    row = connection.execute(statement.where(col(ScheduleDraftRow.store) == store)).one_or_none()
    return _draft(row) if row is not None else None


def next_edition(connection: Connection, store: str) -> int:
    """The edition that the next change of a store's draft makes, be it a new draft."""
    search = Search(store=store, subject=draft_subject(store), action="draft")
    last = [entry.change.after["edition"] for entry in find(connection, search, 1)]
    return last[0] + 1 if last else 1


def take_step(connection: Connection, step: DraftStep) -> None:
    """Keep what became of a draft, and tell the audit."""
    draft = step.after or step.before
    if draft is None:
        raise ValueError("a step is from a draft or to one")
    row = ScheduleDraftRow
    if step.after is None:
        connection.execute(delete(row).where(col(row.store) == draft.store))
    else:
        values = {
            "body": body_of(step.after.schedule),
            "based_on": step.after.based_on,
            "edition": step.after.edition,
            "origin": step.after.origin,
            "author": step.after.author,
            "changed_at": step.after.changed_at,
        }
        if step.before is None:
            connection.execute(insert(row).values(store=draft.store, **values))
        else:
            connection.execute(update(row).where(col(row.store) == draft.store).values(**values))
    _tell(connection, step, draft.store)


def _tell(connection: Connection, step: DraftStep, store: str) -> None:
    whole = Schedule()
    was, becomes = delta(
        step.before.schedule if step.before else whole, step.after.schedule if step.after else whole
    )
    before = None
    if step.before is not None:
        before = {"edition": step.before.edition, "based_on": step.before.based_on, **was}
    if step.after is not None:
        after = {"edition": step.after.edition, "based_on": step.after.based_on, **becomes}
    else:
        # Nobody who saw the draft before may take the next one for it.
        after = {"edition": next_edition(connection, store)}
    record(
        connection,
        Change(
            at=step.at,
            author=step.author,
            action=step.action,
            store=store,
            subject=draft_subject(store),
            why=step.why,
            before=before,
            after={**after, "changes": step.changes},
        ),
    )


def _draft(row: Any) -> Draft:  # noqa: ANN401
    return Draft(
        store=row.store,
        schedule=schedule_of(row.body),
        based_on=row.based_on,
        edition=row.edition,
        origin=row.origin,
        author=row.author,
        changed_at=row.changed_at,
    )
