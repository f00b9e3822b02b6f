"""Mock pins: gpiozero's own, with a bounded history, a record, and a way to wave at sensors."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from gpiozero.pins.mock import MockFactory, MockPWMPin

from devices.capabilities import Device
from devices.drivers.gpio.drive_fifo import DriveFifo
from devices.drivers.gpio.level_record import LevelRecord
from devices.drivers.gpio.pins import LIBRARY_FAILURES, PinBank, pin_name
from devices.drivers.gpio.pwm import PinPwm, Pwm, PwmOutput
from devices.errors import DeviceConfigurationError

HISTORY = 256
"""So many levels a mock pin remembers in memory."""

PI_3B = "a02082"


def utc_now() -> datetime:
    """The instant now, aware and in UTC."""
    return datetime.now(UTC)


class MockPin(MockPWMPin):  # type: ignore[misc] # gpiozero has no types
    """A mock pin that behaves as `ChipPin` does, and tells of each change of its level."""

    states: deque[tuple[float, float]]
    runs_on = False
    """Whether its PWM goes on after `close`, as hardware PWM does."""
    _frequency: float | None

    def clear_states(self) -> None:
        """Forget the history; it is bounded, where gpiozero's own would grow for ever."""
        super().clear_states()
        self.states = deque(self.states, maxlen=HISTORY)

    def close(self) -> None:
        """Stop watching an input; leave an output at its last level, as a real pin does."""
        self.when_changed = None
        self.frequency = None
        if self._function == "input":
            super().close()

    def _set_frequency(self, value: float | None) -> None:
        ends = self._frequency and not value and not self.runs_on
        held = float(self._state >= 0.5) if ends else None
        self._frequency = value
        if held is not None:
            self._change_state(held)

    def _change_state(self, value: float) -> bool:
        changed = bool(super()._change_state(value))
        if changed:
            self.factory.changed(self._number, float(value))
        return changed


class MockChip(MockFactory):  # type: ignore[misc] # gpiozero has no types
    """One chip of mock pins, numbered as a Pi 3's."""

    def __init__(self, chip: int, record: LevelRecord | None) -> None:
        # Both named, or gpiozero would take them from the environment.
        super().__init__(revision=PI_3B, pin_class=MockPin)
        self._chip = chip
        self._record = record

    def changed(self, pin: int, level: float) -> None:
        """Take note of a pin's new level (0.0 to 1.0)."""
        if self._record is not None:
            self._record.write(self._chip, pin, level)


class MockPinBank(PinBank):
    """Pins made of memory: what a developer without a Pi, a demo or a test uses.

    ``record`` names a file that gets a JSON line for each change of a pin's level. ``drive``
    names a pipe, made by the bank, for moving input pins from outside: ``echo "17 1" > PIPE``
    lets somebody come into view of the sensor on GPIO 17, ``echo "1/17 0" > PIPE`` leave that
    on GPIO 17 of chip 1.
    """

    def __init__(
        self, record: Path | None, drive: Path | None, now: Callable[[], datetime]
    ) -> None:
        self._record = None if record is None else LevelRecord(record, now)
        super().__init__(lambda chip: MockChip(chip, self._record), LIBRARY_FAILURES)
        self._driving = RLock()
        self._fifo = None if drive is None else DriveFifo(drive, self.drive)

    def open_pwm(self, owner: Device, pin: int, pwm: Pwm, share: float) -> PwmOutput:
        """As `PinBank.open_pwm`; hardware PWM is a mock pin too, and runs on when closed."""
        output = super().open_pwm(owner, pin, pwm, share)
        assert isinstance(output, PinPwm)  # noqa: S101 - this bank has no PWM hardware
        output.device.pin.runs_on = pwm.hardware
        return output

    def drive(self, pin: int, high: bool, chip: int = 0) -> None:
        """Put a level on an input pin from outside, as a sensor would.

        Raises `DeviceConfigurationError` when no input is on that pin.
        """
        with self._driving:
            mock_pin = self._input(pin, chip)
            if mock_pin is None:
                raise DeviceConfigurationError(f"no sensor is on {pin_name(pin, chip)}")
            if high:
                mock_pin.drive_high()
            else:
                mock_pin.drive_low()

    def _input(self, pin: int, chip: int) -> MockPin | None:
        """The mock pin, if a device uses it as an input."""
        if chip not in self._factories:
            return None
        pins = self._factories[chip].pins
        for info, mock_pin in pins.items():
            if info.name == f"GPIO{pin}" and mock_pin.when_changed is not None:
                return mock_pin  # type: ignore[no-any-return] # gpiozero has no types
        return None

    def close(self) -> None:
        """Let go of the chips, the pipe and the record. May be called twice."""
        if self._fifo is not None:
            self._fifo.close()
        super().close()
        if self._record is not None:
            self._record.close()
