"""The demo's history: what the effects find in it is the truth that was written beforehand."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from hub.database import migrate, open_database, writing
from hub.demo.drawing import Draw
from hub.demo.history import HistoryPlace, make_history
from hub.demo.played_plans import played_plan
from hub.demo.schedule import AFTERNOON_SCENES, FIRST_HOUR, LAST_HOUR, Schedule
from hub.demo.shop import write_shop_file
from hub.demo.truth import DAYS, SEED, STORE, TRUTH, true_ratios
from hub.insights.assembly import effects_document
from hub.insights.document import EffectsDocument
from hub.planning.planner import Planner
from hub.planning.records import add_plans, plan_in_force
from hub.planning.why import why_at
from hub.shop_file import read_shop_file
from hub.tables import EventRow, ExposureRow, ReceiptRow, VisitRow
from hub.web.languages.catalogues import translations
from scenes.language import speaking
from scenes.messages import AsRun, Presence

MONDAY = date(2026, 11, 16)
TZ = ZoneInfo("Europe/Copenhagen")
PLACE = HistoryPlace(TZ, "DKK", {zone: f"ceiling-{zone}" for zone in TRUTH})

COMPARABLE = {
    ("entrance", frozenset({"trading", "quiet-hour"})),
    ("sales-floor", frozenset({"trading", "evening"})),
    ("sales-floor", frozenset({"trading", "rush-hour"})),
    ("sales-floor", frozenset({"evening", "rush-hour"})),
    ("fitting-rooms", frozenset({"trading", "evening"})),
}


def make(directory: Path, today: date) -> Engine:
    engine = open_database(f"sqlite:///{directory / 'hub.db'}")
    migrate(engine)
    morning = datetime(today.year, today.month, today.day, 6, tzinfo=UTC)
    make_history(engine, directory, PLACE, today, lambda: morning)
    return engine


WEEKDAYS = os.environ.get("HISTORY_WEEKDAYS", "3").split(",")
"""On which days it is made: Thursday; ``make soak`` makes it on Monday and on Sunday, too."""


@pytest.fixture(scope="module", params=[int(day) for day in WEEKDAYS])
def today(request: pytest.FixtureRequest) -> date:
    """The day on which the history is made."""
    return MONDAY + timedelta(days=request.param)


@pytest.fixture(scope="module")
def history(today: date, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with the history."""
    engine = make(tmp_path_factory.mktemp("history"), today)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def effects(history: Engine) -> EffectsDocument:
    """What the analysis finds in it."""
    return effects_document(history, STORE, datetime(2026, 12, 1, tzinfo=UTC))


def test_every_comparison_that_the_schedule_allows_covers_the_truth(
    effects: EffectsDocument,
) -> None:
    compared = [line for line in effects.comparisons if line.confounder is None]
    assert {(line.zone, frozenset({line.scene, line.baseline})) for line in compared} == COMPARABLE
    for line in compared:
        truth = true_ratios(line.zone, line.scene, line.baseline)
        found = {
            "dwell": line.dwell_ratio,
            "visits": line.visits_ratio,
            "receipts": line.receipts_ratio,
            "sales": line.sales_ratio,
        }
        for what, ratio in found.items():
            assert ratio.interval is not None
            assert ratio.interval.low <= truth[what] <= ratio.interval.high, (what, line.words)


def test_an_effect_on_dwell_is_found(effects: EffectsDocument) -> None:
    """Intervals that cover everything would cover the truth, and tell nothing."""
    for line in effects.comparisons:
        if line.confounder is None and line.zone != "entrance":
            interval = line.dwell_ratio.interval
            assert interval is not None
            assert not interval.low <= 1 <= interval.high, line.words


def test_every_other_comparison_names_its_confounder(effects: EffectsDocument) -> None:
    confounded = [line for line in effects.comparisons if line.confounder is not None]
    kinds = Counter(line.confounder for line in confounded)
    assert set(kinds) == {"hour", "weekday", "weekday-and-hour"}
    for line in confounded:
        assert line.grade == "X"
        assert line.dwell_ratio.value is None
        assert line.words.endswith("cannot be told apart")
    assert any(
        "calm-morning only ran 09–11 on weekdays, rush-hour never did" in line.words
        for line in confounded
    )


def test_the_figures_say_that_nothing_was_randomised(effects: EffectsDocument) -> None:
    assert {row.wording for row in effects.rows} == {"association, not effect"}
    assert {row.grade for row in effects.rows} == {"D"}
    assert "nothing was randomised" in effects.method.grade_reason
    assert all(row.days > 7 for row in effects.rows)


