"""Wiring with the real drivers: what is named is opened, and closed again whatever happens."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from devices.bus import MessageBus
from devices.errors import DeviceError
from edge.config import Config, read_config
from edge.guarding import Guarding
from edge.wiring import inventory, open_devices
from scenes.fades import LightLevel
from tests.edge.fake_time import FakeClock

BASE = """
store = "nordic"
edge = "ceiling"
[pins]
factory = "mock"
record = "{record}"
"""
EVERYTHING = (
    BASE
    + """
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "hall"
boot_level = 20
fail_level = 100
[players.music]
driver = "simulated"
zone = "hall"
[players.server]
driver = "mpd"
zone = "hall"
[diffusers.scent]
driver = "gpio-relay"
pin = 17
zone = "hall"
fragrance = "linen"
active_high = false
[sensors.door]
driver = "gpio-pir"
pin = 5
zone = "cellar"
[floor]
driver = "simulated"
speed = 100
"""
)


def config(text: str, tmp_path: Path) -> Config:
    return read_config(tomllib.loads(text.format(record=tmp_path / "pins.jsonl")))


def nothing(_zone: str) -> tuple[float, float, float]:
    return 0.0, 0.0, 0.0


def no_bus() -> MessageBus:
    raise AssertionError("nothing here talks over the bus")


def levels(tmp_path: Path) -> list[str]:
    return (tmp_path / "pins.jsonl").read_text().splitlines()


def test_every_driver_is_opened_and_closed(tmp_path: Path) -> None:
    described, clock = config(EVERYTHING, tmp_path), FakeClock()
    scent_of = Guarding(described, tmp_path, clock).scent
    devices = open_devices(described, clock, nothing, no_bus, scent=scent_of)
    (window,), (scent,), (door,) = devices.lights, devices.diffusers, devices.sensors
    assert [wired.name for wired in devices.players] == ["music", "server"]
    assert devices.floor is not None
    assert window.device.reading().level == 20
    assert scent.device.reading().fragrance == "linen"
    assert door.device.reading().present is False
    window.device.shine(LightLevel(75))
    assert window.device.reading().level == 75
    with pytest.raises(DeviceError, match="the guard does not answer: no scent"):
        scent.device.burst(1)
    devices.close()
    assert '"pin": 12, "level": 1.0}' in levels(tmp_path)[-1], "the fail level"
    assert not any('"pin": 17' in line for line in levels(tmp_path)), "the guard's pin"


def test_a_light_that_is_left_stays_as_it_is(tmp_path: Path) -> None:
    devices = open_devices(config(EVERYTHING, tmp_path), FakeClock(), nothing, no_bus)
    (window,) = devices.lights
    window.device.shine(LightLevel(75))
    devices.left.add(window.name)
    devices.close()
    assert window.device.reading().level == 75
    assert not any('"pin": 12, "level": 1.0}' in line for line in levels(tmp_path))
    devices.left.clear()
    window.device.close()


def test_without_the_guard_nobody_gets_a_diffuser(tmp_path: Path) -> None:
    devices = open_devices(config(EVERYTHING, tmp_path), FakeClock(), nothing, no_bus)
    assert devices.diffusers == ()
    devices.close()


def test_the_inventory_needs_nothing_opened(tmp_path: Path) -> None:
    found = inventory(config(EVERYTHING, tmp_path))
    assert {name: (info.kind, info.zone) for name, info in found.items()} == {
        "window": ("light", "hall"),
        "music": ("player", "hall"),
        "server": ("player", "hall"),
        "scent": ("diffuser", "hall"),
        "door": ("sensor", "cellar"),
    }
    assert found["window"].group == "all"
    assert (found["door"].sensor_type, found["window"].sensor_type) == ("pir", None)
    assert not (tmp_path / "pins.jsonl").exists()


def test_a_failure_closes_what_was_opened(tmp_path: Path) -> None:
    text = EVERYTHING.replace("pin = 5", "pin = 2")  # that one has a pull-up on the board
    with pytest.raises(DeviceError, match="GPIO 2"):
        open_devices(config(text, tmp_path), FakeClock(), nothing, no_bus)
    assert '"pin": 12, "level": 1.0}' in levels(tmp_path)[-1]
    again = open_devices(config(EVERYTHING, tmp_path), FakeClock(), nothing, no_bus)
    again.close()


def test_real_pins_without_a_pi_are_refused_in_words(tmp_path: Path) -> None:
    text = 'store = "s"\nedge = "e"\n[lights.l]\ndriver = "gpio-pwm"\npin = 12\nzone = "z"\n'
    with pytest.raises(DeviceError, match=r"(?i)\bpi\b|lgpio"):
        open_devices(read_config(tomllib.loads(text)), FakeClock(), nothing, no_bus)


@pytest.mark.parametrize(
    ("table", "loaded", "not_loaded"),
    [
        ('[players.m]\ndriver="simulated"\nzone="z"', "simulated.player", ["gpiozero", "mpd"]),
        ('[players.m]\ndriver="mpd"\nzone="z"', "mpd.player", ["gpiozero", "simulated"]),
        (
            '[pins]\nfactory="mock"\n[lights.l]\ndriver="gpio-pwm"\npin=12\nzone="z"',
            "gpio.light",
            ["lgpio", "mpd"],
        ),
    ],
)
def test_only_what_is_named_is_imported(table: str, loaded: str, not_loaded: list[str]) -> None:
    text = f'store="s"\nedge="e"\n{table}\n'
    script = (
        "import sys, tomllib\n"
        "from edge.clock import SystemClock\n"
        "from edge.config import read_config\n"
        "from edge.wiring import open_devices\n"
        f"config = read_config(tomllib.loads({text!r}))\n"
        "open_devices(config, SystemClock(), lambda zone: (0, 0, 0), None).close()\n"
        "print(*sys.modules, sep='\\n')"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    modules = set(shown.stdout.split())
    assert f"devices.drivers.{loaded}" in modules
    for name in not_loaded:
        assert name not in modules
        assert f"devices.drivers.{name}" not in modules
    assert "paho.mqtt.client" not in modules, "the link comes after the first light"
