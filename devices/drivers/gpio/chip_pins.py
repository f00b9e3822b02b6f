"""Real pins through lgpio, where gpiozero's own lgpio pins would do harm.

Importing this module imports lgpio, which starts a thread: only `PinBank.lgpio` does so.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from pathlib import Path
from threading import Lock
from typing import Any

from devices.drivers.gpio.hardware_pwm import HardwarePwm
from devices.drivers.gpio.pins import LIBRARY_FAILURES, PinBank
from devices.errors import DeviceConfigurationError


def _import_lgpio() -> Any:  # noqa: ANN401 - lgpio has no types
    """Import lgpio, which makes a pipe in its working directory and changes into it.

    An agent's directory may be read-only and its relative paths must stay true, so lgpio gets
    a directory of its own for that moment; afterwards it needs the open pipe only.
    """
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="stemning-lgpio-") as directory:
        os.environ.setdefault("LG_WD", directory)
        try:
            import lgpio  # noqa: PLC0415
        except ImportError as error:
            raise DeviceConfigurationError(
                "lgpio, which drives a Pi's pins, is not installed: install Stemning with its "
                "extra edge from your checkout or wheel: pip install '/path/to/stemning[edge]'"
            ) from error
        finally:
            os.chdir(before)
            if os.environ.get("LG_WD") == directory:
                del os.environ["LG_WD"]
    return lgpio


lgpio: Any = _import_lgpio()

# gpiozero imports lgpio itself, so it has to come second.
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin  # noqa: E402


class ChipPin(LGPIOPin):  # type: ignore[misc] # gpiozero has no types
    """An lgpio pin without start-up pulse, with fine PWM, and that is never left floating."""

    _pwm: tuple[float, float] | None  # hertz, per cent

    def output_with_state(self, state: float) -> None:
        """Become an output at ``state`` in one step.

        Claiming first and setting then, a relay that is active when low would pulse at start.
        """
        lgpio.gpio_claim_output(self.factory.handle, self._number, int(bool(state)))

    def _set_state(self, value: float) -> None:
        if self._pwm is None:
            super()._set_state(value)
            return
        # In whole per cents, as gpiozero does it, a dim fade would be seen in steps.
        self._pwm = (self._pwm[0], value * 100)
        lgpio.tx_pwm(self.factory.handle, self._number, *self._pwm)

    def _set_frequency(self, value: float | None) -> None:
        """Start, change or (None) end PWM; at its end the pin holds the nearer of low and high."""
        held = None if value or self._pwm is None else self._pwm[1] >= 50
        super()._set_frequency(value)
        if held is not None:
            lgpio.gpio_write(self.factory.handle, self._number, held)

    def close(self) -> None:
        """Stop watching an input; leave an output driven at its last level.

        Turned into an input it would float, and a relay's opto-coupler may see that as "on".
        """
        if self.factory.handle is None:
            return
        self.when_changed = None
        if self.function == "input":
            super().close()


class ChipFactory(LGPIOFactory):  # type: ignore[misc] # gpiozero has no types
    """The pins of one /dev/gpiochip, apart from those of any other chip."""

    def __init__(self, chip: int) -> None:
        super().__init__(chip=chip)
        self.pin_class = ChipPin
        # gpiozero shares these among all local factories, so GPIO 5 of two chips would be one.
        self.pins: dict[Any, ChipPin] = {}
        self._reservations: dict[Any, list[Any]] = defaultdict(list)
        self._res_lock = Lock()

    @property
    def handle(self) -> int | None:
        """The open chip's handle for lgpio, None after `close`."""
        handle: int | None = self._handle
        return handle


def chip_pin_bank() -> PinBank:
    """A bank of this machine's real pins."""
    return PinBank(_open_chip, (*LIBRARY_FAILURES, lgpio.error), HardwarePwm())


def _open_chip(chip: int) -> ChipFactory:
    try:
        return ChipFactory(chip)
    except lgpio.error as error:
        raise DeviceConfigurationError(_why_not(Path(f"/dev/gpiochip{chip}"), error)) from error


def _why_not(device: Path, error: Exception) -> str:
    if not device.exists():
        return (
            f"cannot open {device}: there is no such chip on this machine. On a Pi see "
            "'ls /dev/gpiochip*' (a Pi 5 with an older kernel has its header on chip 4); "
            "without a Pi, set the pins to mock"
        )
    if not os.access(device, os.R_OK | os.W_OK):
        return f"cannot open {device}: this user may not. Add the agent's user to the group gpio"
    return f"cannot open {device}: {error}"
