"""What is deployed in each store: the newest version of its schedule, with its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select
from sqlmodel import col

from hub.audit import Change, record
from hub.tables import ScheduleVersionRow, TemplateVersionRow
from scenes import template
from scenes.errors import StemningError
from scenes.schedule import Schedule, TemplateUse

_LARGEST = 2**31 - 1
_LISTS = ("special_hours", "rules", "exceptions", "quiet_hours", "reactions")


class UnknownTemplateError(StemningError, LookupError):
    """No template has this id, or no such version."""

    code = "template.unknown"


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
    found = [(row.store, row.version, schedule_of(row.body), row.origin) for row in rows]
    # Many stores build on one template.
    uses = {(own.template.id, own.template.version): own for _, _, own, _ in found if own.template}
    under = {key: _template_under(connection, own) for key, own in uses.items()}
    return {
        store: Deployed(version, own, origin, template.effective(own, _of_its(own, under)))
        for store, version, own, origin in found
    }


def newest_schedule(connection: Connection, store: str) -> Deployed:
    """What is deployed in a store that has been planned for."""
    row = ScheduleVersionRow
    found = connection.execute(
        select(col(row.version), col(row.body), col(row.origin))
        .where(col(row.store) == store)
        .order_by(col(row.version).desc())
        .limit(1)
    ).one()
    return _deployed(connection, found.version, found.body, found.origin)


def deploy_version(
    connection: Connection,
    store: str,
    before: Deployed | None,
    new: NewVersion,
    now: datetime,
    changes: Sequence[str] = (),
) -> None:
    """Keep the version after ``before``, and tell the audit; ``changes`` say the way in words."""
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
    was, becomes = delta(before.schedule if before else Schedule(), new.schedule)
    record(
        connection,
        Change(
            at=now,
            author=new.author,
            action="schedule.deploy",
            store=store,
            subject=f"schedule of {store}",
            why=new.why,
            before={"version": before.version, **was} if before else None,
            after={
                "version": new.number,
                "origin": new.origin,
                "changes": tuple(changes),
                **becomes,
            },
        ),
    )


def delta(before: Schedule, after: Schedule) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of two schedules that differ, as they were and as they are; items one by one."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for field in Schedule.__struct_fields__:
        one, other = getattr(before, field), getattr(after, field)
        if one == other:
            continue
        old[field], new[field] = one, other
        if field in _LISTS:
            old[field] = [item for item in one if item not in other]
            new[field] = [item for item in other if item not in one]
    return old, new


def effective(connection: Connection, schedule: Schedule) -> Schedule:
    """A store's own document and the template that it builds on, as one.

    `UnknownTemplateError` when that version of the template is not there.
    """
    return template.effective(schedule, _template_under(connection, schedule))


def find_template(connection: Connection, use: TemplateUse) -> Schedule | None:
    """The version of a template that a schedule builds on."""
    row = TemplateVersionRow
    if use.version > _LARGEST:
        return None
    body = connection.scalar(
        select(col(row.body)).where(col(row.id) == use.id, col(row.version) == use.version)
    )
    return schedule_of(body) if body is not None else None


def _template_under(connection: Connection, schedule: Schedule) -> Schedule | None:
    use = schedule.template
    if use is None:
        return None
    found = find_template(connection, use)
    if found is None:
        raise UnknownTemplateError(f"there is no version {use.version} of the template {use.id!r}")
    return found


def _of_its(own: Schedule, templates: Mapping[tuple[str, int], Schedule | None]) -> Schedule | None:
    return templates[own.template.id, own.template.version] if own.template else None


def _deployed(connection: Connection, version: int, body: str, origin: str) -> Deployed:
    own = schedule_of(body)
    return Deployed(version, own, origin, effective(connection, own))
