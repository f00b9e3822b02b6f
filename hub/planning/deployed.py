"""What is deployed in each store: the newest version of its schedule, and what the file says to it.

A schedule that came from the shop file is replaced by the file's next one. What a person deployed
is not: then the file's change waits as the store's draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.tables import ScheduleDraftRow, ScheduleVersionRow, StoreRow
from scenes.schedule import Schedule

FROM_FILE = "file"
FILE_AUTHOR = "shop file"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A version of a store's schedule, where it came from, and what it means with its template."""

    version: int
    schedule: Schedule
    origin: str
    effective: Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A version that is about to hold: the store's own document, who deploys it and why."""

    number: int
    schedule: Schedule
    origin: str
    author: str
    why: str = ""


def body_of(schedule: Schedule) -> str:
    """A schedule as its row keeps it."""
    return msgspec.json.encode(schedule).decode()


def schedule_of(body: str) -> Schedule:
    """The schedule in a row."""
    return msgspec.json.decode(body, type=Schedule)


def newest_schedules(connection: Connection) -> dict[str, Deployed]:
    """What is deployed in each store."""
    newest = (
        select(
            col(ScheduleVersionRow.store),
            func.max(ScheduleVersionRow.version).label("version"),
        )
        .group_by(col(ScheduleVersionRow.store))
        .subquery()
    )
    rows = connection.execute(
        select(
            col(ScheduleVersionRow.store),
            col(ScheduleVersionRow.version),
            col(ScheduleVersionRow.body),
            col(ScheduleVersionRow.origin),
        ).join(
            newest,
            (col(ScheduleVersionRow.store) == newest.c.store)
            & (col(ScheduleVersionRow.version) == newest.c.version),
        )
    )
    return {row.store: _deployed(connection, row.version, row.body, row.origin) for row in rows}


def said_by_file(connection: Connection) -> dict[str, Schedule]:
    """What the shop file said last of each store's schedule, deployed or not."""
    rows = connection.execute(select(col(StoreRow.id), col(StoreRow.file_schedule)))
    return {row.id: schedule_of(row.file_schedule) for row in rows if row.file_schedule}


def add_version(connection: Connection, store: str, new: NewVersion, now: datetime) -> None:
    """Keep the next version of a store's schedule."""
    connection.execute(
        insert(ScheduleVersionRow).values(
            store=store,
            version=new.number,
            body=body_of(new.schedule),
            origin=new.origin,
            author=new.author,
            why=new.why,
            created_at=now,
        )
    )


def take_from_file(
    connection: Connection, schedules: Mapping[str, Schedule], now: datetime
) -> dict[str, Schedule]:
    """Take what the shop file says of its stores, whose rows are there; the answer is what holds.

    A store's first schedule is deployed, and every next one as long as the file's own holds.
    """
    deployed, said = newest_schedules(connection), said_by_file(connection)
    holds = {}
    for store, schedule in schedules.items():
        before = deployed.get(store)
        if before is None or (before.origin == FROM_FILE and before.schedule != schedule):
            _deploy(connection, store, schedule, before, now)
            holds[store] = effective(connection, schedule)
        else:
            holds[store] = before.effective
            waits = schedule not in (said.get(store), before.schedule)
            if waits and not _becomes_the_draft(connection, store, schedule, before, now):
                # Somebody's draft is in the way: not taken, so that it is offered again.
                continue
        if said.get(store) != schedule:
            statement = update(StoreRow).where(col(StoreRow.id) == store)
            connection.execute(statement.values(file_schedule=body_of(schedule)))
    return holds


def effective(connection: Connection, schedule: Schedule) -> Schedule:  # noqa: ARG001
    """A store's own document and the template that it builds on, as one."""
    return schedule


def _deployed(connection: Connection, version: int, body: str, origin: str) -> Deployed:
    own = schedule_of(body)
    return Deployed(version, own, origin, effective(connection, own))


def _deploy(
    connection: Connection, store: str, schedule: Schedule, before: Deployed | None, now: datetime
) -> None:
    version = before.version + 1 if before else 1
    new = NewVersion(number=version, schedule=schedule, origin=FROM_FILE, author=FILE_AUTHOR)
    add_version(connection, store, new, now)
    record(
        connection,
        Change(
            at=now,
            author=FILE_AUTHOR,
            action="schedule.deploy",
            store=store,
            subject=f"schedule of {store}",
            before={"version": before.version} if before else None,
            after={"version": version},
        ),
    )


def _becomes_the_draft(
    connection: Connection, store: str, schedule: Schedule, before: Deployed, now: datetime
) -> bool:
    """Let what the file says be the store's draft; False where there is one already."""
    drafts = select(col(ScheduleDraftRow.store)).where(col(ScheduleDraftRow.store) == store)
    if connection.scalar(drafts) is not None:
        return False
    connection.execute(
        insert(ScheduleDraftRow).values(
            store=store,
            body=body_of(schedule),
            based_on=before.version,
            edition=1,
            origin=FROM_FILE,
            history="[]",
            author=FILE_AUTHOR,
            changed_at=now,
        )
    )
    record(
        connection,
        Change(
            at=now,
            author=FILE_AUTHOR,
            action="draft.begin",
            store=store,
            subject=f"draft of {store}",
            after={"based_on": before.version, "schedule": schedule},
        ),
    )
    return True
