"""A push-button on a mock pin."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.capabilities import PushButton
from devices.drivers.gpio.button import ButtonOptions, GpioButton
from devices.drivers.gpio.mock_pins import MockPinBank
from devices.drivers.gpio.pins import PinBank
from tests.devices.contract_button import ButtonContract, Presses
from tests.edge.fake_time import FakeClock

OPTIONS = ButtonOptions(driver="gpio-button", zone="hall", pin=2)


class TestGpioButton(ButtonContract):
    @pytest.fixture
    def button(self, bank: MockPinBank) -> Iterator[PushButton]:
        self.bank = bank
        self.clock = FakeClock()
        opened = GpioButton(bank, OPTIONS, self.clock.monotonic)
        yield opened
        opened.close()

    def press(self) -> None:
        self.clock.advance(1)
        self.bank.drive(2, False)
        self.clock.advance(0.2)
        self.bank.drive(2, True)

    def test_reads_whether_it_is_held_down(self, button: PushButton) -> None:
        button.watch_presses(lambda: None)
        assert button.reading().pressed is False
        self.bank.drive(2, False)
        assert button.reading().pressed is True


@given(
    st.lists(st.floats(0.0001, 0.0299), max_size=20),
    st.lists(st.floats(0.0001, 0.0299), max_size=20),
)
def test_a_bouncing_contact_is_one_press(pressing: list[float], letting_go: list[float]) -> None:
    """Both edges bounce; the last bounce leaves the contact as the finger has it."""
    bank, clock, told = PinBank.mock(), FakeClock(), Presses()
    button = GpioButton(bank, OPTIONS, clock.monotonic)
    button.watch_presses(told)
    for level, bounces in ((False, pressing), (True, letting_go)):
        clock.advance(0.5)
        bank.drive(2, level)
        for gap_s in bounces[: len(bounces) // 2 * 2]:
            clock.advance(gap_s)
            level = not level  # noqa: PLW2901 - the contact's own level
            bank.drive(2, level)
    assert told.count == 1
    bank.close()
