"""How far the clock can be trusted, and the best guess at the time until it can.

A Pi without a battery starts at whatever time it was when its card was written, or in 1970. While
nobody vouches for the time the shop is lit by the best guess: the clock, or if that is certainly
too early, the last time that was certain and the seconds since. Nothing else is done by it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Condition

from edge.clock import Clock, Moment
from edge.clock_evidence import Evidence
from edge.clock_memory import ClockMemory, Remembered, Vouched
from scenes.messages import ClockState

BUDGET = timedelta(days=30)
"""So long holds what vouched for a clock. A Pi's crystal may be 50 millionths off, that of a
battery-backed clock 20: in this time two minutes, after which a shop would open visibly late."""

PROBLEM = (
    "nobody vouches for the clock: light and music by the best guess, no scent and no as-run "
    "record until a time server answers or somebody says: stemning edge clock --trust"
)

LOOK_S = 1.0
CONFIRMATION_LOOK_S = 5.0
SAVE_S = 600.0
_STEP = timedelta(seconds=1)
_AGREES = timedelta(seconds=5)


class TrustedClock:
    """The machine's clock while it can be trusted, else the best guess; a `Clock` itself.

    Without ``evidence`` somebody else keeps the machine's time, and it is always trusted.
    `step` and `at_least` belong to one thread, `keep` to the disk's; the rest to any.
    """

    def __init__(self, clock: Clock, evidence: Evidence | None, memory: ClockMemory) -> None:
        self.told: Callable[[float, ClockState], None] = lambda _step_s, _state: None
        self._clock = clock
        self._evidence = evidence
        self._memory = memory
        remembered = memory.read() if evidence is not None else Remembered()
        self._vouched = remembered.vouched
        self._battery: tuple[datetime, float] | None = None
        # (instant, steady seconds): the first was certainly past at the second.
        self._certain = remembered.later_than, clock.monotonic()
        self._state: ClockState = "synced"
        self._guess: tuple[datetime, float] | None = None
        self._last: tuple[datetime, float] | None = None
        self._saved: tuple[ClockState, float] | None = None
        self._ask_battery()
        self.look()

    @property
    def state(self) -> ClockState:
        """Who vouches for the time."""
        return self._state

    @property
    def problem(self) -> str | None:
        """What is wrong with the time, in words."""
        return PROBLEM if self._state == "unsynced" else None

    def now(self) -> datetime:
        # Not the clock and a correction: set by a time server, it would be corrected twice.
        guess = self._guess
        return self._clock.now() if guess is None else _run_on(guess, self._clock.monotonic())

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def wait(self, condition: Condition, timeout_s: float) -> None:
        self._clock.wait(condition, timeout_s)

    def at_least(self, instant: datetime) -> None:
        """It is certainly later than ``instant``: a plan was made then."""
        steady_s = self._clock.monotonic()
        if instant > _run_on(self._certain, steady_s):
            self._certain = instant, steady_s
            self.look()

    def step(self, moment: Moment) -> datetime:
        """Judge the clock anew; when to do so next (steady time), at once after a change."""
        return moment.steady if self.look() else moment.later(LOOK_S)

    def look(self) -> bool:
        """Judge the clock anew; whether the state or the time is another one than it was."""
        raw, steady_s = self._clock.now(), self._clock.monotonic()
        before, expected = self._state, self._expected(steady_s)
        self._state = self._judge(raw, steady_s)
        if self._state == "unsynced":
            now = max(raw, _run_on(self._certain, steady_s))
            if self._guess is None or abs(now - _run_on(self._guess, steady_s)) > _STEP:
                self._guess = now, steady_s
        else:
            now, self._guess = raw, None
            self._certain = raw, steady_s
        self._last = now, steady_s
        if expected is None:
            return True
        stepped = abs(now - expected) > _STEP
        if stepped or self._state != before:
            self.told((now - expected).total_seconds(), self._state)
        return stepped or self._state != before

    def keep(self, moment: Moment) -> datetime | None:
        """Remember what is due to be, and listen to a battery and a person; when to come again.

        `OSError` when the disk won't have it.
        """
        if self._evidence is None:
            return None
        if self._state != "synced":
            self._ask_battery()
        if self._state == "unsynced":
            word = self._memory.confirmation()
            if word is not None and word.boot == self._evidence.boot:
                self._vouched = word
        steady_s = self._clock.monotonic()
        if self._saved is None or self._saved[0] != self._state or self._due(steady_s):
            self.save()
        return moment.later(CONFIRMATION_LOOK_S)

    def save(self) -> None:
        """Remember now; `OSError` when the disk won't have it."""
        if self._evidence is None:
            return
        steady_s = self._clock.monotonic()
        certain = _run_on(self._certain, steady_s)
        self._memory.write(Remembered(later_than=certain, vouched=self._vouched))
        self._saved = self._state, steady_s

    def _due(self, steady_s: float) -> bool:
        return self._saved is not None and steady_s - self._saved[1] >= SAVE_S

    def _expected(self, steady_s: float) -> datetime | None:
        return None if self._last is None else _run_on(self._last, steady_s)

    def _ask_battery(self) -> None:
        """Hear what the battery's clock says; over a bus, so never on the player's thread."""
        said = None if self._evidence is None else self._evidence.real_time_clock()
        self._battery = None if said is None else (said, self._clock.monotonic())

    def _judge(self, raw: datetime, steady_s: float) -> ClockState:
        if self._evidence is None:
            return "synced"
        if self._evidence.synchronised():
            self._vouched = Vouched(at=raw, steady_s=steady_s, boot=self._evidence.boot)
            return "synced"
        vouched = self._vouched
        if vouched is None or raw - vouched.at > BUDGET:
            return "unsynced"
        if vouched.boot == self._evidence.boot:
            # The machine has run since, and nobody has set its clock.
            run = timedelta(seconds=steady_s - vouched.steady_s)
            if abs(raw - vouched.at - run) <= _AGREES:
                return "holdover"
        battery = self._battery
        if battery is None or abs(_run_on(battery, steady_s) - raw) > _AGREES:
            return "unsynced"
        return "holdover" if raw >= _run_on(self._certain, steady_s) - _AGREES else "unsynced"


def _run_on(reading: tuple[datetime, float], steady_s: float) -> datetime:
    """What a clock that said so then says now."""
    return reading[0] + timedelta(seconds=steady_s - reading[1])
