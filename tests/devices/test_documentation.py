"""What the simulated floor's page says is what the code does."""

import inspect
import re
from pathlib import Path

import devices
from devices.drivers.gpio.mock_pins import MockPinBank
from devices.drivers.simulated.floor import SimulatedFloor

FOLDER = Path(devices.__file__).parent
PAGE = (FOLDER / "drivers" / "README.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
WIRED = {"sensors", "atmosphere", "now"}
"""What the wiring gives, not the configuration file."""


def documented(section: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_the_floors_options_are_told() -> None:
    told = documented(SECTIONS["simulated floor"])
    assert told == set(inspect.signature(SimulatedFloor).parameters) - WIRED


def test_the_mock_pins_are_explained() -> None:
    (section,) = (text for heading, text in SECTIONS.items() if "mock pins" in heading)
    assert documented(section) == set(inspect.signature(MockPinBank).parameters) - WIRED


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
