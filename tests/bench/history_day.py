"""(n) A day of a store's history: ``python -m tests.bench.history_day``.

Target: 100 ms for the day of a store with ten agents, a record a minute each, in a database of two
such days; from the request's parts to what the template shows. The floor, in the same run, reads
the same rows of the same day from the same table as they are, and makes nothing of them.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col

from hub.app import build, plan_first
from hub.database import writing
from hub.settings import Settings
from hub.tables import ExposureRow
from hub.web.history.timeline import Filters
from hub.web.history.view import history_page
from tests.bench.figures import Spread, say

AGENTS = 10
ROUNDS = 60
MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP = """
stores:
  - id: bench
    name: Bench
    time_zone: Europe/Copenhagen
    zones:
      - {id: entrance, name: Entrance, fallback: trading}
"""
ROW = ExposureRow
COLUMNS = (ROW.zone, ROW.edge, ROW.scene, ROW.confirmed, ROW.layer, ROW.source)
AS_THEY_ARE = (ROW.adjust, ROW.start, ROW.until)
FLOOR = (
    select(*map(col, COLUMNS), *(type_coerce(col(each), NullType) for each in AS_THEY_ARE))
    .where(col(ROW.store) == "bench", col(ROW.zone) == "entrance")
    .where(col(ROW.start) >= MIDNIGHT - 20 * MINUTE, col(ROW.start) < MIDNIGHT + DAY)
    .order_by(col(ROW.edge), col(ROW.start))
)


def fill(engine: Engine) -> None:
    """Two days of every agent: another scene each hour, a nudge each third one."""
    records = [
        {
            "store": "bench",
            "zone": "entrance",
            "edge": f"edge-{agent}",
            "scene": ("calm-morning", "event")[minute // 60 % 2],
            "scene_revision": 1,
            "layer": "rule",
            "source": "rule:a",
            "start": MIDNIGHT + minute * MINUTE,
            "until": MIDNIGHT + (minute + 1) * MINUTE,
            "confirmed": True,
            "fading_s": 0.0,
            "plan_epoch": 1,
            "plan_revision": 1,
            "block": "",
            "adjust": {"volume": 60.0} if minute // 60 % 3 == 0 else None,
        }
        for agent in range(AGENTS)
        for minute in range(-1440, 1440)
    ]
    with writing(engine) as connection:
        connection.execute(insert(ExposureRow), records)


def measured(what: Callable[[], object]) -> Spread:
    """Milliseconds of ``ROUNDS`` rounds, after one that fills what is kept."""
    what()
    took_ms = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        what()
        took_ms.append(1000 * (time.perf_counter() - began))
    return Spread.of(took_ms)


def run(directory: Path) -> tuple[Spread, Spread]:
    """The page's figures, and the floor's."""
    shop = directory / "shop.yaml"
    shop.write_text(SHOP)
    parts = build(Settings(data=directory, shop=shop))
    plan_first(parts)
    fill(parts.engine)
    store = parts.planner.store("bench")
    day = (MIDNIGHT + DAY / 2).date()

    def page() -> None:
        shown = history_page(parts, store, day, Filters(), 1)
        assert len(shown.ribbons) == AGENTS, shown.ribbons

    def floor() -> None:
        with parts.engine.connect() as connection:
            found = connection.execute(FLOOR).all()
        assert len(found) == AGENTS * 1460, len(found)

    return measured(page), measured(floor)


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        page, floor = run(Path(directory))
    say(f"(n) a day of history, {AGENTS} agents, a record a minute each: target 100 ms")
    say(f"    page   p50 {page.p50:.1f} ms  p99 {page.p99:.1f} ms")
    say(f"    floor  p50 {floor.p50:.1f} ms  p99 {floor.p99:.1f} ms (the rows alone)")
    say(f"    ratio  {page.p50 / floor.p50:.1f}")


if __name__ == "__main__":
    main()
