"""The drivers' page names every driver, every option and its default."""

import inspect
import re
from pathlib import Path

import pytest

import devices
from devices.drivers.gpio.diffuser import GpioDiffuser
from devices.drivers.gpio.light import GpioLight
from devices.drivers.gpio.mock_pins import MockPinBank
from devices.drivers.gpio.pir import GpioPir
from devices.drivers.mpd import MpdPlayer
from devices.drivers.simulated.floor import SimulatedFloor
from devices.drivers.simulated.player import SimulatedPlayer

FOLDER = Path(devices.__file__).parent
PAGE = (FOLDER / "drivers" / "README.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
DRIVERS = [GpioLight, GpioDiffuser, GpioPir, MpdPlayer, SimulatedPlayer, SimulatedFloor]
WIRED = {"bank", "sensors", "atmosphere", "now", "clock"}
"""What the wiring gives a driver, not the configuration file."""


def options_of(driver: type) -> set[str]:
    return set(inspect.signature(driver).parameters) - WIRED


def documented(section: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.__name__)
def test_a_driver_has_a_section_with_its_options(driver: type) -> None:
    assert documented(SECTIONS[driver.__name__]) == options_of(driver)


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.__name__)
def test_the_defaults_are_those_of_the_code(driver: type) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", SECTIONS[driver.__name__], re.MULTILINE))
    for name, parameter in inspect.signature(driver).parameters.items():
        default = parameter.default
        if name in WIRED or default is inspect.Parameter.empty or default is None:
            continue
        shown = f"{default:g}" if isinstance(default, int | float) else str(default)
        shown = str(default).lower() if isinstance(default, bool) else shown
        assert re.search(rf"\b{re.escape(shown)}$", rows[name]), f"{name} is {shown} in the code"


def test_the_mock_pins_are_explained() -> None:
    (section,) = (text for heading, text in SECTIONS.items() if "mock pins" in heading)
    assert documented(section) == options_of(MockPinBank)


def test_every_driver_class_is_on_the_page() -> None:
    """A driver is a public class that can be closed and is not part of another."""
    parts = {"PinBank", "MockPinBank", "MockPin", "ChipPin", "LevelRecord", "DriveFifo"}
    parts |= {"ChipFactory", "Connection"}
    found = set()
    for path in (FOLDER / "drivers").rglob("*.py"):
        for name, body in re.findall(
            r"^class ([A-Z]\w+).*?:\n(.*?)(?=^\S|\Z)", path.read_text(), re.DOTALL | re.MULTILINE
        ):
            if "def close(" in body:
                found.add(name)
    assert found - parts == {driver.__name__ for driver in DRIVERS}


def test_the_model_is_told_with_the_numbers_of_the_code() -> None:
    from devices.drivers.simulated import shoppers

    page = (FOLDER / "drivers" / "simulated" / "README.md").read_text()
    for sense, liking in (("level", "LIGHT"), ("volume", "VOLUME"), ("intensity", "SCENT")):
        numbers = getattr(shoppers, liking)
        longer = round((2.718281828**numbers.gain - 1) * 100)
        row = f"| {sense} | {numbers.best:g} | {numbers.gain:g} | {longer} % longer |"
        assert row in page
    best = shoppers.Atmosphere(shoppers.LIGHT.best, shoppers.VOLUME.best, shoppers.SCENT.best)
    assert f"best possible one {shoppers.effect(best):.2f}" in page
    assert f"exp({shoppers.SPREAD:g} z)" in page
    assert f"{shoppers.ARRIVALS_BY_HOUR[9]:g} at nine" in page
