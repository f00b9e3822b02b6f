"""A scent diffuser behind a relay on a pin."""

from __future__ import annotations

import logging
from threading import Lock, Timer

from gpiozero import DigitalOutputDevice

from devices.catalogue import Driver, Surroundings
from devices.drivers.gpio.pins import Failures, PinBank, pin_bank, pin_name
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from devices.options import Chip, DiffuserOptions, Flag, Pin
from scenes.dosing import LONGEST_BURST_S
from scenes.messages import Reading

log = logging.getLogger(__name__)

RETRY_S = 0.5
"""A relay that couldn't be switched off is tried again after this long, until it is off."""


class RelayDiffuserOptions(DiffuserOptions, frozen=True, kw_only=True):
    """``gpio-relay``: a diffuser behind a relay."""

    pin: Pin
    chip: Chip = 0
    active_high: Flag = True

    def claims(self) -> tuple[str, ...]:
        return (pin_name(self.pin, self.chip),)


class GpioDiffuser:
    """A diffuser that a relay switches; off from the first moment.

    ``active_high`` false is for relay boards that switch on when the pin is low (most of the
    blue ones). ``fragrance`` names what is in it, for the reading. A burst ends by the driver's
    own timer, whatever becomes of the caller.

    Raises `DeviceConfigurationError` for an impossible pin.
    """

    def __init__(
        self,
        bank: PinBank,
        pin: int,
        chip: int = 0,
        active_high: bool = True,
        fragrance: str | None = None,
    ) -> None:
        self._name = f"the diffuser on {pin_name(pin, chip)}"
        self._failures = bank.failures
        # RuntimeError is Python's "can't start a new thread".
        self._start_failures: Failures = (*bank.failures, RuntimeError)
        self._fragrance = fragrance
        self._lock = Lock()
        self._timer: Timer | None = None
        self._device = bank.open(
            self, DigitalOutputDevice, pin, chip, active_high=active_high, initial_value=False
        )

    def burst(self, duration_s: float) -> None:
        """Run for ``duration_s`` from now (0 to 10 s); replaces a burst under way."""
        if not 0 <= duration_s <= LONGEST_BURST_S:
            raise DeviceRefusedError(
                f"{self._name} gives bursts of 0 to {LONGEST_BURST_S:g} s, not {duration_s:g}"
            )
        if duration_s == 0:
            self.stop()
            return
        with self._lock:
            try:
                # The end first: nothing may run whose end isn't sure.
                self._end_after(duration_s)
                self._device.on()
            except self._start_failures as error:
                self._off()
                raise DeviceUnavailableError(f"{self._name} cannot be run: {error}") from error

    def stop(self) -> None:
        """End a burst now."""
        with self._lock:
            if not self._off():
                raise DeviceUnavailableError(f"{self._name} cannot be switched off")

    def reading(self) -> Reading:
        """Whether the relay is on, and the fragrance."""
        try:
            return Reading(on=bool(self._device.value), fragrance=self._fragrance)
        except self._failures as error:
            return Reading(problem=f"{self._name} cannot be read: {error}")

    def close(self) -> None:
        """Switch off and stay off."""
        with self._lock:
            off = self._off()
            if off:
                self._device.close()

    def _end_after(self, duration_s: float) -> None:
        self._cancel()
        timer = Timer(duration_s, self._time_is_up)
        timer.args = [timer]
        timer.daemon = True
        timer.start()
        self._timer = timer

    def _time_is_up(self, timer: Timer) -> None:
        with self._lock:
            # A timer that was replaced while it waited for the lock has no say any more.
            if timer is self._timer:
                self._off()

    def _off(self) -> bool:
        """Switch off; if that fails, try again soon. Call with the lock held."""
        try:
            self._cancel()
            if not self._device.closed:
                self._device.off()
        except self._failures:
            log.exception("%s cannot be switched off, trying again in %g s", self._name, RETRY_S)
            self._end_after(RETRY_S)
            return False
        return True

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _make(options: RelayDiffuserOptions, surroundings: Surroundings) -> GpioDiffuser:
    return GpioDiffuser(
        pin_bank(surroundings),
        options.pin,
        chip=options.chip,
        active_high=options.active_high,
        fragrance=options.fragrance,
    )


RELAY = Driver(RelayDiffuserOptions, _make, inline=True)
