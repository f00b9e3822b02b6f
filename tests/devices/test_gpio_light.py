"""A light on a mock pin."""

import tracemalloc
from collections.abc import Iterator

import pytest

from devices.capabilities import Light
from devices.drivers.gpio.light import GpioLight
from devices.drivers.gpio.mock_pins import HISTORY, MockPinBank
from devices.errors import DeviceConfigurationError
from scenes.fades import LightLevel
from tests.devices.contract_light import LightContract


class TestGpioLight(LightContract):
    @pytest.fixture
    def light(self, bank: MockPinBank) -> Iterator[Light]:
        opened = GpioLight(bank, 17)
        yield opened
        opened.close()


def level_of(bank: MockPinBank, pin: int, chip: int = 0) -> float:
    """What a mock pin puts out, 0 to 1."""
    return float(bank.factory(chip).pin(pin).state)


def test_shines_on_its_own_pin_and_chip(bank: MockPinBank) -> None:
    one, other = GpioLight(bank, 17), GpioLight(bank, 17, chip=1)
    one.shine(LightLevel(30))
    other.shine(LightLevel(60))
    assert (level_of(bank, 17), level_of(bank, 17, chip=1)) == (0.3, 0.6)


def test_starts_at_its_boot_level(bank: MockPinBank) -> None:
    light = GpioLight(bank, 17, boot_level=25)
    assert light.reading().level == 25
    assert level_of(bank, 17) == 0.25


@pytest.mark.parametrize(("fail_level", "left"), [(0, 0.0), (49, 0.0), (50, 1.0), (100, 1.0)])
def test_is_left_at_its_fail_level(bank: MockPinBank, fail_level: float, left: float) -> None:
    light = GpioLight(bank, 17, fail_level=fail_level)
    light.shine(LightLevel(70))
    light.close()
    pin = bank.factory().pin(17)
    assert (pin.state, pin.function) == (left, "output")


def test_a_closed_pin_is_free_for_another_device(bank: MockPinBank) -> None:
    GpioLight(bank, 17).close()
    light = GpioLight(bank, 17)
    light.shine(LightLevel(10))
    assert level_of(bank, 17) == 0.1


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        (17, "GPIO 17 is given to two devices"),
        (99, "there is no GPIO 99: .* GPIO 0 to 27"),
        (-1, "there is no GPIO -1"),
    ],
)
def test_an_impossible_pin_is_named(bank: MockPinBank, pin: int, sentence: str) -> None:
    taken = GpioLight(bank, 17)
    with pytest.raises(DeviceConfigurationError, match=sentence):
        GpioLight(bank, pin)
    taken.shine(LightLevel(10))
    assert level_of(bank, 17) == 0.1


@pytest.mark.parametrize("option", ["frequency_hz", "boot_level", "fail_level"])
@pytest.mark.parametrize("value", [-1.0, 20_000.0, float("nan")])
def test_an_impossible_option_is_named(bank: MockPinBank, option: str, value: float) -> None:
    with pytest.raises(DeviceConfigurationError, match=option):
        GpioLight(bank, 17, **{option: value})  # type: ignore[arg-type]
    GpioLight(bank, 17)


def test_the_memory_of_shining_is_bounded(bank: MockPinBank) -> None:
    lights = [GpioLight(bank, n % 25 + 2, chip=n // 25) for n in range(100)]
    for step in range(2 * HISTORY):
        lights[0].shine(LightLevel(step % 100))
    assert len(bank.factory().pin(2).states) == HISTORY
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for step in range(5000):
            lights[0].shine(LightLevel(step % 100))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 100_000
