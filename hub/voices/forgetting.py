"""What was said long ago leaves the database, and so do screens that were revoked by then."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, select
from sqlmodel import col

from hub.database import writing
from hub.tables import StaffVoiceRow, VoiceRow, VoiceScreenRow, VoiceSurplusRow

# A person who says something meanwhile waits for one batch.
_BATCH = 500
_log = logging.getLogger(__name__)


def forget_voices(engine: Engine, before: datetime) -> int:
    """Remove what was said before an instant; returns how many rows that were. `NotInOfficeError`.

    A screen goes when it was revoked before that, and so after all that it was told.
    """
    removed = sum(_remove(engine, table, old) for table, old in _old(before))
    with writing(engine) as connection:
        surplus = delete(VoiceSurplusRow).where(col(VoiceSurplusRow.hour) < before)
        removed += connection.execute(surplus).rowcount
    if removed:
        _log.info("removed %d rows of what was said before %s", removed, before)
    return removed


def _old(before: datetime) -> Iterator[tuple[Any, Select[tuple[int]]]]:
    """Each table, and the ids of what is old in it, a batch at a time."""
    for table, when in (
        (VoiceRow, VoiceRow.minute),
        (StaffVoiceRow, StaffVoiceRow.at),
        (VoiceScreenRow, VoiceScreenRow.revoked_at),
    ):
        key: Any = table.id
        yield table, select(key).where(col(when) < before).order_by(key).limit(_BATCH)


def _remove(engine: Engine, table: Any, old: Select[tuple[int]]) -> int:  # noqa: ANN401
    removed = 0
    while True:
        with engine.connect() as connection:
            ids = list(connection.scalars(old))
        if not ids:
            return removed
        with writing(engine) as connection:
            gone = connection.execute(delete(table).where(col(table.id).in_(ids)))
        removed += gone.rowcount
