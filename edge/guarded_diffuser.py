"""A diffuser that runs only while the guard lets it: by the guard's own pin, or by a driver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

import msgspec

from devices.capabilities import Diffuser
from devices.errors import (
    DeviceConfigurationError,
    DeviceError,
    DeviceRefusedError,
    DeviceUnavailableError,
)
from edge.clock import Clock
from edge.grant import Grant, NotNowError
from edge.guard_link import SILENT, GuardLink, OutputStatus, Refusal
from scenes.dosing import LONGEST_BURST_S
from scenes.messages import Reading

ANSWER_S = 2.0
END_S = 0.5
NOT_NOW = frozenset({"pause", "safety", "lease"})
"""Refusals by which nothing is wrong."""


class Level(Protocol):
    """What is left in a diffuser: millilitres, and for how many days, where that can be told."""

    @property
    def ml(self) -> float: ...
    @property
    def days(self) -> float | None: ...


class Cartridges(Protocol):
    """How full diffusers are (`edge.cartridges`)."""

    def level(self, name: str) -> Level | None:
        """What is left, if that is known."""
        ...

    def refill(self, name: str) -> None:
        """It is full again."""
        ...


class Worker(Protocol):
    """Makes a device's calls so that nobody waits for them (`edge.playing.worker`)."""

    def do(self, call: Callable[[], None]) -> None:
        """Make a call next."""
        ...

    def outcome(self) -> Exception | bool | None:
        """What became of the last."""
        ...

    def reading(self) -> Reading:
        """The last reading."""
        ...

    def end(self, timeout_s: float) -> bool:
        """Make no more calls."""
        ...


class GuardedDiffuser:
    """Asks the guard for each burst (`edge.grant.GrantedDiffuser`).

    Without ``device`` the guard switches it; with one, the device gives what the guard granted:
    on ``worker``, if its calls may wait. Its own timer then ends the burst.
    """

    def __init__(
        self,
        name: str,
        guard: GuardLink,
        cartridges: Cartridges,
        clock: Clock,
        fragrance: str,
        device: Diffuser | None = None,
        worker: Worker | None = None,
    ) -> None:
        self._name = name
        self._guard = guard
        self._cartridges = cartridges
        self._clock = clock
        self._fragrance = fragrance
        self._device = device
        self._worker = worker
        self._number: int | None = None
        self._asked_s = self._duration_s = 0.0
        self._told = self._closed = False

    def burst(self, duration_s: float) -> None:
        """Ask for a burst of ``duration_s`` (above 0, to 10 s); `tend` tells what becomes of it."""
        if not 0 < duration_s <= LONGEST_BURST_S:
            raise DeviceRefusedError(
                f"a burst takes up to {LONGEST_BURST_S:g} s, not {duration_s:g}"
            )
        self._output()
        self._number = self._guard.burst(self._name, duration_s)
        self._asked_s, self._duration_s, self._told = self._clock.monotonic(), duration_s, False

    def tend(self) -> Grant:
        """Renew what was asked for, and pass on what was granted."""
        if self._number is None:
            return Grant.OVER
        try:
            return self._tend(self._output(), self._number)
        except DeviceError:
            self.stop()
            raise

    def why_not(self) -> str | None:
        """Why a burst would not be given now, as far as the agent knows."""
        try:
            output = self._output()
        except DeviceError as error:
            return str(error)
        status = self._guard.status
        if status is not None and status.problem is not None:
            return status.problem
        return "the day's millilitres are given" if output.left_ml <= 0 else None

    def stop(self) -> None:
        """Want it no longer: the guard ends what is not renewed, a device is told."""
        self._number = None
        if self._told and self._device is not None:
            self._make(self._device.stop)
        self._told = False

    def refill(self) -> None:
        """It has a new cartridge."""
        self._cartridges.refill(self._name)

    def reading(self) -> Reading:
        """What the guard says of its pin, or the device of itself; and what is left in it."""
        output = self._guard.output(self._name)
        if self._device is None:
            reading = Reading(on=None if output is None else output.on, fragrance=self._fragrance)
        else:
            reading = self._device.reading() if self._worker is None else self._worker.reading()
        level = self._cartridges.level(self._name)
        if reading.problem is not None:
            return reading
        problem = SILENT if self._guard.silent else self._guard.problem
        left = (None, None) if level is None else (level.ml, level.days)
        return msgspec.structs.replace(
            reading, cartridge_ml=left[0], days_left=left[1], problem=problem
        )

    def close(self) -> None:
        """Want nothing any more, and let go of the device. May be called twice."""
        self._number, self._closed = None, True
        if self._worker is not None:
            self._worker.end(END_S)
        if self._device is not None:
            self._device.close()

    def _tend(self, output: OutputStatus, number: int) -> Grant:
        if output.number != number:
            if self._clock.monotonic() > self._asked_s + ANSWER_S:
                raise DeviceUnavailableError(SILENT)
            return Grant.ASKED
        if output.refusal is not None:
            self._number = None
            if output.refusal.why == "end":
                return Grant.OVER
            raise self._error(output.refusal)
        self._guard.renew(self._name)
        if not output.on:
            return Grant.ASKED
        self._pass_on()
        return Grant.RUNNING

    def _pass_on(self) -> None:
        """Tell the device, once; and hear what became of it."""
        device, duration_s = self._device, self._duration_s
        if device is not None and not self._told:
            self._told = True
            self._make(lambda: device.burst(duration_s))
        outcome = self._worker.outcome() if self._worker is not None else None
        if isinstance(outcome, Exception):
            raise outcome

    def _make(self, call: Callable[[], None]) -> None:
        if self._worker is None:
            call()
        else:
            self._worker.do(call)

    def _output(self) -> OutputStatus:
        if self._closed or not self._guard.connected:
            raise DeviceUnavailableError(SILENT)
        output = self._guard.output(self._name)
        if output is None:
            raise DeviceConfigurationError(
                f"the guard knows no diffuser {self._name}: restart it, so that it reads the "
                "configuration that the agent has"
            )
        return output

    def _error(self, refusal: Refusal) -> DeviceError:
        if refusal.why in NOT_NOW:
            return NotNowError(refusal.text or "the guard ended it", refusal.wait_s)
        return DeviceRefusedError(self._because(refusal))

    def _because(self, refusal: Refusal) -> str:
        if refusal.why != "budget":
            return refusal.text
        again = self._clock.now() + timedelta(seconds=refusal.wait_s)
        return f"{refusal.text}; again from {again:%Y-%m-%d %H:%M} UTC"


class GuardedScent:
    """Makes an edge's diffusers guarded ones; ``worker`` makes one for calls that may wait."""

    def __init__(
        self,
        guard: GuardLink,
        cartridges: Cartridges,
        worker: Callable[[str, Callable[[], Reading]], Worker],
        clock: Clock,
    ) -> None:
        self._guard = guard
        self._cartridges = cartridges
        self._worker = worker
        self._clock = clock

    def diffuser(
        self, name: str, fragrance: str, device: Diffuser | None, *, inline: bool
    ) -> GuardedDiffuser:
        """One diffuser; ``device`` None: the guard itself switches it."""
        worker = None
        if device is not None and not inline:
            worker = self._worker(f"diffuser-{name}", device.reading)
        return GuardedDiffuser(
            name, self._guard, self._cartridges, self._clock, fragrance, device, worker
        )
