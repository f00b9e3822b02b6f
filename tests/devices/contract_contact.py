"""What every contact sensor does, whatever drives it."""

from collections.abc import Iterator

import pytest

from devices.capabilities import ContactSensor
from tests.waiting import wait_until

PROMPTLY_S = 2.0


class ContactContract:
    """Inherit, give a ``sensor`` of a door that is shut, and ``move`` the door."""

    @pytest.fixture
    def sensor(self) -> Iterator[ContactSensor]:
        raise NotImplementedError

    def move(self, is_open: bool) -> None:
        """Open the door or shut it."""
        raise NotImplementedError

    def test_tells_nothing_of_a_door_that_is_shut(self, sensor: ContactSensor) -> None:
        told: list[bool] = []
        sensor.watch_contact(told.append)
        assert not sensor.reading().open
        assert told == []

    def test_tells_each_change_once_and_in_order(self, sensor: ContactSensor) -> None:
        told: list[bool] = []
        sensor.watch_contact(told.append)
        for is_open in [True, True, False, False] * 10:
            self.move(is_open)
        wait_until(lambda: len(told) >= 20, PROMPTLY_S, "all changes")
        assert told == [True, False] * 10

    def test_reads_how_the_door_is(self, sensor: ContactSensor) -> None:
        sensor.watch_contact(lambda is_open: None)
        for is_open in (True, False):
            self.move(is_open)
            wait_until(
                lambda: sensor.reading().open is is_open,  # noqa: B023 - called at once
                PROMPTLY_S,
                f"open to be {is_open}",
            )

    def test_tells_at_once_of_a_door_that_is_open(self, sensor: ContactSensor) -> None:
        self.move(True)
        wait_until(lambda: sensor.reading().open, PROMPTLY_S, "the open door")
        told: list[bool] = []
        sensor.watch_contact(told.append)
        wait_until(lambda: told == [True], PROMPTLY_S, "word of it")
        self.move(False)
        wait_until(lambda: told == [True, False], PROMPTLY_S, "its shutting")

    def test_a_listener_that_raises_stops_nothing(
        self, sensor: ContactSensor, caplog: pytest.LogCaptureFixture
    ) -> None:
        told: list[bool] = []

        def changed(is_open: bool) -> None:
            told.append(is_open)
            raise ZeroDivisionError("nobody home")

        sensor.watch_contact(changed)
        self.move(True)
        self.move(False)
        wait_until(lambda: told == [True, False], PROMPTLY_S, "both changes")
        assert "nobody home" in caplog.text

    def test_tells_nothing_when_closed(self, sensor: ContactSensor) -> None:
        told: list[bool] = []
        sensor.watch_contact(told.append)
        sensor.close()
        sensor.close()
        assert sensor.reading().problem
        assert told == []
