"""Lights on mock pins."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from devices.capabilities import Light
from devices.drivers.gpio.light import GpioLight
from devices.drivers.gpio.mock_pins import HISTORY, MockPinBank
from devices.errors import DeviceConfigurationError
from scenes.fades import LightLevel
from tests.devices.contract_light import LightContract
from tests.devices.lights import described, mono

RGB = {"red_pin": 12, "green_pin": 13, "blue_pin": 18}
KINDS: dict[str, dict[str, Any]] = {
    "gpio-pwm": {"pin": 12},
    "gpio-rgb": RGB,
    "gpio-rgbw": {**RGB, "white_pin": 19},
    "gpio-tunable-white": {"warm_pin": 12, "cool_pin": 13},
}


class TestGpioLight(LightContract):
    @pytest.fixture(params=KINDS)
    def light(self, bank: MockPinBank, request: pytest.FixtureRequest) -> Iterator[Light]:
        opened = GpioLight(bank, described(request.param, **KINDS[request.param]))
        yield opened
        opened.close()


class TestSoftwareLight(LightContract):
    @pytest.fixture
    def light(self, bank: MockPinBank) -> Iterator[Light]:
        opened = mono(bank, 17)
        yield opened
        opened.close()


def level_of(bank: MockPinBank, pin: int, chip: int = 0) -> float:
    """What a mock pin puts out, 0 to 1."""
    return float(bank.factory(chip).pin(pin).state)


def test_shines_on_its_own_pin_and_chip(bank: MockPinBank) -> None:
    one, other = mono(bank, 17), mono(bank, 17, chip=1)
    one.shine(LightLevel(30))
    other.shine(LightLevel(60))
    assert (level_of(bank, 17), level_of(bank, 17, chip=1)) == (0.3, 0.6)


def test_each_channel_is_on_its_own_pin(bank: MockPinBank) -> None:
    light = GpioLight(bank, described("gpio-rgbw", **KINDS["gpio-rgbw"], white_k=4000))
    light.shine(LightLevel(50, colour="#ff0000"))
    assert [level_of(bank, pin) for pin in (12, 13, 18, 19)] == [0.5, 0, 0, 0]
    light.shine(LightLevel(50, colour="#0000ff"))
    assert [level_of(bank, pin) for pin in (12, 13, 18, 19)] == [0, 0, 0.5, 0]
    light.shine(LightLevel(50, temperature_k=4000))
    assert [level_of(bank, pin) for pin in (12, 13, 18, 19)] == pytest.approx([0, 0, 0, 0.5])


def test_warm_and_cool_are_on_their_own_pins(bank: MockPinBank) -> None:
    pins = KINDS["gpio-tunable-white"]
    light = GpioLight(bank, described("gpio-tunable-white", **pins, warm_k=2500, cool_k=5000))
    for temperature_k, shares in ((2500, (0.8, 0)), (5000, (0, 0.8)), (1e6 / 300, (0.4, 0.4))):
        light.shine(LightLevel(80, temperature_k=temperature_k))
        assert (level_of(bank, 12), level_of(bank, 13)) == pytest.approx(shares)


def test_a_reading_tells_the_hue_that_the_fixture_has(bank: MockPinBank) -> None:
    light = GpioLight(bank, described("gpio-tunable-white", warm_pin=12, cool_pin=13))
    light.shine(LightLevel(30, temperature_k=2000))
    assert (light.reading().temperature_k, light.reading().colour) == (2700, None)
    light.shine(LightLevel(30, colour="#ff0000"))
    assert (light.reading().temperature_k, light.reading().colour) == (None, None)


def test_a_reading_is_of_the_pins_and_not_of_what_was_told(bank: MockPinBank) -> None:
    light = GpioLight(bank, described("gpio-rgb", **RGB))
    light.shine(LightLevel(60, colour="#ff00ff"))
    for pin in (12, 18):
        bank.factory().pin(pin).state = 0.3
    assert light.reading().level == 30


def test_only_what_changes_is_written(bank: MockPinBank) -> None:
    light = GpioLight(bank, described("gpio-rgb", **RGB))
    light.shine(LightLevel(50, colour="#ff0000"))
    bank.factory().pin(13).state = 0.9
    light.shine(LightLevel(60, colour="#ff0000"))
    assert level_of(bank, 13) == 0.9, "green was none before, and is none now"


@pytest.mark.parametrize("driver", KINDS)
def test_starts_at_its_boot_level(bank: MockPinBank, driver: str) -> None:
    light = GpioLight(bank, described(driver, **KINDS[driver], boot_level=25))
    assert light.reading().level == 25


@pytest.mark.parametrize(("fail_level", "left"), [(0, 0.0), (49, 0.0), (50, 1.0), (100, 1.0)])
def test_without_hardware_pwm_the_nearer_of_off_and_on_is_left(
    bank: MockPinBank, fail_level: float, left: float
) -> None:
    light = mono(bank, 17, fail_level=fail_level)
    light.shine(LightLevel(70))
    light.close()
    pin = bank.factory().pin(17)
    assert (pin.state, pin.function) == (left, "output")


def test_hardware_pwm_runs_on_at_the_fail_level(bank: MockPinBank) -> None:
    light = GpioLight(bank, described("gpio-rgb", **RGB, fail_level=40))
    light.shine(LightLevel(70, colour="#ff0000"))
    light.close()
    assert [level_of(bank, pin) for pin in (12, 13, 18)] == [0.4, 0.4, 0.4]


def test_a_closed_pin_is_free_for_another_device(bank: MockPinBank) -> None:
    mono(bank, 12, pwm="hardware").close()
    light = mono(bank, 12)
    light.shine(LightLevel(10))
    assert level_of(bank, 12) == 0.1
    light.close()
    assert level_of(bank, 12) == 0


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        (17, "GPIO 17 is given to two devices"),
        (99, "there is no GPIO 99: .* GPIO 0 to 27"),
        (-1, "there is no GPIO -1"),
    ],
)
def test_an_impossible_pin_is_named(bank: MockPinBank, pin: int, sentence: str) -> None:
    taken = mono(bank, 17)
    impossible = described("gpio-pwm", pin=1, pwm="software")
    with pytest.raises(DeviceConfigurationError, match=sentence):
        GpioLight(bank, type(impossible)(driver="gpio-pwm", zone="hall", pin=pin, pwm="software"))  # type: ignore[call-arg]
    taken.shine(LightLevel(10))
    assert level_of(bank, 17) == 0.1


def test_a_light_that_cannot_have_all_its_pins_takes_none(bank: MockPinBank) -> None:
    taken = mono(bank, 18)
    with pytest.raises(DeviceConfigurationError, match="GPIO 18 is given to two devices"):
        GpioLight(bank, described("gpio-rgb", **RGB, boot_level=50))
    assert [level_of(bank, pin) for pin in (12, 13)] == [0, 0]
    taken.close()
    GpioLight(bank, described("gpio-rgb", **RGB))


FLICKERS = "frequency_hz: light switched 1249 times a second flickers, .* take 3000 or more"
PINS = "GPIO 12, 13, 18 and 19 have it"


@pytest.mark.parametrize(
    ("driver", "options", "sentence"),
    [
        ("gpio-pwm", {"pin": 12, "frequency_hz": 1249}, FLICKERS),
        ("gpio-pwm", {"pin": 5, "frequency_hz": 1249, "pwm": "software"}, FLICKERS),
        ("gpio-pwm", {"pin": 5}, rf"pin: GPIO 5 has no hardware PWM, {PINS}: connect"),
        ("gpio-pwm", {"pin": 5, "indicator": True}, rf"pin: GPIO 5 has no hardware PWM, {PINS}"),
        ("gpio-rgb", {**RGB, "blue_pin": 20}, r"blue_pin: GPIO 20 .* pwm = \"software\""),
        ("gpio-rgb", {**RGB, "blue_pin": 12}, "blue_pin: GPIO 12 is taken by red_pin"),
        (
            "gpio-tunable-white",
            {"warm_pin": 12, "cool_pin": 13, "warm_k": 6500, "cool_k": 2700},
            r"warm_k: 6500 K is not warmer \(a smaller number\) than cool_k, 2700 K",
        ),
    ],
)
def test_what_would_do_harm_is_refused_before_a_pin_is_touched(
    bank: MockPinBank, driver: str, options: dict[str, Any], sentence: str
) -> None:
    refused = described(driver, **options)
    assert len(refused.problems()) == 1
    with pytest.raises(DeviceConfigurationError, match=sentence):
        GpioLight(bank, refused)


@pytest.mark.parametrize(
    "options",
    [
        {"pin": 12},
        {"pin": 19, "frequency_hz": 1250},
        {"pin": 5, "pwm": "software"},
        {"pin": 5, "pwm": "software", "frequency_hz": 100, "indicator": True},
        {"pin": 13, "frequency_hz": 50, "indicator": True},
    ],
)
def test_calm_light_and_indicators_are_taken(options: dict[str, Any]) -> None:
    assert described("gpio-pwm", **options).problems() == []


def test_each_light_claims_every_pin_that_it_uses() -> None:
    assert described("gpio-rgb", **RGB).claims() == ("GPIO 12", "GPIO 13", "GPIO 18")
    assert described("gpio-pwm", pin=12, chip=4).claims() == ("GPIO 12 of chip 4",)


def test_the_memory_of_shining_is_bounded(bank: MockPinBank) -> None:
    lights = [mono(bank, n % 25 + 2, chip=n // 25) for n in range(100)]
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
