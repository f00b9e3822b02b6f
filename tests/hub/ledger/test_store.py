"""Batches into the table, on both databases."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sqlalchemy import Engine, func, select
from sqlmodel import col

from hub.database import writing
from hub.ledger.batch import BootKey, read_batch
from hub.ledger.store import Progress, write_batches
from hub.tables import BootRow, EventRow
from scenes.topics import edge_topic
from tests.hub.ledger.events import BOOT, EDGE, NEXT_BOOT, STORE, at, numbered

KEY: BootKey = (STORE, EDGE, BOOT)


def write(engine: Engine, payloads: Sequence[bytes], known: Progress | None = None) -> Progress:
    batches = [read_batch(edge_topic(STORE, EDGE, "events"), each, at(0)) for each in payloads]
    with writing(engine) as connection:
        return write_batches(connection, batches, known or {}, at(99)).reached


def stored(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(
            connection.execute(select(col(EventRow.seq)).order_by(col(EventRow.id))).scalars()
        )


def committed(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        rows = connection.execute(select(col(BootRow.boot), col(BootRow.committed_seq)))
        return {row.boot: row.committed_seq for row in rows}


def test_a_batch_is_stored_whole(engine: Engine) -> None:
    assert write(engine, [numbered(1, 3)]) == {KEY: 3}
    assert stored(engine) == [1, 2, 3]
    assert committed(engine) == {BOOT: 3}
    with engine.connect() as connection:
        row = connection.execute(select(*EventRow.__table__.columns).limit(1)).one()  # type: ignore[attr-defined]
    assert (row.store, row.edge, row.boot, row.kind) == (STORE, EDGE, BOOT, "presence")
    assert (row.zone, row.device, row.at, row.received_at) == ("entrance", "door", at(10), at(99))


def test_what_comes_again_is_stored_once(engine: Engine) -> None:
    known = write(engine, [numbered(1, 3), numbered(1, 3)])
    assert write(engine, [numbered(2, 5)], known) == {KEY: 5}
    assert stored(engine) == [1, 2, 3, 4, 5]


def test_a_new_process_knows_how_far_a_boot_was(engine: Engine) -> None:
    write(engine, [numbered(1, 3)])
    assert write(engine, [numbered(1, 2)]) == {KEY: 3}
    assert write(engine, [numbered(3, 6)]) == {KEY: 6}
    assert stored(engine) == [1, 2, 3, 4, 5, 6]


def test_a_batch_that_would_leave_a_gap_waits_for_the_one_before(engine: Engine) -> None:
    assert write(engine, [numbered(4, 6)]) == {KEY: 0}
    assert committed(engine) == {}
    assert write(engine, [numbered(1, 3), numbered(7, 9)]) == {KEY: 3}
    assert write(engine, [numbered(4, 6), numbered(7, 9)]) == {KEY: 9}
    assert stored(engine) == list(range(1, 10))


def test_what_the_edge_no_longer_holds_is_not_waited_for(engine: Engine) -> None:
    """The events 1 to 3 were committed to a database that is lost; the rest must not wait."""
    assert write(engine, [numbered(6, 8, oldest=4)]) == {KEY: 0}
    assert write(engine, [numbered(4, 5, oldest=4), numbered(6, 8, oldest=4)]) == {KEY: 8}
    assert stored(engine) == [4, 5, 6, 7, 8]


def test_boots_are_counted_apart(engine: Engine) -> None:
    got = write(engine, [numbered(1, 2), numbered(1, 4, NEXT_BOOT)])
    assert got == {KEY: 2, (STORE, EDGE, NEXT_BOOT): 4}
    assert committed(engine) == {BOOT: 2, NEXT_BOOT: 4}


def test_any_order_with_repeats_ends_with_each_event_once(engine: Engine) -> None:
    dice = random.Random(7)
    batches = [(first, first + 4) for first in range(1, 60, 5)]
    known: Progress = {}
    # An edge sends its oldest batches again until they are committed; here in a wild order.
    while known.get(KEY, 0) < 60:
        waiting = [pair for pair in batches if pair[1] > known.get(KEY, 0)][:4]
        dice.shuffle(waiting)
        known.update(write(engine, [numbered(*pair) for pair in waiting], known))
    with engine.connect() as connection:
        count, distinct = connection.execute(
            select(func.count(), func.count(func.distinct(col(EventRow.seq)))).select_from(EventRow)
        ).one()
    assert (count, distinct) == (60, 60)
    assert stored(engine) == list(range(1, 61))
