"""A diffuser on a plug that ends each burst by a timer of its own.

The plug is told "on, for so long" in one message; whatever becomes of agent, broker and hub, it
switches itself off. This driver watches whether it does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from threading import Timer
from typing import Protocol

from devices.catalogue import Surroundings
from devices.drivers.mqtt.line import ANSWER_S, Line
from devices.drivers.mqtt.words import Message, SwitchReport, Topics, Word
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from scenes.dosing import LONGEST_BURST_S
from scenes.messages import Reading

log = logging.getLogger(__name__)

LOOK_S = 0.3
"""After a burst's end, the plug is asked if it has not said that it is off."""

LOOK_AGAIN_S = 0.5
SHORT_S = 1.0
OVERDUE_S = 1.5
"""A plug that still says ON so long after its end has no timer that works."""


class PlugDialect(Protocol):
    """How one firmware talks of a switched plug."""

    @property
    def device(self) -> str:
        """What people call it."""
        ...

    @property
    def bridge(self) -> str:
        """The program that speaks for it, or nothing."""
        ...

    @property
    def question(self) -> Message:
        """What makes it report."""
        ...

    def topics(self) -> Topics:
        """Where it talks, and how that is read."""
        ...

    def on_for(self, tenths: int) -> Message:
        """On now, and off by itself after so many tenths of a second."""
        ...

    def off(self) -> Message:
        """Off now."""
        ...


@dataclass(slots=True)
class _Burst:
    """A burst that the plug was told; ``seen_s`` is when it first said that it is on."""

    duration_s: float
    ends_s: float
    seen_s: float | None = None

    @property
    def overdue_s(self) -> float:
        """From when on it can't be on any more, unless it has no timer."""
        late_end_s = self.ends_s if self.seen_s is None else self.seen_s + self.duration_s
        return max(self.ends_s, late_end_s) + OVERDUE_S


