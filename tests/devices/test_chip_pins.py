"""Real pins: what is said where there is no chip, and what lgpio is asked to do where there is.

No test machine has a chip, so the calls into lgpio's C library are recorded at its border.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.capabilities import Device
from devices.drivers.gpio.chip_pins import ChipFactory
from devices.drivers.gpio.pins import PinBank
from devices.drivers.gpio.pir import GpioPir
from devices.errors import DeviceConfigurationError
from scenes.fades import LightLevel
from tests.devices.lights import mono
from tests.devices.recorded_lgpio import RecordedLgpio


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch) -> RecordedLgpio:
    recorded = RecordedLgpio()
    for name in (
        "gpiochip_open",
        "gpiochip_close",
        "gpio_claim_input",
        "gpio_claim_output",
        "gpio_claim_alert",
        "gpio_free",
        "gpio_get_mode",
        "gpio_read",
        "gpio_set_debounce_micros",
        "gpio_write",
        "tx_pwm",
    ):
        monkeypatch.setattr(f"lgpio.{name}", recorded.note(name))
    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", lambda: 0xA02082)
    return recorded


@pytest.fixture
def bank(lgpio: RecordedLgpio) -> Iterator[PinBank]:
    opened = PinBank.lgpio()
    yield opened
    opened.close()


def test_a_light_fades_in_fine_steps(bank: PinBank, lgpio: RecordedLgpio) -> None:
    light = mono(bank, 17, frequency_hz=2500, boot_level=1.25)
    light.shine(LightLevel(1.3))
    light.shine(LightLevel(29))
    duties = [call[1:] for call in lgpio.of("tx_pwm")]
    assert duties[-3:] == [
        (100, 17, 2500, pytest.approx(1.25)),
        (100, 17, 2500, pytest.approx(1.3)),
        (100, 17, 2500, pytest.approx(29)),
    ]
    assert light.reading().level == 29
    light.close()


@pytest.mark.parametrize(("fail_level", "held"), [(0, False), (100, True)])
def test_a_closed_light_holds_its_fail_level(
    bank: PinBank, lgpio: RecordedLgpio, fail_level: float, held: bool
) -> None:
    light = mono(bank, 17, fail_level=fail_level)
    light.shine(LightLevel(30))
    light.close()
    assert lgpio.of("tx_pwm", "gpio_write")[-2:] == [
        ("tx_pwm", 100, 17, 0, 0),
        ("gpio_write", 100, 17, held),
    ]
    assert lgpio.outputs == {(100, 17)}


def test_the_same_number_on_two_chips_is_two_pins(bank: PinBank, lgpio: RecordedLgpio) -> None:
    lights = [mono(bank, 17, chip=chip) for chip in (0, 1)]
    for light, level in zip(lights, (20, 40), strict=True):
        light.shine(LightLevel(level))
    assert [light.reading().level for light in lights] == [20, 40]
    assert [call[1] for call in lgpio.of("gpiochip_open")] == [0, 1]
    for light in lights:
        light.close()


def test_a_sensor_is_watched_by_the_kernel(bank: PinBank, lgpio: RecordedLgpio) -> None:
    threads = threading.active_count()
    sensor = GpioPir(bank, 4)
    told: list[bool] = []
    sensor.watch(told.append)
    assert [call[1:3] for call in lgpio.of("gpio_claim_alert")] == [(100, 4)]
    assert threading.active_count() == threads
    pin = bank.factory().pin(4)
    for level in (1, 1, 0):
        pin._call_when_changed(100, 4, level, 123_000_000_000)
    assert told == [True, False]
    sensor.close()
    assert lgpio.calls[-1][:3] == ("gpio_claim_input", 100, 4)


def test_a_bank_closes_its_devices_before_the_chip(bank: PinBank, lgpio: RecordedLgpio) -> None:
    devices: list[Device] = [mono(bank, 17), GpioPir(bank, 4)]
    bank.close()
    assert lgpio.calls[-1] == ("gpiochip_close", 100)
    bank.close()
    for device in devices:
        device.close()
        assert device.reading().problem


def test_a_line_that_another_program_holds(bank: PinBank, monkeypatch: pytest.MonkeyPatch) -> None:
    import lgpio as library

    def busy(*arguments: Any) -> None:
        raise library.error("GPIO busy")

    monkeypatch.setattr("lgpio.gpio_claim_input", busy)
    with pytest.raises(
        DeviceConfigurationError, match=r"GPIO 17 cannot be used: .*busy.* another program"
    ):
        mono(bank, 17)


def test_a_machine_that_is_no_pi(lgpio: RecordedLgpio, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpiozero.exc import PinUnknownPi

    def unknown(factory: ChipFactory) -> int:
        raise PinUnknownPi("no revision")

    monkeypatch.setattr(ChipFactory, "_get_revision", unknown)
    with pytest.raises(DeviceConfigurationError, match=r"no Raspberry Pi.* set the pins to mock"):
        mono(PinBank.lgpio(), 17)


def test_a_chip_that_is_not_there_is_named() -> None:
    with pytest.raises(
        DeviceConfigurationError, match=r"cannot open /dev/gpiochip15: there is no such chip"
    ):
        mono(PinBank.lgpio(), 17, chip=15)


def test_lgpio_leaves_nothing_behind() -> None:
    """It would leave a pipe in the working directory, and move the process to its own."""
    PinBank.lgpio()
    assert not list(Path.cwd().glob(".lgd-nfy*"))
    assert "LG_WD" not in os.environ
