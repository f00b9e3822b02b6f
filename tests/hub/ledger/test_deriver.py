"""Visits and exposure out of the raw table."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col

from hub.database import writing
from hub.ledger.batch import read_batch
from hub.ledger.deriver import Deriver, derive_some, rederive_all
from hub.ledger.store import write_batches
from hub.ledger.visits import RULE_VERSION
from hub.tables import VisitRow
from scenes.messages import AnyEvent, DeviceTrouble, Started
from tests.hub.ledger.events import BOOT, NEXT_BOOT, TOPIC, as_run, at, batch, presence
from tests.waiting import wait_until


def record(engine: Engine, events: Sequence[AnyEvent], boot: str = BOOT) -> None:
    with writing(engine) as connection:
        batches = [read_batch(TOPIC, batch(events, boot), at(0))]
        write_batches(connection, batches, {}, at(0))


def visits(engine: Engine) -> list[tuple[datetime, float, str]]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(col(VisitRow.enter), col(VisitRow.dwell_s), col(VisitRow.quality)).order_by(
                col(VisitRow.enter)
            )
        )
        return [(row.enter, row.dwell_s, row.quality) for row in rows]


def everything(engine: Engine) -> tuple[list[object], list[object]]:
    """All derived rows, without the numbers that the database gives them."""
    with engine.connect() as connection:
        tables = [
            [
                tuple(value for name, value in row._mapping.items() if name != "id")
                for row in connection.execute(select(*SQLModel.metadata.tables[table].columns))
            ]
            for table in ("visit", "exposure")
        ]
    return sorted(tables[0], key=str), sorted(tables[1], key=str)


def test_a_visit_is_stored_when_it_is_over(engine: Engine) -> None:
    record(engine, [presence(1, 10, present=True), presence(2, 42, present=False)])
    assert derive_some(engine, at(43)) == (False, 0)
    assert visits(engine) == []
    assert derive_some(engine, at(60)) == (False, 1)
    assert visits(engine) == [(at(10), 32.0, "good")]
    with engine.connect() as connection:
        row = connection.execute(select(*SQLModel.metadata.tables["visit"].columns)).one()
    assert (row.store, row.zone, row.edge, row.device) == ("nordic", "entrance", "ceiling", "door")
    assert row.rule_version == RULE_VERSION


def test_a_late_event_lengthens_a_visit_that_was_told_early(engine: Engine) -> None:
    record(engine, [presence(1, 10, present=True), presence(2, 42, present=False)])
    derive_some(engine, at(600))
    late = [presence(3, 44, present=True), presence(4, 80, present=False)]
    record(engine, [presence(1, 10, present=True), presence(2, 42, present=False), *late])
    derive_some(engine, at(600))
    assert visits(engine) == [(at(10), 70.0, "good")]


def test_as_run_becomes_exposure_column_by_column(engine: Engine) -> None:
    record(engine, [as_run(1, 0)])
    derive_some(engine, at(100))
    with engine.connect() as connection:
        row = connection.execute(select(*SQLModel.metadata.tables["exposure"].columns)).one()
    assert (row.store, row.zone, row.edge) == ("nordic", "entrance", "ceiling")
    assert (row.scene, row.scene_revision, row.layer) == ("trading", 2, "rule")
    assert (row.source, row.start, row.until) == ("rule:calm", at(0), at(60))
    assert (row.confirmed, row.fading_s, row.block) == (True, 1.5, "b7")
    assert (row.plan_epoch, row.plan_revision) == (3, 4)


def test_a_restart_of_the_edge_and_trouble_show_in_the_quality(engine: Engine) -> None:
    trouble = DeviceTrouble(seq=3, at=at(20), zone="entrance", device="door", problem="no answer")
    record(
        engine,
        [
            Started(seq=1, at=at(0), version="1"),
            presence(2, 10, present=True),
            trouble,
            presence(4, 30, present=False),
            presence(5, 100, present=True),
            as_run(6, 120),
        ],
    )
    record(engine, [Started(seq=1, at=at(500), version="1")], NEXT_BOOT)
    derive_some(engine, at(600))
    assert visits(engine) == [
        (at(10), 20.0, "trouble"),
        (at(100), 20.0, "interrupted"),
    ]


def a_day(seed: int) -> Iterator[AnyEvent]:
    """Some hours of a sensor and a player."""
    dice = random.Random(seed)
    seconds, present = 0.0, False
    for seq in range(1, 150):
        seconds += dice.choice((0.3, 2, 6, 40))
        if dice.random() < 0.2:
            yield as_run(seq, seconds)
        else:
            present = not present
            yield presence(seq, seconds, present=present)


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_however_it_is_cut_into_pieces_the_same_comes_out(engine: Engine, at_once: int) -> None:
    record(engine, list(a_day(1)))
    record(engine, list(a_day(2)), NEXT_BOOT)
    while derive_some(engine, at(0), at_once)[0]:
        pass
    piecemeal = everything(engine)
    assert len(piecemeal[0]) > 20
    rederive_all(engine, at(0))
    assert everything(engine) == piecemeal


def test_making_it_again_doubles_nothing(engine: Engine) -> None:
    record(engine, list(a_day(1)))
    rederive_all(engine, at(99999))
    first = everything(engine)
    rederive_all(engine, at(99999))
    assert everything(engine) == first
    assert derive_some(engine, at(99999)) == (False, 0)
    assert everything(engine) == first


def test_the_thread_derives_when_it_is_poked(engine: Engine) -> None:
    told: list[int] = []
    deriver = Deriver(
        engine, lambda: at(0) + timedelta(hours=1), lambda: False, lambda: told.append(1)
    )
    deriver.start()
    try:
        record(engine, [presence(1, 10, present=True), presence(2, 42, present=False)])
        deriver.poke()
        wait_until(lambda: visits(engine), 5, "the visit")
        wait_until(lambda: told, 5, "word of it")
    finally:
        deriver.stop()
