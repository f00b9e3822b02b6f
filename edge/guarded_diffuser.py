"""A diffuser that runs only while the guard lets it: by the guard's own pin, or by a driver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
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

LATE = "it answered only when its burst was over"
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

    def hanging(self) -> DeviceError | None:
        """What to say of a call that doesn't return."""
        ...

    def reading(self) -> Reading:
        """The last reading."""
        ...

    def end(self, timeout_s: float) -> bool:
        """Make no more calls."""
        ...


@dataclass(eq=False, slots=True)
class _Order:
    """What a device is told of one burst; ``outcome`` is its answer, None before it has one."""

    until_s: float
    over: bool = False
    outcome: Exception | bool | None = None

    def is_over(self) -> bool:
        """Whether nobody wants it any more; another thread may say so at any time."""
        return self.over


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
        self._order: _Order | None = None
        self._closed = False

    def burst(self, duration_s: float) -> None:
        """Ask for a burst of ``duration_s`` (above 0, to 10 s); `tend` tells what becomes of it."""
        if not 0 < duration_s <= LONGEST_BURST_S:
            raise DeviceRefusedError(
                f"a burst takes up to {LONGEST_BURST_S:g} s, not {duration_s:g}"
            )
        self._output()
        self._forget()
        self._number = self._guard.burst(self._name, duration_s)
        self._asked_s, self._duration_s = self._clock.monotonic(), duration_s

    def tend(self) -> Grant:
        """Renew what was asked for, and pass on what was granted.

        Over is a burst when the guard has ended it and the device has answered.
        """
        if self._number is None:
            return Grant.OVER
        try:
            return self._tend(self._output(), self._number)
        except Exception:
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
        if self._forget() and self._device is not None:
            self._make(self._device.stop)

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
        self._forget()
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
            if output.refusal.why != "end":
                raise self._error(output.refusal)
            if self._order is not None:
                self._order.over = True
                if not self._answered(self._order):
                    return Grant.ASKED
            self._number = self._order = None
            return Grant.OVER
        self._guard.renew(self._name)
        if not output.on:
            return Grant.ASKED
        return Grant.RUNNING if self._pass_on() else Grant.ASKED

    def _pass_on(self) -> bool:
        """Tell the device, once; whether it has taken the burst. Raises what it raised."""
        device, order = self._device, self._order
        if device is None:
            return True
        if order is None:
            order = self._order = _Order(self._clock.monotonic() + self._duration_s)
            self._make(partial(self._give, device, order))
        return self._answered(order)

    def _give(self, device: Diffuser, order: _Order) -> None:
        """The device's call, on whatever thread and however late: never beyond the grant."""
        left_s = order.until_s - self._clock.monotonic()
        if order.is_over() or left_s <= 0:
            order.outcome = DeviceUnavailableError(LATE)
            return
        try:
            device.burst(min(left_s, self._duration_s))
            if order.is_over():
                # It took so long that the burst began when it should have been over.
                device.stop()
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            order.outcome = error
        else:
            order.outcome = True

    def _answered(self, order: _Order) -> bool:
        if isinstance(order.outcome, Exception):
            raise order.outcome
        hanging = self._worker.hanging() if self._worker is not None else None
        if order.outcome is None and hanging is not None:
            raise hanging
        return order.outcome is True

    def _forget(self) -> bool:
        """Let no call that waits give its burst any more; whether the device was told of one."""
        order, self._order = self._order, None
        if order is not None:
            order.over = True
        return order is not None

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
