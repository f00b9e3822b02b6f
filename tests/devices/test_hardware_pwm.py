"""Hardware PWM: what is asked of the kernel, and what is said where it refuses.

No test machine has such hardware, so its kernel is played at the border: files in a directory,
laid out as in /sys/class/pwm, and the rules by which the kernel takes what is written to them.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.gpio import hardware_pwm
from devices.drivers.gpio.hardware_pwm import HardwarePwm
from devices.drivers.gpio.light import GpioLight
from devices.drivers.gpio.pins import LIBRARY_FAILURES, PinBank
from devices.errors import DeviceConfigurationError, DeviceUnavailableError
from scenes.fades import LightLevel
from tests.devices.lights import described

PERIOD_NS = 333_333  # 3 kHz


class Kernel:
    """A PWM chip as the kernel shows it; ``written`` is what it was told, in order."""

    def __init__(self, root: Path, device: str, channels: int, chip: int = 0) -> None:
        self.chip = root / f"pwmchip{chip}"
        self.chip.mkdir(parents=True)
        (root / "devices" / device).mkdir(parents=True)
        (self.chip / "device").symlink_to(root / "devices" / device)
        self.channels = channels
        self.written: list[tuple[str, int]] = []

    def channel(self, number: int, period_ns: int, duty_ns: int, enable: int) -> Path:
        """A channel that somebody exported before."""
        path = self.chip / f"pwm{number}"
        path.mkdir()
        for name, value in (("period", period_ns), ("duty_cycle", duty_ns), ("enable", enable)):
            (path / name).write_text(f"{value}\n")
        return path

    def number(self, path: Path) -> int:
        return int(path.read_text())

    def write(self, path: Path, text: str) -> None:
        """What the kernel does with a write: `OSError` where it would refuse."""
        value = int(text)
        self.written.append((str(path.relative_to(self.chip)), value))
        if path.name == "export":
            if value >= self.channels:
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
            self.channel(value, 0, 0, 0)
            return
        after = {name: self.number(path.parent / name) for name in ("period", "duty_cycle")}
        after[path.name] = value
        if after["duty_cycle"] > after["period"]:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        path.write_text(f"{value}\n")


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """A Pi 5's, whose fan has a chip of its own with a lower number."""
    Kernel(tmp_path, "1f0009c000.pwm", 4, chip=0)
    played = Kernel(tmp_path, "1f00098000.pwm", 4, chip=1)
    monkeypatch.setattr(hardware_pwm, "write_file", played.write)
    return played


def no_chip(number: int) -> None:
    raise AssertionError("hardware PWM needs no GPIO chip")


def bank_on(kernel: Kernel, pause: Callable[[float], None] = lambda _: None) -> PinBank:
    return PinBank(no_chip, LIBRARY_FAILURES, HardwarePwm(kernel.chip.parent, pause))


def shares(kernel: Kernel) -> dict[str, float]:
    """What each channel puts out."""
    return {
        path.name: kernel.number(path / "duty_cycle") / kernel.number(path / "period")
        for path in sorted(kernel.chip.glob("pwm*"))
        if kernel.number(path / "enable")
    }


def test_a_light_starts_at_its_boot_level_and_never_above(kernel: Kernel) -> None:
    light = GpioLight(bank_on(kernel), described("gpio-pwm", pin=13, boot_level=25))
    assert kernel.written == [
        ("export", 1),
        ("pwm1/period", PERIOD_NS),
        ("pwm1/duty_cycle", 83_333),
        ("pwm1/enable", 1),
    ]
    assert light.reading().level == pytest.approx(25, abs=0.001)


def test_each_colour_has_its_channel_on_a_pi_5(kernel: Kernel) -> None:
    options = described("gpio-rgbw", red_pin=12, green_pin=13, blue_pin=18, white_pin=19)
    light = GpioLight(bank_on(kernel), options)
    light.shine(LightLevel(50, colour="#ffbc00"))
    assert shares(kernel) == pytest.approx(
        {"pwm0": 0.5, "pwm1": 0.25, "pwm2": 0, "pwm3": 0}, abs=0.005
    )
    light.shine(LightLevel(60))
    assert shares(kernel) == pytest.approx({"pwm0": 0, "pwm1": 0, "pwm2": 0, "pwm3": 0.6}, abs=1e-5)


def test_two_pins_of_an_older_pi_share_a_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Kernel(tmp_path, "fe20c000.pwm", 2)
    monkeypatch.setattr(hardware_pwm, "write_file", older.write)
    bank = bank_on(older)
    first = GpioLight(bank, described("gpio-pwm", pin=12))
    with pytest.raises(DeviceConfigurationError, match=r"GPIO 18 has the same .* as GPIO 12 on th"):
        GpioLight(bank, described("gpio-pwm", pin=18))
    GpioLight(bank, described("gpio-pwm", pin=19, boot_level=10))
    first.close()
    GpioLight(bank, described("gpio-pwm", pin=18)).shine(LightLevel(40))
    assert shares(older) == pytest.approx({"pwm0": 0.4, "pwm1": 0.1}, abs=1e-5)


