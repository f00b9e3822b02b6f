"""What the database keeps of nudges and auditions: each of them for good, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import col

from hub.planning.asked import Asked
from hub.tables import AuditionRow, NudgeRow
from scenes.audition import Audition
from scenes.nudge import Nudge
from scenes.scene import Scene

ZoneKey = tuple[str, str]
# A person waits for these: made once, because building a statement takes as long as running it.
_ADD_NUDGE, _ADD_AUDITION = insert(NudgeRow), insert(AuditionRow)
_END_NUDGE, _END_AUDITION = (
    update(row).where(col(row.id) == bindparam("its_id")).values(returned_at=bindparam("ended_at"))
    for row in (NudgeRow, AuditionRow)
)
_NUDGE_FIELDS = Nudge.__struct_fields__
_AUDITION_FIELDS = tuple(name for name in Audition.__struct_fields__ if name != "recipe")


def keep_nudges(
    connection: Connection, store: str, before: Asked, after: Asked, now: datetime
) -> None:
    """Keep the nudges that came in a zone, and note those that ended before their time."""
    were, are = before.nudges.values(), after.nudges.values()
    ended = [nudge.id for nudge in were if nudge not in are and now < nudge.end]
    begun = [nudge for nudge in are if nudge not in were]
    if ended:
        connection.execute(_END_NUDGE, [{"its_id": each, "ended_at": now} for each in ended])
    if begun:
        rows = [
            {**msgspec.structs.asdict(nudge), "store": store, "created_at": now} for nudge in begun
        ]
        connection.execute(_ADD_NUDGE, rows)


def keep_audition(
    connection: Connection, store: str, before: Asked, after: Asked, now: datetime
) -> None:
    """Keep the audition that begins in a zone, and note that the one before it ended early."""
    was, comes = before.auditioned(now), after.audition
    if was is not None and was != comes:
        connection.execute(_END_AUDITION, {"its_id": was.id, "ended_at": now})
    if comes is not None and comes != before.audition:
        row = {name: getattr(comes, name) for name in _AUDITION_FIELDS}
        recipe = msgspec.to_builtins(comes.recipe)
        connection.execute(_ADD_AUDITION, {**row, "store": store, "recipe": recipe})


def with_nudges(
    connection: Connection, asked: Mapping[ZoneKey, Asked], now: datetime
) -> dict[ZoneKey, Asked]:
    """With the nudges and auditions that have not ended, by zone.

    What somebody ended stays ended, also when the clock was set back since. The last nudge of each
    kind is there too when it ended by itself: whoever saw it has seen all that anybody did.
    """
    found = dict(asked)
    for key, nudge in _nudges(connection, now):
        found[key] = found.get(key, Asked()).nudged(nudge)
    for key, audition in _auditions(connection, now):
        found[key] = found.get(key, Asked()).auditioning(audition)
    return found


def _nudges(connection: Connection, now: datetime) -> Iterator[tuple[ZoneKey, Nudge]]:
    rows = connection.execute(
        select(*(getattr(NudgeRow, name) for name in (*_NUDGE_FIELDS, "store")))
        .where(or_(col(NudgeRow.end) > now, col(NudgeRow.id).in_(_last_of_each())))
        .where(col(NudgeRow.returned_at).is_(None))
        .order_by(col(NudgeRow.start))
    )
    for row in rows.mappings():
        yield (row["store"], row["zone"]), Nudge(**{name: row[name] for name in _NUDGE_FIELDS})


def nudges_then(connection: Connection, key: ZoneKey, instant: datetime) -> list[Nudge]:
    """What people had nudged in a zone at a past instant, as far as that is kept."""
    rows = connection.execute(
        select(*(getattr(NudgeRow, name) for name in _NUDGE_FIELDS)).where(
            *_held(NudgeRow, key, instant)
        )
    )
    return [Nudge(**row) for row in rows.mappings()]


def auditions_then(connection: Connection, key: ZoneKey, instant: datetime) -> list[Audition]:
    """What was auditioned in a zone at a past instant: one, or nothing."""
    row = AuditionRow
    rows = connection.execute(
        select(*(getattr(row, name) for name in (*_AUDITION_FIELDS, "recipe"))).where(
            *_held(row, key, instant)
        )
    )
    return [_audition(each) for each in rows.mappings()]


def _held(
    row: type[NudgeRow | AuditionRow], key: ZoneKey, instant: datetime
) -> tuple[ColumnElement[bool], ...]:
    store, zone = key
    return (
        col(row.store) == store,
        col(row.zone) == zone,
        col(row.start) <= instant,
        col(row.end) > instant,
        or_(col(row.returned_at).is_(None), col(row.returned_at) > instant),
    )


def _last_of_each() -> Select[tuple[str]]:
    """The ids of each zone's last nudge of each kind, however it ended."""
    rank = func.row_number().over(
        partition_by=(col(NudgeRow.store), col(NudgeRow.zone), col(NudgeRow.kind)),
        order_by=col(NudgeRow.start).desc(),
    )
    ranked = select(col(NudgeRow.id), rank.label("rank")).subquery()
    return select(ranked.c.id).where(ranked.c.rank == 1)


def _auditions(connection: Connection, now: datetime) -> Iterator[tuple[ZoneKey, Audition]]:
    rows = connection.execute(
        select(*(getattr(AuditionRow, name) for name in (*_AUDITION_FIELDS, "store", "recipe")))
        .where(col(AuditionRow.end) > now, col(AuditionRow.returned_at).is_(None))
        .order_by(col(AuditionRow.start))
    )
    for row in rows.mappings():
        yield (row["store"], row["zone"]), _audition(row)


def _audition(row: RowMapping) -> Audition:
    known = {name: row[name] for name in _AUDITION_FIELDS}
    return Audition(recipe=msgspec.convert(row["recipe"], Scene), **known)
