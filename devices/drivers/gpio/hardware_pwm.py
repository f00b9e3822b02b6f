"""The Pi's hardware PWM, through the kernel's files below /sys/class/pwm.

The library rpi-hardware-pwm does the same, but has to be told the number of the chip (which
changes with the kernel), puts a light out each time it opens it, and doesn't wait until udev
has given a channel's files to the group gpio.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from devices.drivers.gpio.pwm import HARDWARE_PINS, PwmOutput
from devices.errors import DeviceConfigurationError, DeviceUnavailableError

CLASS = Path("/sys/class/pwm")

PI_1_TO_4 = {12: 0, 18: 0, 13: 1, 19: 1}
PI_5 = {12: 0, 13: 1, 18: 2, 19: 3}
CHANNELS = {
    "2020c000.pwm": PI_1_TO_4,
    "3f20c000.pwm": PI_1_TO_4,
    "fe20c000.pwm": PI_1_TO_4,
    "1f00098000.pwm": PI_5,
}
"""Pin to channel, by the kernel's name of the device: the chips' own numbers change."""

OVERLAY = "dtoverlay=pwm-2chan,pin=12,func=4,pin2=13,func2=4"

PAUSE_S, PAUSES = 0.02, 100
"""udev gives a new channel to the group gpio some milliseconds after it appeared."""


class HardwarePwm:
    """The PWM channels of this Pi, each for one light; ``root`` holds the kernel's files."""

    def __init__(self, root: Path = CLASS, pause: Callable[[float], None] = time.sleep) -> None:
        self._root = root
        self._pause = pause
        self._taken: dict[Path, int] = {}

    def open(self, pin: int, frequency_hz: float, share: float) -> PwmOutput:
        """Switch a pin ``frequency_hz`` times a second, ``share`` of the time high.

        A channel that runs already (from before a restart, or after a crash) keeps the share that
        it has until it is told another: whoever takes it over can go on from there. Raises
        `DeviceConfigurationError` in a technician's words.
        """
        path = self._channel(pin)
        if path in self._taken:
            raise DeviceConfigurationError(
                f"GPIO {pin} has the same PWM channel as GPIO {self._taken[path]} on this Pi, so "
                "both would shine alike: GPIO 12 and 18 share one and GPIO 13 and 19 the other. "
                'A Pi 5 has four channels; on this one, take sACN or pwm = "software"'
            )
        try:
            self._export(path)
            channel = _Channel(path, frequency_hz, share, lambda: self._taken.pop(path, None))
        except PermissionError as error:
            raise DeviceConfigurationError(
                f"this user may not set the PWM of GPIO {pin} ({path}): add the agent's user to "
                "the group gpio"
            ) from error
        except OSError as error:
            raise DeviceConfigurationError(
                f"the PWM of GPIO {pin} cannot be used: {error}. Look for another program that "
                "holds it; a Pi's headphone output does (dtparam=audio=off)"
            ) from error
        self._taken[path] = pin
        return channel

    def _channel(self, pin: int) -> Path:
        if pin not in HARDWARE_PINS:
            raise DeviceConfigurationError(f"GPIO {pin} has no hardware PWM: {pins_that_have()}")
        for chip in sorted(self._root.glob("pwmchip*")):
            channels = CHANNELS.get((chip / "device").resolve().name)
            if channels is not None:
                return chip / f"pwm{channels[pin]}"
        raise DeviceConfigurationError(
            f"the kernel offers no hardware PWM for GPIO {pin}. On a Pi, add {OVERLAY} to "
            "/boot/firmware/config.txt and start it anew; without a Pi, set the pins to mock"
        )

    def _export(self, path: Path) -> None:
        """Ask the kernel for a channel's files, and wait until this user may write them."""
        if not path.exists():
            write_file(path.parent / "export", path.name.removeprefix("pwm"))
        for _ in range(PAUSES):
            if all(os.access(path / name, os.W_OK) for name in ("period", "duty_cycle", "enable")):
                return
            self._pause(PAUSE_S)


def pins_that_have() -> str:
    """Where to connect a light instead."""
    *most, last = HARDWARE_PINS
    return f"GPIO {', '.join(map(str, most))} and {last} have it"


class _Channel:
    """One channel; it runs on after `close` and after the process, which is what is wanted."""

    def __init__(
        self, path: Path, frequency_hz: float, share: float, closed: Callable[[], object]
    ) -> None:
        self._path = path
        self._period_ns = round(1e9 / frequency_hz)
        self._closed = closed
        duty_ns = self._duty_ns(self._running(share))
        # No moment without light, and the kernel takes no period shorter than the duty.
        if self._period_ns >= self._number("duty_cycle"):
            write_file(path / "period", str(self._period_ns))
            write_file(path / "duty_cycle", str(duty_ns))
        else:
            write_file(path / "duty_cycle", str(duty_ns))
            write_file(path / "period", str(self._period_ns))
        if not self._number("enable"):
            write_file(path / "enable", "1")

    def write(self, share: float) -> None:
        try:
            write_file(self._path / "duty_cycle", str(self._duty_ns(share)))
        except OSError as error:
            raise DeviceUnavailableError(str(error)) from error

    def read(self) -> float:
        try:
            if not self._number("enable"):
                return 0.0
            return self._number("duty_cycle") / self._number("period")
        except (OSError, ValueError, ZeroDivisionError) as error:
            raise DeviceUnavailableError(str(error)) from error

    def close(self, share: float) -> None:
        self._closed()
        try:
            self.write(share)
        except DeviceUnavailableError:
            # Closing never raises: the others have to be closed too.
            return

    def _running(self, share: float) -> float:
        """The share that it has already; ``share`` if it doesn't run."""
        period_ns = self._number("period")
        if not self._number("enable") or not period_ns:
            return share
        return self._number("duty_cycle") / period_ns

    def _duty_ns(self, share: float) -> int:
        return round(self._period_ns * share)

    def _number(self, name: str) -> int:
        return int((self._path / name).read_text())


def write_file(path: Path, text: str) -> None:
    """Write a file of the kernel's in one call, as it wants it; `OSError` if it refuses."""
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
