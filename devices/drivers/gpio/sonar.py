"""One ping of an ultrasonic sensor: out by a trigger pin, back as the length of a pulse.

gpiozero's ``DistanceSensor`` is no use here: it goes on telling the last distance when the echo
ceases, tells so by a Python warning alone, and samples from its own thread without an end.
"""

from __future__ import annotations

import math
import time
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any

from gpiozero import DigitalInputDevice, DigitalOutputDevice

from devices.capabilities import Device
from devices.drivers.gpio.pins import PinBank
from devices.errors import DeviceUnavailableError

CM_PER_S = 34_326 / 2
"""There and back at 20 °C; 10 °C more or less make 2 %."""

NEAREST_CM = 1.5
FURTHEST_CM = 450.0
LONGEST_PULSE_S = 0.25
"""Where nothing is in range an HC-SR04 ends its pulse after 38 ms, a clone of it after 200."""

TRIGGER_S = 0.00001

# One at a time on this machine: a sensor would hear the others' pings.
_PINGING = Lock()


class Sonar:
    """A trigger pin and an echo pin.

    The kernel times the echo's edges, so it doesn't matter how late this thread hears of them.
    """

    def __init__(self, owner: Device, bank: PinBank, trigger: int, echo: int, chip: int) -> None:
        self._failures = bank.failures
        self._trigger: Any = None
        self._rise_s: float | None = None
        self._pulses_s: SimpleQueue[float] = SimpleQueue()
        # Pulled down: a cut wire is no echo.
        self._echo = bank.open(owner, DigitalInputDevice, echo, chip, pull_up=False)
        try:
            self._trigger = bank.open(owner, DigitalOutputDevice, trigger, chip)
        except BaseException:
            self.close()
            raise
        self._echo.pin.when_changed = self._changed

    def ping(self) -> float:
        """The distance in cm, infinite when nothing is in range.

        `DeviceUnavailableError` when there is no echo, or one that can't be.
        """
        try:
            return self._ping()
        except self._failures as error:
            raise DeviceUnavailableError(f"cannot be asked: {error}") from error

    def close(self) -> None:
        """Let go of both pins; the trigger stays low."""
        for device in (self._trigger, self._echo):
            try:
                if device is not None:
                    device.close()
            except self._failures:
                # Closing never raises: the others have to be closed too.
                continue

    def _ping(self) -> float:
        with _PINGING:
            if self._echo.value:
                raise DeviceUnavailableError("has its echo pin high all the time")
            self._forget()
            self._trigger.on()
            time.sleep(TRIGGER_S)
            self._trigger.off()
            try:
                distance_cm = self._pulses_s.get(timeout=LONGEST_PULSE_S) * CM_PER_S
            except Empty:
                raise DeviceUnavailableError("gives no echo") from None
        if distance_cm < NEAREST_CM:
            raise DeviceUnavailableError("gives an echo that is nearer than it can see")
        return distance_cm if distance_cm <= FURTHEST_CM else math.inf

    def _forget(self) -> None:
        """An echo that came too late for the last ping is none of this one."""
        self._rise_s = None
        while not self._pulses_s.empty():
            self._pulses_s.get_nowait()

    def _changed(self, ticks: float, high: float) -> None:
        if high:
            self._rise_s = ticks
        elif self._rise_s is not None:
            self._pulses_s.put(self._echo.pin_factory.ticks_diff(ticks, self._rise_s))
