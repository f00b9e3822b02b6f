"""All benchmarks, one after the other: ``make bench``."""

from tests.bench import footprint, ingest, override_latency, sales_import, skew
from tests.bench.figures import say

if __name__ == "__main__":
    for benchmark in (override_latency, ingest, footprint, sales_import, skew):
        benchmark.main()
        say()
