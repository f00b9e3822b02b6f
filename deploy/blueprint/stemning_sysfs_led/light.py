"""A light that the kernel drives: dimmer chips, backlights and indicator lamps as Linux LEDs.

A blueprint: everything that a driver of your own has to do is here once, with its reason.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.errors import DeviceConfigurationError, DeviceRefusedError, DeviceUnavailableError
from devices.options import LightOptions
from scenes.fades import LightLevel
from scenes.messages import Reading

# A description completes the sentence "5 is no ...", which is what an installer reads who wrote 5.
LedFolder = Annotated[str, Meta(pattern=r"^/.+", description="folder of an LED, from the root on")]


class LedOptions(LightOptions, frozen=True, kw_only=True):
    """``sysfs-led``. Zone, group, boot level, fail level and lease come from `LightOptions`.

    Every field needs a type with a description, and a row in ``pages/sysfs-led.md``.
    """

    path: LedFolder

    def claims(self) -> tuple[str, ...]:
        # What no two devices may share. The configuration is refused when another one says the
        # same, so two lights never fight over one LED.
        return (f"LED {self.path}",)


class SysfsLed:
    """One white light, as ``devices.capabilities.Light`` describes it.

    Raises `DeviceConfigurationError`, from here alone, for what an installer has to mend.
    """

    def __init__(self, name: str, options: LedOptions) -> None:
        self._name = f"the light {name}"
        self._brightness = Path(options.path) / "brightness"
        self._fail_level = options.fail_level
        self._told: tuple[float, int] | None = None
        self._closed = False
        try:
            self._full = int((Path(options.path) / "max_brightness").read_text())
            # The boot level at once: the next thing that drives it may be a scene in a minute.
            self._write(options.boot_level)
        except (OSError, ValueError) as error:
            raise DeviceConfigurationError(
                f"{options.path} is no LED that can be written: {error}. "
                "Look into /sys/class/leds, and at who may write there"
            ) from error

    def shine(self, level: LightLevel) -> None:
        """Per cent of full output, at once; it has no colour. Saying it twice changes nothing."""
        if self._closed:
            raise DeviceUnavailableError(f"{self._name} is closed")
        # "not <=" also catches not-a-number.
        if not 0 <= level.level <= 100:
            raise DeviceRefusedError(f"{self._name} has levels of 0 to 100 %, not {level.level:g}")
        try:
            self._write(level.level)
        except OSError as error:
            # Worth trying again: the player does so after 1, 2, 4 ... 30 s.
            raise DeviceUnavailableError(f"{self._name} cannot be set: {error}") from error

    def reading(self) -> Reading:
        """What it really does, as the kernel says; a problem in words, never an exception."""
        if self._closed:
            return Reading(problem=f"{self._name} is closed")
        try:
            steps = int(self._brightness.read_text())
        except (OSError, ValueError) as error:
            return Reading(problem=f"{self._name} cannot be read: {error}")
        if self._told is not None and steps == self._told[1]:
            return Reading(level=self._told[0])  # as exact as its steps are
        return Reading(level=min(steps / self._full * 100, 100.0))

    def close(self) -> None:
        """Leave it at its fail level. May be called twice, and never raises."""
        if not self._closed:
            self._closed = True
            with suppress(OSError):
                self._write(self._fail_level)

    def _write(self, level: float) -> None:
        steps = round(level / 100 * self._full)
        self._brightness.write_text(str(steps))
        self._told = (level, steps)


def _make(options: LedOptions, surroundings: Surroundings) -> SysfsLed:
    # Surroundings also has the clocks, the MQTT bus of devices, and what devices share (pins).
    return SysfsLed(surroundings.name, options)


# Not inline: an LED behind an I2C chip makes a writer wait for the bus. So the player calls it on
# a thread of its own, and the other lights keep their beat.
LED = Driver(LedOptions, _make)
