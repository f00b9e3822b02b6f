"""What the shop file says of schedules, and what becomes of it.

A schedule that came from the file is replaced by the file's next one. What a person deployed is
not: then the file's change waits as the store's draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlmodel import col

from hub.planning.deployed import (
    Deployed,
    NewVersion,
    body_of,
    deploy_version,
    effective,
    newest_schedules,
    schedule_of,
)
from hub.planning.drafts import Draft, DraftAction, DraftStep, find_draft, next_edition, take_step
from hub.tables import StoreRow
from scenes.schedule import Schedule

FROM_FILE = "file"
FILE_AUTHOR = "shop file"


def said_by_file(connection: Connection) -> dict[str, Schedule]:
    """What the shop file said last of each store's schedule, deployed or not."""
    rows = connection.execute(select(col(StoreRow.id), col(StoreRow.file_schedule)))
    return {row.id: schedule_of(row.file_schedule) for row in rows if row.file_schedule}


def foreseen(connection: Connection, schedules: Mapping[str, Schedule]) -> dict[str, Schedule]:
    """What would hold if `take_from_file` were asked now; nothing is written."""
    deployed, said = newest_schedules(connection), said_by_file(connection)
    holds = {}
    for store, schedule in schedules.items():
        before = deployed.get(store)
        if before is None or _is_taken(before, said.get(store), schedule):
            holds[store] = effective(connection, schedule)
        else:
            holds[store] = before.effective
    return holds


def take_from_file(
    connection: Connection, schedules: Mapping[str, Schedule], now: datetime
) -> dict[str, Schedule]:
    """Take what the shop file says of its stores, whose rows are there; the answer is what holds.

    A store's first schedule is deployed, and every next one as long as the file's own holds.
    `UnknownTemplateError`.
    """
    deployed, said = newest_schedules(connection), said_by_file(connection)
    holds = {}
    for store, schedule in schedules.items():
        before, last = deployed.get(store), said.get(store)
        if before is None or _is_taken(before, last, schedule):
            number = before.version + 1 if before else 1
            new = NewVersion(number=number, schedule=schedule, origin=FROM_FILE, author=FILE_AUTHOR)
            deploy_version(connection, store, before, new, now)
            holds[store] = effective(connection, schedule)
        else:
            holds[store] = before.effective
            waits = schedule not in (last, before.schedule)
            if waits and not _becomes_the_draft(connection, store, schedule, before, now):
                # Somebody's draft is in the way: not taken, so that it is offered again.
                continue
        if last != schedule:
            statement = update(StoreRow).where(col(StoreRow.id) == store)
            connection.execute(statement.values(file_schedule=body_of(schedule)))
    return holds


def _is_taken(before: Deployed, last: Schedule | None, schedule: Schedule) -> bool:
    """Whether ``schedule`` of the file is deployed over ``before``; ``last`` is what it said."""
    # Also where a person deployed what the file said: then the file goes on from there.
    is_its_own = before.origin == FROM_FILE or before.schedule == last
    return is_its_own and before.schedule != schedule


def _becomes_the_draft(
    connection: Connection, store: str, schedule: Schedule, holds: Deployed, now: datetime
) -> bool:
    """Let what the file says be the store's draft; False where there is one of somebody else."""
    before = find_draft(connection, store)
    if before is not None and before.origin != FROM_FILE:
        return False
    after = Draft(
        store=store,
        schedule=schedule,
        based_on=holds.version,
        edition=next_edition(connection, store),
        origin=FROM_FILE,
        author=FILE_AUTHOR,
        changed_at=now,
    )
    action: DraftAction = "draft.change" if before else "draft.begin"
    take_step(connection, DraftStep(action, before, after, FILE_AUTHOR, now))
    return True
