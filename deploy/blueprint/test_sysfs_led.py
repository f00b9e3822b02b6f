"""The driver keeps the contract of every light. Run it beside a checkout of Stemning: README.md."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stemning_sysfs_led.light import LedOptions, SysfsLed

from devices.capabilities import Light
from devices.errors import DeviceConfigurationError
from scenes.fades import LightLevel
from tests.devices.contract_light import LightContract
from tests.devices.contract_page import PageContract


@pytest.fixture
def led(tmp_path: Path) -> Path:
    """A folder such as the kernel makes for an LED."""
    (tmp_path / "max_brightness").write_text("255\n")
    (tmp_path / "brightness").write_text("0\n")
    return tmp_path


def opened(led: Path, boot_level: float = 0.0, fail_level: float = 0.0) -> SysfsLed:
    options = LedOptions(
        driver="sysfs-led",
        zone="hall",
        path=str(led),
        boot_level=boot_level,
        fail_level=fail_level,
    )
    return SysfsLed("window", options)


class TestSysfsLed(LightContract):
    """What every light does."""

    @pytest.fixture
    def light(self, led: Path) -> Iterator[Light]:
        light = opened(led)
        yield light
        light.close()


class TestPage(PageContract):
    """What every driver's page tells."""

    kind = "lights"
    name = "sysfs-led"


def test_it_starts_at_its_boot_level_and_ends_at_its_fail_level(led: Path) -> None:
    light = opened(led, boot_level=20, fail_level=100)
    assert (led / "brightness").read_text() == "51"
    light.close()
    assert (led / "brightness").read_text() == "255"


def test_it_says_what_somebody_else_made_of_it(led: Path) -> None:
    light = opened(led)
    light.shine(LightLevel(40.0))
    (led / "brightness").write_text("255")
    assert light.reading().level == 100


def test_a_folder_that_is_no_led_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeviceConfigurationError, match="is no LED that can be written"):
        opened(tmp_path)
