"""What every presence sensor does, whatever drives it."""

from collections.abc import Iterator

import pytest

from devices.capabilities import PresenceSensor
from tests.waiting import wait_until

PROMPTLY_S = 2.0


def wait_for(sensor: PresenceSensor, present: bool) -> None:
    """Wait until the sensor's reading says so."""
    wait_until(lambda: sensor.reading().present is present, PROMPTLY_S, f"present to be {present}")


class PresenceContract:
    """Inherit, give a ``sensor``, and make people ``come`` into its view and ``leave`` it."""

    @pytest.fixture
    def sensor(self) -> Iterator[PresenceSensor]:
        raise NotImplementedError

    def move(self, present: bool) -> None:
        """Let somebody come into view, or everybody leave it."""
        raise NotImplementedError

    def test_sees_nobody_at_first(self, sensor: PresenceSensor) -> None:
        told: list[bool] = []
        sensor.watch(told.append)
        assert sensor.reading().present is False
        assert told == []

    def test_tells_each_change_once_and_in_order(self, sensor: PresenceSensor) -> None:
        told: list[bool] = []
        sensor.watch(told.append)
        wanted: list[bool] = []
        for present in [True, True, False, False, True, False] * 20:
            self.move(present)
            if wanted[-1:] != [present]:
                wanted.append(present)
        wait_until(lambda: len(told) >= len(wanted), PROMPTLY_S, "all changes")
        assert told == wanted

    def test_reads_what_is_in_view(self, sensor: PresenceSensor) -> None:
        sensor.watch(lambda present: None)
        for present in (True, False):
            self.move(present)
            wait_for(sensor, present)

    def test_tells_at_once_of_somebody_who_is_there_already(self, sensor: PresenceSensor) -> None:
        self.move(True)
        wait_for(sensor, True)
        told: list[bool] = []
        sensor.watch(told.append)
        assert told == [True]
        self.move(False)
        wait_until(lambda: told == [True, False], PROMPTLY_S, "their leaving")

    def test_a_listener_that_raises_stops_nothing(
        self, sensor: PresenceSensor, caplog: pytest.LogCaptureFixture
    ) -> None:
        told: list[bool] = []

        def changed(present: bool) -> None:
            told.append(present)
            if present:
                raise ZeroDivisionError("nobody home")

        sensor.watch(changed)
        self.move(True)
        self.move(False)
        wait_until(lambda: told == [True, False], PROMPTLY_S, "both changes")
        assert "nobody home" in caplog.text

    def test_tells_nothing_when_closed(self, sensor: PresenceSensor) -> None:
        told: list[bool] = []
        sensor.watch(told.append)
        sensor.close()
        sensor.close()
        assert sensor.reading().problem
        assert told == []
