"""All benchmarks, one after the other: ``make bench``."""

from tests.bench import (
    card_wear,
    first_view,
    footprint,
    guard_deadlines,
    history_day,
    idle_page,
    ingest,
    override_hub_time,
    override_latency,
    sacn_fade,
    sales_import,
    skew,
    tap_to_done,
    trigger_flood,
    week_api,
)
from tests.bench import compile as compile_plans
from tests.bench.figures import say

if __name__ == "__main__":
    for benchmark in (
        override_latency,
        override_hub_time,
        ingest,
        footprint,
        sales_import,
        skew,
        sacn_fade,
        guard_deadlines,
        card_wear,
        compile_plans,
        week_api,
        trigger_flood,
        tap_to_done,
        first_view,
        idle_page,
        history_day,
    ):
        benchmark.main()
        say()
