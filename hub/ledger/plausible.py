"""Which times of an edge can be so: a clock that was not set yet must not wreck the analysis.

An edge may be away for months and send what it kept, so the past is wide; nothing can be told
of a future. What is outside stays in the raw record and has no exposure and no visit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

OLDEST = timedelta(days=400)
AHEAD = timedelta(minutes=10)
LONGEST_SPAN = timedelta(minutes=20)
"""An agent closes an as-run record every minute; imported history may take quarter-hours."""


def plausible_at(at: datetime, received_at: datetime) -> bool:
    """Whether something that was told at ``received_at`` can have happened at ``at``."""
    return received_at - OLDEST <= at <= received_at + AHEAD


def plausible_span(start: datetime, until: datetime, received_at: datetime) -> bool:
    """Whether an as-run record can have lasted from ``start`` to ``until``."""
    return (
        plausible_at(start, received_at)
        and plausible_at(until, received_at)
        and timedelta() < until - start <= LONGEST_SPAN
    )
