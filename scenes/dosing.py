"""Scent as bursts: what an intensity means, as a function of time.

An intensity of 100 % is a burst of 10 s in every 40 s: a quarter of the time, with at least
30 s between two bursts. A lower intensity shortens the burst, so dose is proportional to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PERIOD_S = 40.0
LONGEST_BURST_S = 10.0
LARGEST_DOSE_S_PER_H = 3600 / PERIOD_S * LONGEST_BURST_S
_PERIOD = timedelta(seconds=PERIOD_S)


@dataclass(frozen=True, slots=True)
class Burst:
    """The diffuser runs from ``start`` (included) to ``end`` (excluded)."""

    start: datetime
    end: datetime


def dose_s_per_h(intensity: float) -> float:
    """Seconds of bursts in an hour, to the microsecond, of an intensity in per cent: 0 to 900."""
    return round(LARGEST_DOSE_S_PER_H * intensity / 100, 6)


def burst_at(intensity: float, slot_start: datetime, instant: datetime) -> Burst | None:
    """The burst under way at ``instant``, or None; the first begins with the slot."""
    burst = _burst_of_period(intensity, slot_start, instant)
    return burst if burst is not None and burst.start <= instant < burst.end else None


def next_edge(intensity: float, slot_start: datetime, instant: datetime) -> datetime | None:
    """The first moment after ``instant`` at which a burst begins or ends; None without scent."""
    burst = _burst_of_period(intensity, slot_start, instant)
    if burst is None:
        return None
    edges = (burst.start, burst.end, burst.start + _PERIOD)
    return next(edge for edge in edges if edge > instant)


def _burst_of_period(intensity: float, slot_start: datetime, instant: datetime) -> Burst | None:
    if intensity <= 0:
        return None
    period = max(0, (instant - slot_start) // _PERIOD)
    start = slot_start + period * _PERIOD
    return Burst(start, start + timedelta(seconds=LONGEST_BURST_S * intensity / 100))
