"""What was wished of a zone at a past instant, from the versions and choices that are on record."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, or_, select
from sqlmodel import col

from hub.planning.base import schedule_wishes
from hub.planning.book import PlannedZone
from hub.planning.deployed import UnknownTemplateError, effective, schedule_of
from hub.planning.nudge_records import auditions_then
from hub.tables import OverrideRow, RunRow, ScheduleVersionRow
from scenes.rules import Layer, Override, Run
from scenes.schedule import Schedule
from scenes.wishes import Wish, audition_wishes, override_wishes, run_wishes

_TICK = timedelta(microseconds=1)


def wishes_then(
    connection: Connection, planned: PlannedZone, instant: datetime
) -> list[Wish] | None:
    """Everything that stood at ``instant``; None where no version of the schedule is on record.

    The store's place and zones are those of today, so this may differ from what the plan of then
    says: ask that who won.
    """
    store, zone = planned.key
    schedule = _schedule_then(connection, store, instant)
    if schedule is None:
        return None
    standing = schedule_wishes(planned.store, instant, instant + _TICK, schedule)[zone]
    chosen = override_wishes(_choices_then(connection, store, zone, instant), zone)
    auditioned = audition_wishes(auditions_then(connection, planned.key, instant), zone)
    at_work = run_wishes(_runs_then(connection, store, zone, instant), zone)
    return [*standing, *chosen, *auditioned, *at_work]


def _schedule_then(connection: Connection, store: str, instant: datetime) -> Schedule | None:
    row = ScheduleVersionRow
    body = connection.scalar(
        select(col(row.body))
        .where(col(row.store) == store, col(row.created_at) <= instant)
        .order_by(col(row.version).desc())
        .limit(1)
    )
    if body is None:
        return None
    try:
        return effective(connection, schedule_of(body))
    except UnknownTemplateError:
        return None


def _choices_then(
    connection: Connection, store: str, zone: str, instant: datetime
) -> list[Override]:
    row = OverrideRow
    names = Override.__struct_fields__
    found = connection.execute(
        select(*(getattr(row, name) for name in names))
        .where(col(row.store) == store, col(row.zone) == zone)
        .where(col(row.start) <= instant, col(row.end) > instant)
        .where(or_(col(row.returned_at).is_(None), col(row.returned_at) > instant))
    )
    return [
        msgspec.structs.replace(Override(**each), layer=Layer(each["layer"]))
        for each in found.mappings()
    ]


def _runs_then(connection: Connection, store: str, zone: str, instant: datetime) -> list[Run]:
    row = RunRow
    names = Run.__struct_fields__
    found = connection.execute(
        select(*(getattr(row, name) for name in names))
        .where(col(row.store) == store, col(row.zone) == zone)
        .where(col(row.start) <= instant, col(row.end) > instant)
        .where(or_(col(row.ended_at).is_(None), col(row.ended_at) > instant))
    )
    return [Run(**each) for each in found.mappings()]
