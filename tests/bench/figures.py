"""Percentiles and the lines that the benchmarks print."""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Median, 99th percentile and largest of some measurements, in their own unit."""

    p50: float
    p99: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Needs two values or more."""
        return cls(
            statistics.median(values),
            statistics.quantiles(values, n=100, method="inclusive")[98],
            max(values),
        )


def say(line: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
