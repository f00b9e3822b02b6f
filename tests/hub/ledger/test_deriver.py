"""Visits and exposure out of the raw table."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col

from hub.database import writing
from hub.ledger.batch import UNREADABLE, Batch, ReadEvent, read_batch
from hub.ledger.deriver import Deriver, derive_some, rederive_all
from hub.ledger.store import write_batches
from hub.ledger.visits import RULE_VERSION
from hub.metrics import Metrics
from hub.tables import EventRow, VisitRow
from scenes.messages import AnyEvent, AsRun, Contact, DeviceTrouble, Passage, Press, Started
from tests.hub.ledger.events import BOOT, NEXT_BOOT, TOPIC, as_run, at, batch, presence
from tests.waiting import wait_until

ARRIVED = at(86_400)


def record(
    engine: Engine,
    events: Sequence[AnyEvent],
    boot: str = BOOT,
    received_at: datetime = ARRIVED,
) -> None:
    with writing(engine) as connection:
        batches = [read_batch(TOPIC, batch(events, boot), received_at)]
        write_batches(connection, batches, {}, received_at)


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
    assert derive_some(engine, at(43)) == (False, 0, 0)
    assert visits(engine) == []
    assert derive_some(engine, at(60)) == (False, 1, 0)
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


def test_what_the_sensor_sees_people_by_is_kept_with_the_visit(engine: Engine) -> None:
    seen = [presence(1, 10, present=True), presence(2, 30, present=False)]
    record(engine, [replace(event, sensor_type="mmwave") for event in seen])
    derive_some(engine, at(100))
    with engine.connect() as connection:
        kinds = connection.execute(select(SQLModel.metadata.tables["visit"].c.sensor_type)).all()
    assert kinds == [("mmwave",)]


def test_passages_contacts_and_presses_are_kept_and_make_no_visits(engine: Engine) -> None:
    record(
        engine,
        [
            Started(seq=1, at=at(0), version="1"),
            presence(2, 10, present=True),
            Passage(seq=3, at=at(11), zone="entrance", device="door", direction="in"),
            Contact(seq=4, at=at(12), zone="entrance", device="door", open=True),
            Press(seq=5, at=at(13), zone="entrance", device="door"),
            presence(6, 40, present=False),
            Passage(seq=7, at=at(60), zone="entrance", device="door", direction="out"),
        ],
    )
    derive_some(engine, at(100))
    assert visits(engine) == [(at(10), 30.0, "good")]
    event = SQLModel.metadata.tables["event"].c
    with engine.connect() as connection:
        raw = connection.execute(select(event.kind, event.device, event.body)).all()
    assert [row.kind for row in raw][2:5] == ["passage", "contact", "press"]
    assert {row.device for row in raw[1:]} == {"door"}
    assert '"direction":"out"' in raw[6].body


def test_a_sensor_that_was_stuck_leaves_a_capped_visit_and_none_after_it(engine: Engine) -> None:
    """As an edge tells it: the presence ends with the trouble, four hours and a bit later."""
    stuck_s = 4 * 3600 + 11
    record(
        engine,
        [
            presence(1, 10, present=True),
            presence(2, stuck_s, present=False),
            trouble(3, stuck_s, "has seen somebody for more than 4 hours"),
            trouble(4, stuck_s + 7200, None),
            Started(seq=5, at=at(stuck_s + 7300), version="1"),
        ],
    )
    derive_some(engine, at(stuck_s + 7400))
    assert visits(engine) == [(at(10), 4 * 3600.0, "capped")]


def test_a_presence_that_ends_with_trouble_is_not_trusted(engine: Engine) -> None:
    record(
        engine,
        [
            presence(1, 10, present=True),
            presence(2, 30, present=False),
            trouble(3, 30, "unplugged"),
            trouble(4, 60, None),
            presence(5, 61, present=True),
            presence(6, 81, present=False),
        ],
    )
    derive_some(engine, at(100))
    assert visits(engine) == [(at(10), 20.0, "trouble"), (at(61), 20.0, "good")]


def trouble(seq: int, seconds: float, problem: str | None) -> DeviceTrouble:
    return DeviceTrouble(seq=seq, at=at(seconds), zone="entrance", device="door", problem=problem)


DAY_S = 86_400.0


def lasting(event: AsRun, seconds: float) -> AsRun:
    return replace(event, until=event.at + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (as_run(1, 0), True),
        (as_run(1, -399 * DAY_S), True),
        (as_run(1, -401 * DAY_S), False),
        (as_run(1, 500), True),
        (as_run(1, 560), False),
        (as_run(1, 1000), False),
        (lasting(as_run(1, -5000), 1200), True),
        (lasting(as_run(1, -5000), 1201), False),
        (lasting(as_run(1, -5000), 0), False),
        (lasting(as_run(1, -5000), -60), False),
    ],
)
def test_an_as_run_record_of_an_impossible_time_is_no_exposure(
    engine: Engine, event: AsRun, told: bool
) -> None:
    record(engine, [event], received_at=at(0))
    assert derive_some(engine, at(0)) == (False, 0, 0 if told else 1)
    assert len(everything(engine)[1]) == told
    with engine.connect() as connection:
        assert len(connection.execute(select(col(EventRow.id))).all()) == 1, "the raw one stays"


def test_what_an_unset_clock_saw_is_no_visit_and_spoils_none(engine: Engine) -> None:
    before_s = (datetime(1970, 1, 1, tzinfo=UTC) - at(0)).total_seconds()
    record(
        engine,
        [
            Started(seq=1, at=at(before_s), version="1"),
            presence(2, before_s + 10, present=True),
            presence(3, before_s + 50, present=False),
            presence(4, before_s + 80, present=True),
            presence(5, 20, present=False),
            presence(6, 100, present=True),
            presence(7, 130, present=False),
            as_run(8, 140),
        ],
    )
    assert derive_some(engine, at(600)) == (False, 1, 4)
    assert visits(engine) == [(at(100), 30.0, "good")]


def test_a_clock_that_leaps_away_in_a_visit_spoils_its_length(engine: Engine) -> None:
    record(
        engine,
        [
            presence(1, 10, present=True),
            presence(2, 1e9, present=False),
            presence(3, 1e9 + 50, present=True),
            presence(4, 300, present=False),
            as_run(5, 360),
        ],
    )
    assert derive_some(engine, at(600)) == (False, 1, 2)
    assert visits(engine) == [(at(10), 290.0, "trouble")]


def test_an_unreadable_event_is_no_sign_of_life(engine: Engine) -> None:
    record(engine, [presence(1, 10, present=True), as_run(2, 70)])
    with writing(engine) as connection:
        unread = ReadEvent(3, UNREADABLE, ARRIVED, None, None, "{}")
        write_batches(connection, [Batch(("nordic", "ceiling", BOOT), [unread])], {}, ARRIVED)
    record(engine, [Started(seq=1, at=at(7200), version="1")], NEXT_BOOT)
    assert derive_some(engine, at(7300)) == (False, 1, 0)
    assert visits(engine) == [(at(10), 60.0, "interrupted")]


def test_a_late_batch_of_an_older_boot_harms_no_visit(engine: Engine) -> None:
    older: list[AnyEvent] = [
        presence(1, 10, present=True),
        presence(2, 42, present=False),
        as_run(3, 50),
    ]
    newer: list[AnyEvent] = [
        Started(seq=1, at=at(500), version="1"),
        presence(2, 510, present=True),
    ]
    record(engine, newer, NEXT_BOOT)
    derive_some(engine, at(520))
    record(engine, older)
    derive_some(engine, at(520))
    record(engine, [*newer, presence(3, 570, present=False)], NEXT_BOOT)
    derive_some(engine, at(600))
    assert visits(engine) == [(at(10), 32.0, "good"), (at(510), 60.0, "good")]


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
    while derive_some(engine, at(0), at_once).more:
        pass
    piecemeal = everything(engine)
    assert len(piecemeal[0]) > 20
    rederive_all(engine, at(0))
    assert everything(engine) == piecemeal


def test_nothing_follows_from_a_time_that_nobody_vouched_for(engine: Engine) -> None:
    guessed = [
        replace(presence(1, 10, present=True), clock="unsynced"),
        replace(presence(2, 42, present=False), clock="unsynced"),
        replace(presence(3, 50, present=True), clock="unsynced"),
        presence(4, 70, present=False),
        presence(5, 100, present=True),
        presence(6, 130, present=False),
    ]
    record(engine, guessed)
    assert derive_some(engine, at(600)) == (False, 1, 3)
    assert visits(engine) == [(at(100), 30.0, "good")]


def test_making_it_again_doubles_nothing(engine: Engine) -> None:
    record(engine, list(a_day(1)))
    rederive_all(engine, at(99999))
    first = everything(engine)
    rederive_all(engine, at(99999))
    assert everything(engine) == first
    assert derive_some(engine, at(99999)) == (False, 0, 0)
    assert everything(engine) == first


def test_the_thread_derives_when_it_is_poked(engine: Engine) -> None:
    told: list[int] = []
    deriver = Deriver(
        engine,
        lambda: at(0) + timedelta(hours=1),
        lambda: False,
        lambda: told.append(1),
        metrics := Metrics(),
    )
    deriver.start()
    try:
        record(engine, [presence(1, 10, present=True), presence(2, 42, present=False)])
        deriver.poke()
        wait_until(lambda: visits(engine), 5, "the visit")
        wait_until(lambda: told, 5, "word of it")
        record(engine, [presence(1, -1e8, present=True)], NEXT_BOOT)
        deriver.poke()
        counted = b"stemning_events_implausible_total 1.0"
        wait_until(lambda: counted in metrics.text(), 5, "the count of impossible times")
    finally:
        deriver.stop()
