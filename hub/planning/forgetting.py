"""Plans of long ago, which nobody asks about any more, leave the database."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from hub.database import writing
from hub.planning.choice_records import ZoneKey
from hub.tables import PlanRow

# A person who chooses meanwhile waits for one batch.
_BATCH = 50
_log = logging.getLogger(__name__)


def forget_plans(engine: Engine, before: datetime) -> int:
    """Remove the plans that were in force only before an instant; returns how many they were.

    Each zone keeps the plan that was in force at that instant, all after it, and its newest one
    however old that is: agents and the next plan go by it. `NotInOfficeError`.
    """
    with engine.connect() as connection:
        rows = connection.execute(select(col(PlanRow.store), col(PlanRow.zone)).distinct())
        zones: list[ZoneKey] = [(store, zone) for store, zone in rows]
    removed = sum(_forget_of(engine, zone, before) for zone in zones)
    if removed:
        _log.info("removed %d plans that were in force only before %s", removed, before)
    return removed


def _forget_of(engine: Engine, zone: ZoneKey, before: datetime) -> int:
    removed = 0
    while True:
        with engine.connect() as connection:
            last = _last_of_old(connection, zone, before)
        if last is None:
            return removed
        # Between the two nothing can come in below: revisions rise.
        with writing(engine) as connection:
            gone = connection.execute(
                delete(PlanRow)
                .where(col(PlanRow.store) == zone[0], col(PlanRow.zone) == zone[1])
                .where(col(PlanRow.revision) < last)
            )
        removed += gone.rowcount


def _last_of_old(connection: Connection, zone: ZoneKey, before: datetime) -> int | None:
    """The revision below which a batch of plans was over ``before``; None when there is none.

    Where a clock was set back, what looks newer ends the batch: it goes when it is old itself.
    """
    oldest = connection.execute(
        select(col(PlanRow.revision), col(PlanRow.compiled_at))
        .where(col(PlanRow.store) == zone[0], col(PlanRow.zone) == zone[1])
        .order_by(col(PlanRow.revision))
        .limit(_BATCH + 1)
    )
    old = [row.revision for row in takewhile(lambda row: row.compiled_at <= before, oldest)]
    return old[-1] if len(old) > 1 else None