class TimedPlug:
    """A diffuser behind a switched plug (`devices.capabilities.Diffuser`).

    A plug that is on although nobody asked is told to be off, again and again, and is a problem.
    One whose own timer fails once is not trusted with another burst.
    """

    def __init__(
        self,
        dialect: PlugDialect,
        surroundings: Surroundings,
        fragrance: str,
        max_silence_s: float,
    ) -> None:
        self._dialect = dialect
        self._fragrance = fragrance
        self._line = Line(
            dialect.device,
            surroundings.bus(),
            surroundings.monotonic,
            max_silence_s,
            question=dialect.question,
            bridge=dialect.bridge,
        )
        self._on: bool | None = None
        self._reported_s = 0.0
        self._burst: _Burst | None = None
        self._timer: Timer | None = None
        self._runs_on = False
        self._distrusted = False
        self._line.open(dialect.topics(), self._heard)

    def burst(self, duration_s: float) -> None:
        """Run for ``duration_s`` from now (0 to 10 s); replaces a burst under way."""
        if not 0 <= duration_s <= LONGEST_BURST_S:
            raise DeviceRefusedError(
                f"{self._line.device} gives bursts of 0 to {LONGEST_BURST_S:g} s, not "
                f"{duration_s:g}"
            )
        if duration_s == 0:
            self.stop()
            return
        with self._line.changed:
            self._check_trusted()
            before = self._line.words
            burst = self._begin(max(floor(duration_s * 10 + 1e-6), 1))
            answered = self._line.answered(before, lambda: burst.seen_s is not None, ANSWER_S)
            # Too short a burst may be over before the plug says a word.
            if answered and (burst.seen_s is not None or duration_s < SHORT_S):
                return
            self._burst = None
            self._say_off()
            if answered:
                raise DeviceUnavailableError(f"{self._line.device} was told ON and does not say so")
            raise self._line.unreachable()

    def stop(self) -> None:
        """End a burst now."""
        with self._line.changed:
            if self._line.closed:
                raise self._line.unreachable()
            self._burst = None
            before = self._line.words
            self._line.say(self._dialect.off())
            if not self._line.answered(before, lambda: self._on is False, ANSWER_S):
                raise self._line.unreachable()

    def reading(self) -> Reading:
        """Whether the plug says that it is on, and the fragrance."""
        with self._line.changed:
            problem = self._line.problem() or self._own_problem()
            on = None if self._line.problem() else self._on
            return Reading(on=on, fragrance=self._fragrance, problem=problem)

    def close(self) -> None:
        """Switch off and stay off."""
        with self._line.changed:
            if self._line.closed:
                return
            self._cancel()
            self._say_off()
            self._line.closed = True
            self._line.changed.notify_all()

    def _check_trusted(self) -> None:
        if self._line.closed:
            raise self._line.unreachable()
        if self._distrusted:
            raise DeviceRefusedError(self._own_problem() or "")

    def _begin(self, tenths: int) -> _Burst:
        now = self._line.monotonic()
        running, burst = self._burst, _Burst(tenths / 10, now + tenths / 10)
        messages = [self._dialect.on_for(tenths)]
        if running is not None and burst.ends_s < running.ends_s:
            # A Zigbee plug keeps the later of two ends; off makes it forget the first.
            messages.insert(0, self._dialect.off())
        try:
            self._after(burst.duration_s + LOOK_S, self._look)
        except RuntimeError as error:  # Python's "can't start a new thread"
            raise DeviceUnavailableError(f"{self._line.device}: {error}") from error
        self._line.say(*messages)
        self._line.ask()
        self._burst = burst
        return burst

    def _heard(self, word: Word) -> None:
        if not isinstance(word, SwitchReport):
            return
        self._on = word.on
        self._reported_s = self._line.monotonic()
        if not word.on:
            self._runs_on = False
        elif self._burst is None:
            self._object()
        elif self._burst.seen_s is None:
            self._burst.seen_s = self._reported_s

    def _object(self) -> None:
        """It is on and nobody asked: by hand, after a power cut, or because its timer failed."""
        if not self._runs_on:
            log.warning("%s is on although nobody asked, and is told to be off", self._line.device)
        self._runs_on = True
        self._say_off()
        self._after(ANSWER_S, self._insist)

    def _insist(self) -> None:
        if self._on:
            self._object()

    def _look(self) -> None:
        """After the end: see that it is off, or find that its timer failed."""
        burst, now = self._burst, self._line.monotonic()
        if burst is None:
            return
        if not self._on:
            self._burst = None
        elif now < burst.overdue_s + LOOK_AGAIN_S:
            self._line.ask()
            self._after(LOOK_AGAIN_S, self._look)
        else:
            self._burst = None
            self._judge(burst)

    def _judge(self, burst: _Burst) -> None:
        if self._on and self._reported_s >= burst.overdue_s:
            self._distrusted = True
            log.error("%s", self._own_problem())
        if self._on:
            self._object()

    def _own_problem(self) -> str | None:
        if self._distrusted:
            return (
                f"{self._line.device} ran on after its own timer's end and gets no further burst: "
                "take a plug whose firmware can switch itself off, and restart the agent"
            )
        if self._runs_on:
            return f"{self._line.device} is on although nobody asked"
        if self._on is None and self._line.words:
            return f"{self._line.device} does not say whether it is on"
        return None

    def _say_off(self) -> None:
        try:
            self._line.say(self._dialect.off())
        except DeviceUnavailableError:
            return  # its own timer ends it; when the broker is back, it is asked

    def _after(self, wait_s: float, then: Callable[[], None]) -> None:
        self._cancel()
        timer = Timer(wait_s, self._time_has_come)
        timer.args = [timer, then]
        timer.daemon = True
        timer.start()
        self._timer = timer

    def _time_has_come(self, timer: Timer, then: Callable[[], None]) -> None:
        with self._line.changed:
            # A timer that was replaced while it waited for the lock has no say any more.
            if timer is self._timer and not self._line.closed:
                then()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
