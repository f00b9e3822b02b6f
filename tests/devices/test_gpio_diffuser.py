"""A diffuser's relay on a mock pin."""

from collections.abc import Iterator
from threading import Thread

import pytest

from devices.capabilities import Diffuser
from devices.drivers.gpio.diffuser import GpioDiffuser
from devices.drivers.gpio.mock_pins import MockPin, MockPinBank
from devices.errors import DeviceConfigurationError, DeviceUnavailableError
from tests.devices.contract_diffuser import DiffuserContract
from tests.devices.lights import mono
from tests.waiting import wait_until


class TestGpioDiffuser(DiffuserContract):
    @pytest.fixture
    def diffuser(self, bank: MockPinBank) -> Iterator[Diffuser]:
        opened = GpioDiffuser(bank, 27, fragrance="fig")
        yield opened
        opened.close()


class TestGpioDiffuserActiveLow(DiffuserContract):
    @pytest.fixture
    def diffuser(self, bank: MockPinBank) -> Iterator[Diffuser]:
        opened = GpioDiffuser(bank, 27, active_high=False, fragrance="fig")
        yield opened
        opened.close()


def levels_of(bank: MockPinBank, pin: int) -> list[float]:
    """All levels of a mock pin so far."""
    return [float(state) for _, state in bank.factory().pin(pin).states]


@pytest.mark.parametrize(("active_high", "off"), [(True, 0.0), (False, 1.0)])
def test_the_relay_is_never_left_on_or_floating(
    bank: MockPinBank, active_high: bool, off: float
) -> None:
    diffuser = GpioDiffuser(bank, 27, active_high=active_high)
    assert levels_of(bank, 27)[-1] == off
    diffuser.burst(5)
    assert levels_of(bank, 27)[-1] == 1 - off
    diffuser.close()
    pin = bank.factory().pin(27)
    assert (float(pin.state), pin.function) == (off, "output")


def test_nothing_pulses_at_the_start(bank: MockPinBank) -> None:
    GpioDiffuser(bank, 27)
    assert levels_of(bank, 27) == [0.0]


def test_a_light_and_a_diffuser_cannot_share_a_pin(bank: MockPinBank) -> None:
    light = mono(bank, 27)
    with pytest.raises(DeviceConfigurationError, match="GPIO 27 is given to two devices"):
        GpioDiffuser(bank, 27)
    light.close()


def test_bursts_from_many_threads_all_end(bank: MockPinBank) -> None:
    diffuser = GpioDiffuser(bank, 27)

    def many_bursts() -> None:
        for n in range(20):
            diffuser.burst(0.001 * n)

    threads = [Thread(target=many_bursts) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    wait_until(lambda: diffuser.reading().on is False, 2, "the last burst to end")
    diffuser.close()


def test_a_relay_that_cannot_be_switched_off_is_tried_again(
    bank: MockPinBank, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from gpiozero.exc import PinInvalidState

    diffuser = GpioDiffuser(bank, 27)
    refusals = iter([True, True])
    set_state = MockPin._set_state

    def refuse_off_twice(pin: MockPin, value: float) -> None:
        if not value and next(refusals, False):
            raise PinInvalidState("stuck")
        set_state(pin, value)

    monkeypatch.setattr(MockPin, "_set_state", refuse_off_twice)
    monkeypatch.setattr("devices.drivers.gpio.diffuser.RETRY_S", 0.05)
    diffuser.burst(1)
    with pytest.raises(DeviceUnavailableError, match="GPIO 27 cannot be switched off"):
        diffuser.stop()
    wait_until(lambda: diffuser.reading().on is False, 2, "the relay to be off")
    assert "trying again" in caplog.text
    diffuser.close()
