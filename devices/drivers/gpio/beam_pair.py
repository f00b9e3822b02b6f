"""Two light barriers side by side on two pins: people who come in and go out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import RLock
from typing import Annotated, Any, Literal

from gpiozero import DigitalInputDevice
from msgspec import Meta

from devices.capabilities import Direction
from devices.catalogue import Driver, Surroundings
from devices.drivers.gpio.beam_order import Beam, BeamOrder
from devices.drivers.gpio.pins import PinBank, pin_bank, pin_name
from devices.options import Chip, Pin, SensorOptions
from devices.telling import tell
from scenes.messages import Reading

Broken = Annotated[Literal["low", "high"], Meta(description="level of a broken beam (low or high)")]
BlockedSeconds = Annotated[float, Meta(ge=5, le=3600, description="number of seconds (5 to 3600)")]
Debounce = Annotated[float, Meta(ge=0, le=100, description="number of milliseconds (0 to 100)")]


class BeamPairOptions(SensorOptions, frozen=True, kw_only=True):
    """``gpio-beam-pair``: two light barriers, one further out than the other."""

    outer_pin: Pin
    inner_pin: Pin
    chip: Chip = 0
    broken: Broken = "low"
    blocked_s: BlockedSeconds = 60.0
    debounce_ms: Debounce = 5.0

    def claims(self) -> tuple[str, ...]:
        return pin_name(self.outer_pin, self.chip), pin_name(self.inner_pin, self.chip)

    def problems(self) -> list[str]:
        if self.outer_pin != self.inner_pin:
            return []
        return ["inner_pin: is the outer beam's: each beam needs a pin of its own"]


class GpioBeamPair:
    """Tells each passage at the moment when the second beam is free again.

    Beams that are not free for ``blocked_s`` are a problem, and nobody is counted by them.
    Raises `DeviceConfigurationError` for an impossible pin.
    """

    def __init__(
        self,
        bank: PinBank,
        options: BeamPairOptions,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._options = options
        self._failures = bank.failures
        self._now = now
        self._monotonic = monotonic
        self._order = BeamOrder(options.blocked_s)
        self._broken_at = now()
        self._passed: Callable[[Direction], None] | None = None
        self._telling = RLock()
        self._name = f"the beams on {' and '.join(options.claims())}"
        pins: dict[Beam, int] = {"outer": options.outer_pin, "inner": options.inner_pin}
        self._beams: dict[Beam, Any] = {}
        try:
            for beam, pin in pins.items():
                self._beams[beam] = self._open(bank, pin)
            self._follow()
        except BaseException:
            self.close()
            raise

    def watch_passages(self, passed: Callable[[Direction], None]) -> None:
        """Call ``passed(direction)`` once for each person."""
        self._passed = passed

    def reading(self) -> Reading:
        """Whether a beam is broken now."""
        try:
            broken = any(self._is_broken(beam) for beam in self._beams)
        except self._failures as error:
            return Reading(problem=f"{self._name} cannot be read: {error}")
        with self._telling:
            if self._order.blocked_s(self._monotonic()) > self._options.blocked_s:
                return Reading(
                    problem=f"{self._name} have been blocked since {self._broken_at:%H:%M} UTC: "
                    "look for a thing in the way, a dead emitter, a cut cable"
                )
        return Reading(present=broken)

    def close(self) -> None:
        """Watch no longer."""
        self._passed = None
        for device in self._beams.values():
            try:
                device.close()
            except self._failures:
                # Closing never raises: the others have to be closed too.
                continue

    def _open(self, bank: PinBank, pin: int) -> Any:  # noqa: ANN401 - gpiozero has no types
        return bank.open(
            self,
            DigitalInputDevice,
            pin,
            self._options.chip,
            # Most receivers only pull low; with a pull-up the others are none the worse.
            pull_up=True,
            bounce_time=self._options.debounce_ms / 1000 or None,
        )

    def _follow(self) -> None:
        for beam, device in self._beams.items():
            # Active is low, because the pin is pulled up.
            device.when_activated = partial(self._change, beam, self._options.broken == "low")
            device.when_deactivated = partial(self._change, beam, self._options.broken == "high")
        with self._telling:
            broken = {beam for beam in self._beams if self._is_broken(beam)}
            self._order.begin(broken, self._monotonic())

    def _is_broken(self, beam: Beam) -> bool:
        low = bool(self._beams[beam].value)
        return low == (self._options.broken == "low")

    def _change(self, beam: Beam, broken: bool) -> None:
        with self._telling:
            at_s = self._monotonic()
            was_free = self._order.blocked_s(at_s) == 0
            direction = self._order.change(beam, broken, at_s)
            if broken and was_free:
                self._broken_at = self._now()
            passed = self._passed
            if direction is None or passed is None:
                return
            tell(self._name, "of a passage", passed, direction)


def _make(options: BeamPairOptions, surroundings: Surroundings) -> GpioBeamPair:
    return GpioBeamPair(pin_bank(surroundings), options, surroundings.now, surroundings.monotonic)


BEAM_PAIR = Driver(BeamPairOptions, _make, inline=True, sensor_type="beam")
