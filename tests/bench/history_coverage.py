"""How often the demo's intervals cover its written truth.

``python -m tests.bench.history_coverage 20`` draws the history anew with so many other seeds,
about 5 s each. An honest 95 % interval misses one time in twenty; the demo's own seed is one
such draw.
"""

import sys
import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.database import migrate, open_database
from hub.demo.history import HistoryPlace, make_history
from hub.demo.truth import STORE, TRUTH, true_ratios
from hub.insights.assembly import effects_document
from hub.insights.document import Comparison, Estimate
from tests.bench.figures import say

NOW = datetime(2026, 3, 14, 6, 0, tzinfo=UTC)
PLACE = HistoryPlace(ZoneInfo("Europe/Copenhagen"), "DKK", {zone: f"edge-{zone}" for zone in TRUTH})


def compared(seed: int) -> list[Comparison]:
    with tempfile.TemporaryDirectory() as name:
        engine = open_database(f"sqlite:///{name}/hub.db")
        migrate(engine)
        make_history(engine, Path(name), PLACE, date(2026, 3, 14), lambda: NOW, seed=seed)
        document = effects_document(engine, STORE, NOW)
        engine.dispose()
    return [comparison for comparison in document.comparisons if not comparison.confounder]


def main(seeds: int) -> None:
    covered: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for seed in range(1, seeds + 1):
        for line in compared(seed):
            truth = true_ratios(line.zone, line.scene, line.baseline)
            ratios: dict[str, Estimate] = {
                "dwell": line.dwell_ratio,
                "visits": line.visits_ratio,
                "receipts": line.receipts_ratio,
                "sales": line.sales_ratio,
            }
            for what, ratio in ratios.items():
                key = f"{line.zone}: {line.scene} against {line.baseline}, {what}"
                interval = ratio.interval
                drawn[key] += 1
                covered[key] += bool(interval and interval.low <= truth[what] <= interval.high)
        say(f"{seed} of {seeds}: {sum(covered.values()) / sum(drawn.values()):.1%} covered so far")
    for key, times in sorted(drawn.items()):
        say(f"{covered[key]:4} of {times:4}  {key}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
