"""Beams and buttons on real pins: what lgpio is asked to do, recorded at its border."""

from collections.abc import Iterator

import pytest

from devices.drivers.gpio.beam_pair import BeamPairOptions, GpioBeamPair
from devices.drivers.gpio.button import ButtonOptions, GpioButton
from devices.drivers.gpio.pins import PinBank
from tests.devices.contract_button import Presses
from tests.devices.recorded_lgpio import RecordedLgpio
from tests.devices.test_chip_pins import lgpio
from tests.edge.fake_time import FakeClock

__all__ = ["lgpio"]  # a fixture

PAIR = BeamPairOptions(driver="gpio-beam-pair", zone="hall", outer_pin=5, inner_pin=6)
BUTTON = ButtonOptions(driver="gpio-button", zone="hall", pin=13)
LOW, HIGH = 0, 1


@pytest.fixture
def chips(lgpio: RecordedLgpio) -> Iterator[PinBank]:
    opened = PinBank.lgpio()
    yield opened
    opened.close()


def pulled_up(recorded: RecordedLgpio) -> set[int]:
    import lgpio as library

    claims = recorded.of("gpio_claim_input")
    return {call[2] for call in claims if call[3:] == (library.SET_PULL_UP,)}


def change(bank: PinBank, pin: int, level: int) -> None:
    """What lgpio's thread calls when the kernel reports an edge."""
    bank.factory().pin(pin)._call_when_changed(100, pin, level, 123_000_000_000)


def test_beams_are_pulled_up_debounced_and_watched_by_the_kernel(
    chips: PinBank,
    lgpio: RecordedLgpio,
) -> None:
    clock, told = FakeClock(), list[str]()
    pair = GpioBeamPair(chips, PAIR, clock.now, clock.monotonic)
    pair.watch_passages(told.append)
    debounced = {call[1:] for call in lgpio.of("gpio_set_debounce_micros") if call[3]}
    assert debounced == {(100, 5, 5000), (100, 6, 5000)}
    assert pulled_up(lgpio) == {5, 6}
    assert {call[2] for call in lgpio.of("gpio_claim_alert")} == {5, 6}
    # The recording's lines read low, so both beams begin broken.
    for pin, level in ((5, HIGH), (6, HIGH), (6, LOW), (5, LOW), (6, HIGH), (5, HIGH)):
        change(chips, pin, level)
    assert told == ["out"]
    pair.close()


def test_a_button_is_pulled_up_and_watched_by_the_kernel(
    chips: PinBank,
    lgpio: RecordedLgpio,
) -> None:
    clock, told = FakeClock(), Presses()
    button = GpioButton(chips, BUTTON, clock.monotonic)
    button.watch_presses(told)
    assert pulled_up(lgpio) == {13}
    for level in (HIGH, LOW, HIGH, LOW):
        clock.advance(1)
        change(chips, 13, level)
    assert told.count == 2
    button.close()
