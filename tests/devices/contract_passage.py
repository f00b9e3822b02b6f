"""What every passage sensor does, whatever drives it."""

from collections.abc import Iterator

import pytest

from devices.capabilities import Direction, PassageSensor
from tests.waiting import wait_until

PROMPTLY_S = 2.0


class PassageContract:
    """Inherit, give a ``sensor``, and let people ``walk`` past it."""

    @pytest.fixture
    def sensor(self) -> Iterator[PassageSensor]:
        raise NotImplementedError

    def walk(self, direction: Direction) -> None:
        """Let one person pass."""
        raise NotImplementedError

    def test_counts_nobody_at_first(self, sensor: PassageSensor) -> None:
        told: list[Direction] = []
        sensor.watch_passages(told.append)
        assert sensor.reading().problem is None
        assert told == []

    def test_tells_each_passage_once_and_in_order(self, sensor: PassageSensor) -> None:
        told: list[Direction] = []
        sensor.watch_passages(told.append)
        people: list[Direction] = ["in", "in", "out", "in", "out", "out"]
        for direction in people * 5:
            self.walk(direction)
        wait_until(lambda: len(told) >= len(people) * 5, PROMPTLY_S, "everybody")
        assert told == people * 5

    def test_a_listener_that_raises_stops_nothing(
        self, sensor: PassageSensor, caplog: pytest.LogCaptureFixture
    ) -> None:
        told: list[Direction] = []

        def passed(direction: Direction) -> None:
            told.append(direction)
            raise ZeroDivisionError("nobody home")

        sensor.watch_passages(passed)
        self.walk("in")
        self.walk("out")
        wait_until(lambda: told == ["in", "out"], PROMPTLY_S, "both")
        assert "nobody home" in caplog.text

    def test_tells_nothing_when_closed(self, sensor: PassageSensor) -> None:
        told: list[Direction] = []
        sensor.watch_passages(told.append)
        sensor.close()
        sensor.close()
        assert sensor.reading().problem
        assert told == []
