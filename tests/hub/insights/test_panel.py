"""Sums per scene, day and quarter-hour are those of a plain count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.insights.estimate.calendar import calendar_of
from hub.insights.estimate.exposure import Exposure
from hub.insights.estimate.panel import Receipts, Visits, panels
from hub.tables.columns import to_microseconds

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MINUTE = 60_000_000
# Three days with the autumn change in the middle: a day of 25 hours.
CALENDAR = calendar_of(date(2026, 10, 24), date(2026, 10, 26), COPENHAGEN)
START = to_microseconds(datetime(2026, 10, 23, 22, tzinfo=UTC))
MINUTES = (24 + 25 + 24) * 60


def local(minute: int) -> tuple[int, int]:
    """(day, quarter) of a minute since the calendar's start, by zoneinfo alone."""
    at = datetime.fromtimestamp((START + minute * MINUTE) / 1e6, COPENHAGEN)
    return (at.date() - date(2026, 10, 24)).days, at.hour * 4 + at.minute // 15


@pytest.mark.parametrize(
    ("day", "quarters"),
    [(date(2026, 3, 28), 96), (date(2026, 3, 29), 92), (date(2026, 10, 25), 100)],
)
def test_a_day_has_as_many_quarters_as_it_has(day: date, quarters: int) -> None:
    calendar = calendar_of(day, day, COPENHAGEN)
    assert len(calendar.day) == quarters
    assert calendar.edges[-1] - calendar.edges[0] == quarters * 15 * MINUTE


def test_the_calendar_follows_the_wall_clock() -> None:
    assert CALENDAR.edges[0] == START
    days, quarters = CALENDAR.cell_at(
        np.array([START + minute * MINUTE for minute in range(MINUTES)], dtype=np.int64)
    )
    assert list(zip(days.tolist(), quarters.tolist(), strict=True)) == [
        local(minute) for minute in range(MINUTES)
    ]
    assert CALENDAR.weekday.tolist() == [5, 6, 0]


@st.composite
def stretches(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Some (start minute, end minute, scene), none overlapping."""
    bounds = sorted(draw(st.sets(st.integers(0, MINUTES), max_size=12)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    return [(start, end, draw(st.integers(0, 1))) for start, end in pairs]


def as_exposure(some: list[tuple[int, int, int]]) -> Exposure:
    table = np.array(some, dtype=np.int64).reshape(-1, 3)
    return Exposure(START + table[:, 0] * MINUTE, START + table[:, 1] * MINUTE, table[:, 2])


@given(
    stretches(),
    st.lists(st.tuples(st.integers(0, MINUTES - 1), st.integers(1, 999)), max_size=20),
)
def test_a_panel_is_the_plain_count(
    some: list[tuple[int, int, int]], things: list[tuple[int, int]]
) -> None:
    at = np.array([START + minute * MINUTE for minute, _ in things], dtype=np.int64)
    size = np.array([value for _, value in things], dtype=np.int64)
    found = panels(
        as_exposure(some),
        Visits(at, size.astype(np.float64)),
        Receipts(at, size),
        CALENDAR,
        scenes=2,
    )
    for scene, panel in enumerate(found):
        minutes = np.zeros((3, 96))
        visits, dwell = np.zeros((3, 96)), np.zeros((3, 96))
        for start, end, which in some:
            if which != scene:
                continue
            for minute in range(start, end):
                minutes[local(minute)] += 1
            for minute, value in things:
                if start <= minute < end:
                    visits[local(minute)] += 1
                    dwell[local(minute)] += value
        np.testing.assert_allclose(panel.hours * 60, minutes)
        np.testing.assert_array_equal(panel.visits, visits)
        np.testing.assert_array_equal(panel.receipts, visits)
        np.testing.assert_array_equal(panel.dwell_s, dwell)
        np.testing.assert_array_equal(panel.sales_minor, dwell)
        lengths = panel.lengths
        np.testing.assert_array_equal(lengths.counts.sum(axis=1), visits.sum(axis=1))
        np.testing.assert_array_equal(lengths.counts @ lengths.seconds, dwell.sum(axis=1))