def test_all_that_was_drawn_is_in_the_tables(history: Engine, today: date) -> None:
    draw = Draw(SEED, today, TZ)
    events = [event for zone in TRUTH for event in draw.events(zone)]
    visits = sum(isinstance(event, Presence) and event.present for event in events)
    lines = list(draw.receipt_lines())
    cents = sum(int(amount.replace(".", "")) for _, _, _, amount in lines)
    with history.connect() as connection:

        def count(column: object) -> int:
            return connection.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]

        assert count(col(EventRow.id)) == len(events)
        assert count(col(VisitRow.id)) == visits
        assert set(connection.scalars(select(col(VisitRow.quality)).distinct())) == {"good"}
        assert count(col(ExposureRow.id)) == sum(isinstance(event, AsRun) for event in events)
        assert count(col(ReceiptRow.id)) == len({number for _, number, _, _ in lines})
        assert connection.scalar(select(func.sum(col(ReceiptRow.total_minor)))) == cents
        last = connection.scalar(select(func.max(col(ExposureRow.until))))
    assert last is not None
    assert last.astimezone(TZ).date() == today - timedelta(days=1)


def test_a_plan_on_record_asked_for_all_that_played(history: Engine, today: date) -> None:
    with history.connect() as connection:
        evening = datetime.combine(today, time(0), TZ)
        plans = {zone: plan_in_force(connection, (STORE, zone), evening) for zone in TRUTH}
    for zone, plan in plans.items():
        assert plan is not None
        for event in Draw(SEED, today, TZ).events(zone):
            if isinstance(event, AsRun):
                assert plan.compiled_at <= event.at
                slot = plan.at(event.at)
                assert (slot.scene, slot.source, slot.start, plan.order) == (
                    event.scene,
                    event.source,
                    event.slot_start,
                    (event.epoch, event.revision),
                )


def test_the_hub_explains_the_history_and_its_own_plans_go_on_after_it(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate(engine)
    with writing(engine) as connection:
        add_plans(connection, [played_plan(Draw(SEED, MONDAY, TZ), zone) for zone in TRUTH])
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    planner = Planner(engine, lambda _plan: None, lambda: now, timedelta(days=14))
    planner.load(read_shop_file(write_shop_file(tmp_path)).shop)
    planned = planner.planned(STORE, "entrance")
    saturday = datetime(2026, 11, 14, 14, 10, tzinfo=UTC)
    why = why_at(planner, planned, saturday, now)
    assert (why.claims[0].scene, why.claims[0].source) == ("event", "rule:history")
    assert why.claims[0].reason == "The demo’s made-up history, drawn by the dice"
    with speaking("sv", translations("sv")):
        swedish = why_at(planner, planned, saturday, now).claims[0].reason
    assert swedish.startswith("Demons påhittade")
    assert planned.plan.order > (0, 1)
    assert planned.plan.revision == 2
    assert planned.plan.at(now).scene == "calm-morning"
    assert why_at(planner, planned, now, now).claims[0].source == "rule:calm-mornings"
    engine.dispose()


def test_the_truth_is_written_beside_it(tmp_path: Path) -> None:
    told: list[float] = []
    engine = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate(engine)
    path = make_history(
        engine,
        tmp_path,
        PLACE,
        MONDAY,
        lambda: datetime(2026, 11, 16, 6, tzinfo=UTC),
        lambda _what, share: told.append(share),
    )
    engine.dispose()
    truth = json.loads(path.read_text(encoding="utf-8"))
    assert truth["zones"]["sales-floor"]["effects"]["evening"]["dwell"] == 1.18
    assert truth["seed"] == SEED
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_same_seed_and_day_give_the_same_history() -> None:
    one, other = Draw(SEED, MONDAY, TZ), Draw(SEED, MONDAY, TZ)
    assert list(one.events("entrance")) == list(other.events("entrance"))
    assert list(one.receipt_lines()) == list(other.receipt_lines())
    assert list(one.receipt_lines()) != list(Draw(SEED + 1, MONDAY, TZ).receipt_lines())


@pytest.mark.parametrize("zone", TRUTH)
def test_events_are_what_an_agent_may_send(zone: str) -> None:
    events = list(Draw(SEED, MONDAY, TZ).events(zone))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    present: dict[str | None, bool] = {}
    for event in events:
        if isinstance(event, Presence):
            assert present.get(event.device, False) is not event.present
            present[event.device] = event.present
    assert not any(present.values())


@pytest.mark.parametrize("zone", TRUTH)
def test_the_schedule_has_no_gaps(zone: str) -> None:
    schedule = Schedule(SEED)
    for number in range(DAYS + 7):
        day = schedule.day(zone, number, number % 7)
        assert (day[0].start, day[-1].until) == (FIRST_HOUR, LAST_HOUR)
        assert all(one.until == next_.start for one, next_ in pairwise(day))
        assert all(one.scene != next_.scene for one, next_ in pairwise(day))


def test_the_afternoon_has_its_three_scenes_in_every_order() -> None:
    schedule = Schedule(SEED)
    orders = set()
    for number in range(DAYS):
        day = schedule.day("sales-floor", number, number % 7)
        hours = {hour: item.scene for item in day for hour in range(item.start, item.until)}
        order = tuple(hours[hour] for hour in (13, 15, 17))
        assert set(order) == set(AFTERNOON_SCENES)
        orders.add(order)
    assert len(orders) == 6
