"""A device that can't be closed keeps no other from being closed."""

import threading

import pytest

from edge.closing import close_in_time


def test_a_device_that_never_closes_is_left_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    gate = threading.Event()

    def close() -> None:
        assert gate.wait(10)

    close_in_time("stuck", close)
    gate.set()
    assert "stuck has not closed within 1 s" in caplog.text


def test_a_device_that_throws_when_closed_is_named(caplog: pytest.LogCaptureFixture) -> None:
    def close() -> None:
        raise OSError("no such thing")

    close_in_time("odd", close)
    assert "odd can't be closed" in caplog.text
