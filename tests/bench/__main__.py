"""All benchmarks, one after the other: ``make bench``."""

from tests.bench import footprint, ingest, override_latency, sacn_fade, sales_import, skew
from tests.bench.figures import say

if __name__ == "__main__":
    for benchmark in (override_latency, ingest, footprint, sales_import, skew, sacn_fade):
        benchmark.main()
        say()
