"""The record of what mock pins did."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devices.drivers.gpio.pins import PinBank
from devices.drivers.gpio.pir import GpioPir
from devices.errors import DeviceConfigurationError
from scenes.fades import LightLevel
from tests.devices.lights import mono

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_change_is_a_line(tmp_path: Path) -> None:
    moments = iter(NOON + timedelta(milliseconds=n) for n in range(100))
    bank = PinBank.mock(record=tmp_path / "levels", now=lambda: next(moments))
    light = mono(bank, 17, chip=3)
    sensor = GpioPir(bank, 4)
    light.shine(LightLevel(42))
    light.shine(LightLevel(42))
    light.shine(LightLevel(100 / 3))
    light.shine(LightLevel(100))
    bank.drive(4, True)
    at = "2026-03-02T12:00:00"
    assert lines_of(tmp_path / "levels") == [
        {"at": f"{at}+00:00", "chip": 3, "pin": 17, "level": 0.42},
        {"at": f"{at}.001000+00:00", "chip": 3, "pin": 17, "level": 0.333333},
        {"at": f"{at}.002000+00:00", "chip": 3, "pin": 17, "level": 1.0},
        {"at": f"{at}.003000+00:00", "chip": 0, "pin": 4, "level": 1.0},
    ]
    sensor.close()
    bank.close()


def test_a_record_goes_on_after_a_restart(tmp_path: Path) -> None:
    for level in (10, 20):
        bank = PinBank.mock(record=tmp_path / "levels")
        light = mono(bank, 17)
        light.shine(LightLevel(level))
        light.close()
        bank.close()
    assert [line["level"] for line in lines_of(tmp_path / "levels")] == [0.1, 0.0, 0.2, 0.0]


def test_a_record_that_cannot_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviceConfigurationError, match=r"cannot write the record .*/none/levels"):
        PinBank.mock(record=tmp_path / "none" / "levels")


def test_a_full_disk_ends_the_record_and_not_the_light(caplog: pytest.LogCaptureFixture) -> None:
    # Every write to this device fails as on a full disk.
    bank = PinBank.mock(record=Path("/dev/full"))
    light = mono(bank, 17)
    for level in (10, 20):
        light.shine(LightLevel(level))
        assert light.reading().level == level
    assert caplog.text.count("No space left") == 1
    light.close()
    bank.close()
