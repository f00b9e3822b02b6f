"""Scent comes in short bursts, in proportion to the intensity, and always ends."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scenes.dosing import LONGEST_BURST_S, PERIOD_S, burst_at, dose_s_per_h, next_edge

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@given(st.floats(0, 100), st.integers(0, 86_400_000))
def test_bursts_are_short_and_come_with_the_slot(intensity: float, milliseconds: int) -> None:
    instant = NOON + timedelta(milliseconds=milliseconds)
    burst = burst_at(intensity, NOON, instant)
    if burst is None:
        return
    assert burst.start <= instant < burst.end
    assert burst.end - burst.start <= timedelta(seconds=LONGEST_BURST_S)
    assert (burst.start - NOON) % timedelta(seconds=PERIOD_S) == timedelta(0)


@given(st.floats(0.01, 100))
def test_walking_from_edge_to_edge_gives_the_dose(intensity: float) -> None:
    instant, end, on_s = NOON, NOON + timedelta(seconds=PERIOD_S * 100), 0.0
    for _ in range(1000):
        edge = next_edge(intensity, NOON, instant)
        assert edge is not None
        assert edge > instant
        if burst_at(intensity, NOON, instant):
            on_s += (min(edge, end) - instant).total_seconds()
        instant = edge
        if instant >= end:
            break
    assert abs(on_s - 100 * LONGEST_BURST_S * intensity / 100) < 0.01
    assert abs(on_s * 3600 / (100 * PERIOD_S) - dose_s_per_h(intensity)) < 0.01


def test_no_intensity_is_no_scent() -> None:
    assert burst_at(0, NOON, NOON) is None
    assert next_edge(0, NOON, NOON) is None
    assert burst_at(50, NOON, NOON) is not None, "the first burst begins with the slot"
