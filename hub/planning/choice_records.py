"""What the database keeps of choices and runs: each of them for good, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, insert, or_, select, update
from sqlmodel import col

from hub.database import insert_or
from hub.planning.asked import Asked
from hub.planning.nudge_records import keep_audition, keep_nudges, with_nudges
from hub.tables import OverrideRow, RunRow
from scenes.rules import Layer, Override, Run

ZoneKey = tuple[str, str]
"""(store, zone)"""

# A person waits for these: made once, because building a statement takes as long as running it.
_ADD_OVERRIDE = insert(OverrideRow)
_END_OVERRIDE = (
    update(OverrideRow)
    .where(col(OverrideRow.id) == bindparam("override_id"))
    .values(returned_at=bindparam("ended_at"))
)
T = TypeVar("T")
_OVERRIDE_FIELDS = Override.__struct_fields__
_RUN_FIELDS = Run.__struct_fields__


@dataclass(frozen=True, slots=True)
class Turn:
    """What is asked of a zone of ``store`` turns from ``before`` to ``after``."""

    store: str
    before: Asked
    after: Asked


def keep_turns(connection: Connection, turns: Iterable[Turn], now: datetime) -> None:
    """Keep what came, and note what ended before its time, in all zones at once."""
    ended: list[Override] = []
    begun: list[dict[str, Any]] = []
    for turn in turns:
        before, after = turn.before.overrides, turn.after.overrides
        ended += [each for each in _gone(before.values(), after.values()) if now < each.end]
        begun += [
            {**msgspec.structs.asdict(each), "store": turn.store, "created_at": now}
            for each in _gone(after.values(), before.values())
        ]
        _keep_runs(connection, turn, now)
        keep_nudges(connection, turn.store, turn.before, turn.after, now)
        keep_audition(connection, turn.store, turn.before, turn.after, now)
    if ended:
        rows = [{"override_id": override.id, "ended_at": now} for override in ended]
        connection.execute(_END_OVERRIDE, rows)
    if begun:
        connection.execute(_ADD_OVERRIDE, begun)


def _keep_runs(connection: Connection, turn: Turn, now: datetime) -> None:
    kept = {run.id for run in turn.after.runs}
    for run in _gone(turn.after.runs, turn.before.runs):
        _keep_run(connection, turn.store, run)
    for run in turn.before.running(now):
        if run.id not in kept:
            statement = update(RunRow).where(col(RunRow.id) == run.id)
            connection.execute(statement.values(ended_at=now))


def _keep_run(connection: Connection, store: str, run: Run) -> None:
    """Of one that is known already, what it is now; one that had ended is at work again."""
    statement = insert_or(connection, RunRow)
    names = (*_RUN_FIELDS, "store")
    now_so = {name: statement.excluded[name] for name in names}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={**now_so, "ended_at": None}),
        [{**msgspec.structs.asdict(run), "store": store}],
    )


def _gone(these: Iterable[T], those: Iterable[T]) -> list[T]:
    """Those of ``these`` that are not among ``those``."""
    others = list(those)
    return [each for each in these if each not in others]


def standing(connection: Connection, now: datetime) -> Mapping[ZoneKey, Asked]:
    """The choices, nudges and runs that have not ended, by zone.

    What somebody ended stays ended, also when the clock was set back since. A zone's last choice is
    there too when it ended by itself: whoever saw it has seen all that anybody did.
    """
    asked: dict[ZoneKey, Asked] = {}
    overrides = connection.execute(
        select(*(getattr(OverrideRow, name) for name in (*_OVERRIDE_FIELDS, "store")))
        .where(or_(col(OverrideRow.end) > now, col(OverrideRow.id).in_(_last_of_zones())))
        .where(col(OverrideRow.returned_at).is_(None))
        .order_by(col(OverrideRow.start))
    )
    for row in overrides.mappings():
        override = msgspec.structs.replace(
            Override(**{name: row[name] for name in _OVERRIDE_FIELDS}), layer=Layer(row["layer"])
        )
        key = (row["store"], override.zone)
        asked[key] = asked.get(key, Asked()).having(override)
    runs = connection.execute(
        select(*(getattr(RunRow, name) for name in (*_RUN_FIELDS, "store")))
        .where(col(RunRow.end) > now)
        .where(col(RunRow.ended_at).is_(None))
        .order_by(col(RunRow.start), col(RunRow.id))
    )
    for row in runs.mappings():
        run = Run(**{name: row[name] for name in _RUN_FIELDS})
        key = (row["store"], run.zone)
        asked[key] = asked.get(key, Asked()).with_run(run)
    return with_nudges(connection, asked, now)


def _last_of_zones() -> Select[tuple[str]]:
    """The ids of each zone's last choice of its own, however it ended."""
    rank = func.row_number().over(
        partition_by=(col(OverrideRow.store), col(OverrideRow.zone)),
        order_by=col(OverrideRow.start).desc(),
    )
    ranked = (
        select(col(OverrideRow.id), rank.label("rank"))
        .where(col(OverrideRow.layer) == Layer.OVERRIDE)
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.rank == 1)
