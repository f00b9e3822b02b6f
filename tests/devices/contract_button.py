"""What every push-button does, whatever drives it."""

from collections.abc import Callable, Iterator

import pytest

from devices.capabilities import PushButton
from tests.waiting import wait_until

PROMPTLY_S = 2.0


class Presses:
    """Counts the presses that it is told of."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.count = 0
        self._then = then

    def __call__(self) -> None:
        self.count += 1
        self._then()


class ButtonContract:
    """Inherit, give a ``button``, and ``press`` it."""

    @pytest.fixture
    def button(self) -> Iterator[PushButton]:
        raise NotImplementedError

    def press(self) -> None:
        """Press it and let it go."""
        raise NotImplementedError

    def test_tells_nothing_before_a_press(self, button: PushButton) -> None:
        told = Presses()
        button.watch_presses(told)
        assert button.reading().problem is None
        assert told.count == 0

    def test_tells_each_press_once(self, button: PushButton) -> None:
        told = Presses()
        button.watch_presses(told)
        for presses in range(1, 11):
            self.press()
            wait_until(lambda: told.count == presses, PROMPTLY_S, f"{presses} presses")  # noqa: B023

    def test_a_listener_that_raises_stops_nothing(
        self, button: PushButton, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fails() -> None:
            raise ZeroDivisionError("nobody home")

        told = Presses(fails)
        button.watch_presses(told)
        self.press()
        self.press()
        wait_until(lambda: told.count == 2, PROMPTLY_S, "both presses")
        assert "nobody home" in caplog.text

    def test_tells_nothing_when_closed(self, button: PushButton) -> None:
        told = Presses()
        button.watch_presses(told)
        button.close()
        button.close()
        assert button.reading().problem
        assert told.count == 0