@given(
    period_ns=st.integers(100_000, 20_000_000),
    was=st.floats(0, 1),
    boot_level=st.floats(0, 100),
)
def test_a_restart_takes_a_running_channel_over_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, period_ns: int, was: float, boot_level: float
) -> None:
    """No moment in the dark, and no step: whoever takes it over goes on from there."""
    kernel = Kernel(tmp_path_factory.mktemp("pwm"), "3f20c000.pwm", 2)
    kernel.channel(0, period_ns, round(period_ns * was), 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hardware_pwm, "write_file", kernel.write)
        options = described("gpio-pwm", pin=18, boot_level=boot_level)
        light = GpioLight(bank_on(kernel), options)
        assert light.reading().level == pytest.approx(was * 100, abs=0.01)
        written = dict(kernel.written)
        light.shine(LightLevel(boot_level))
    assert written.keys() == {"pwm0/duty_cycle", "pwm0/period"}
    assert written["pwm0/duty_cycle"] == pytest.approx(PERIOD_NS * was, abs=5)
    assert shares(kernel)["pwm0"] == pytest.approx(boot_level / 100, abs=1e-5)


def test_the_hardware_is_left_running_at_the_fail_level(kernel: Kernel) -> None:
    bank = bank_on(kernel)
    light = GpioLight(bank, described("gpio-pwm", pin=12, fail_level=35))
    light.shine(LightLevel(90))
    bank.close()
    assert shares(kernel) == pytest.approx({"pwm0": 0.35}, abs=1e-5)
    with pytest.raises(DeviceUnavailableError, match="the light on GPIO 12 is closed"):
        light.shine(LightLevel(10))


def test_a_reading_is_what_the_kernel_says(kernel: Kernel) -> None:
    light = GpioLight(bank_on(kernel), described("gpio-pwm", pin=12))
    light.shine(LightLevel(80))
    (kernel.chip / "pwm0" / "duty_cycle").write_text(f"{PERIOD_NS // 2}\n")
    assert light.reading().level == pytest.approx(50, abs=0.001)
    (kernel.chip / "pwm0" / "enable").write_text("0\n")
    assert light.reading().level == 0
    (kernel.chip / "pwm0" / "duty_cycle").unlink()
    (kernel.chip / "pwm0" / "enable").write_text("1\n")
    assert "the light on GPIO 12 cannot be read" in (light.reading().problem or "")


def test_a_light_that_fails_is_named_and_set_again_later(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    light = GpioLight(bank_on(kernel), described("gpio-pwm", pin=12))

    def broken(path: Path, text: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(hardware_pwm, "write_file", broken)
    for _ in range(2):
        with pytest.raises(DeviceUnavailableError, match=r"the light on GPIO 12 cannot be set: "):
            light.shine(LightLevel(60))
    assert light.reading().level == 0
    monkeypatch.setattr(hardware_pwm, "write_file", kernel.write)
    light.shine(LightLevel(60))
    assert light.reading().level == pytest.approx(60, abs=0.001)


def test_a_new_channel_is_waited_for_until_its_user_may_write_it(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[bool] = []
    monkeypatch.setattr(os, "access", lambda path, mode: len(allowed) >= 3)
    light = GpioLight(
        bank_on(kernel, lambda _: allowed.append(True)), described("gpio-pwm", pin=12)
    )
    assert len(allowed) == 3
    assert light.reading().level == 0


def refusing(code: int) -> Callable[[Path, str], None]:
    def refuse(path: Path, text: str) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EACCES, r"this user may not set the PWM of GPIO 12 .*group gpio"),
        (errno.EBUSY, r"the PWM of GPIO 12 cannot be used: .*busy.*dtparam=audio=off"),
    ],
)
def test_what_the_kernel_refuses_is_told(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    monkeypatch.setattr(hardware_pwm, "write_file", refusing(code))
    bank = bank_on(kernel)
    for _ in range(2):
        with pytest.raises(DeviceConfigurationError, match=sentence):
            GpioLight(bank, described("gpio-pwm", pin=12))


def test_a_machine_without_is_told_the_line_that_is_missing(tmp_path: Path) -> None:
    pwm = HardwarePwm(tmp_path)
    with pytest.raises(DeviceConfigurationError, match=r"add dtoverlay=pwm-2chan,pin=12.*config"):
        pwm.open(12, 3000, 0)
    with pytest.raises(DeviceConfigurationError, match=r"GPIO 5 has no .*: GPIO 12, 13, 18 and 19"):
        pwm.open(5, 3000, 0)


def test_the_kernels_files_are_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "duty_cycle"
    file.write_text("")
    hardware_pwm.write_file(file, "12345")
    assert file.read_text() == "12345"
    with pytest.raises(OSError, match="No such file"):
        hardware_pwm.write_file(tmp_path / "absent", "1")
