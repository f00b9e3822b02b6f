"""Everything at once: choices while events pour in, and what the whole hub makes of a day."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from hub.app import running
from hub.parts import HubParts
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice
from hub.tables import EventRow, ExposureRow, OverrideRow, PlanRow, VisitRow
from tests.hub.ledger.events import TOPIC, as_run, batch, numbered, presence
from tests.hub.shops import FakeClock, a_hub
from tests.waiting import wait_until


@pytest.fixture
def hub(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[HubParts]:
    parts = a_hub(tmp_path, database_url, clock)
    with running(parts):
        yield parts


def count(hub: HubParts, table: type[EventRow | VisitRow | ExposureRow]) -> int:
    with hub.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_people_choose_while_events_pour_in(hub: HubParts) -> None:
    done = threading.Event()

    def pour() -> None:
        first = 1
        while not done.is_set():
            hub.ledger.offer(TOPIC, numbered(first, first + 99))
            first += 100
            wait_until(lambda: hub.ledger.backlog < 5 or done.is_set(), 10, "room")

    def choose(zone: str) -> None:
        for number in range(15):
            scene = ("event", "evening")[number % 2]
            hub.planner.override("nordic", zone, Choice(scene, ForMinutes(5), author=zone))

    pouring = threading.Thread(target=pour)
    choosing = [
        threading.Thread(target=choose, args=(zone,)) for zone in ("entrance", "fitting-rooms") * 2
    ]
    pouring.start()
    for thread in choosing:
        thread.start()
    for thread in choosing:
        thread.join(30)
    done.set()
    pouring.join(30)
    assert not any(thread.is_alive() for thread in [pouring, *choosing])
    with hub.engine.connect() as connection:
        for zone in ("entrance", "fitting-rooms"):
            revisions = connection.execute(
                select(col(PlanRow.revision)).where(col(PlanRow.zone) == zone)
            ).scalars()
            assert sorted(revisions) == list(range(1, 32))
            standing = connection.execute(
                select(func.count())
                .select_from(OverrideRow)
                .where(col(OverrideRow.zone) == zone)
                .where(col(OverrideRow.returned_at).is_(None))
            ).scalar_one()
            assert standing == 1
            assert hub.planner.planned("nordic", zone).plan.revision == 31
    assert count(hub, EventRow) > 0


def test_a_visit_and_its_exposure_follow_from_what_an_edge_sent(hub: HubParts) -> None:
    hub.ledger.offer(
        TOPIC,
        batch(
            [
                as_run(1, -120),
                presence(2, -100, present=True),
                presence(3, -68, present=False),
                as_run(4, -60),
            ]
        ),
    )
    wait_until(lambda: count(hub, VisitRow) == 1, 10, "the visit")
    assert count(hub, ExposureRow) == 2
    assert count(hub, EventRow) == 4
    with hub.engine.connect() as connection:
        visit = connection.execute(select(col(VisitRow.dwell_s), col(VisitRow.zone))).one()
    assert tuple(visit) == (32.0, "entrance")
