"""The alarm clock rings on, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from hub.alarm import AlarmClock
from hub.metrics import Metrics
from tests.waiting import wait_until


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def alarm(metrics: Metrics) -> Iterator[AlarmClock]:
    clock = AlarmClock(metrics)
    yield clock
    clock.stop()


def missed(metrics: Metrics) -> bool:
    return b"stemning_alarms_missed_total 0.0" not in metrics.text()


def test_it_rings_again_and_again_after_it_was_started(alarm: AlarmClock) -> None:
    rung: list[int] = []
    alarm.every(0.05, "bell", lambda: rung.append(1))
    assert not rung
    alarm.start()
    wait_until(lambda: len(rung) >= 3, 5, "three rings")


def test_a_ring_that_fails_is_counted_and_the_next_one_comes(
    alarm: AlarmClock, metrics: Metrics
) -> None:
    rung: list[int] = []

    def ring() -> None:
        rung.append(1)
        raise RuntimeError("no bell")

    alarm.every(0.05, "bell", ring)
    alarm.start()
    wait_until(lambda: len(rung) >= 2, 5, "the second ring")
    wait_until(lambda: missed(metrics), 5, "the count")


def test_a_ring_that_is_late_is_made_once_and_not_skipped(
    alarm: AlarmClock, metrics: Metrics
) -> None:
    """The library's default would skip whatever is late by more than a second."""
    release, rung = threading.Event(), []

    def ring() -> None:
        rung.append(1)
        if len(rung) == 1:
            release.wait(10)

    alarm.every(0.2, "bell", ring)
    alarm.start()
    wait_until(lambda: rung, 5, "the first ring")
    assert not release.wait(1.5)
    release.set()
    wait_until(lambda: len(rung) >= 2, 5, "the next ring")
    assert len(rung) < 6
    assert not missed(metrics)


def test_stopping_twice_or_without_a_start_is_fine(metrics: Metrics) -> None:
    alarm = AlarmClock(metrics)
    alarm.stop()
    alarm.start()
    alarm.stop()
    alarm.stop()
