"""Time as the agent sees it. Every part that waits or reads a clock is given a `Clock`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Protocol

_STEADY_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """What waits and what reads the time."""

    def now(self) -> datetime:
        """Wall time, aware UTC. It may step when a Pi hears from a time server."""
        ...

    def monotonic(self) -> float:
        """Seconds that never step."""
        ...

    def wait(self, condition: Condition, timeout_s: float) -> None:
        """Wait on ``condition``, which the caller holds, for at most ``timeout_s``."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, condition: Condition, timeout_s: float) -> None:
        condition.wait(timeout_s)


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of both clocks.

    ``utc`` says which slot is due. ``steady`` is for whatever lasts (fades, bursts, back-off):
    it runs on while the wall clock steps, so that a fade never leaps or hangs. Its zero is
    arbitrary; only differences mean something.
    """

    utc: datetime
    steady: datetime

    @classmethod
    def read(cls, clock: Clock) -> Moment:
        """What both clocks say now."""
        return cls(clock.now(), _STEADY_ORIGIN + timedelta(seconds=clock.monotonic()))

    def steadily(self, instant: datetime) -> datetime:
        """A wall-clock instant on the steady time line, as far as this moment knows."""
        return self.steady + (instant - self.utc)

    @property
    def steady_s(self) -> float:
        """The steady instant as a number of seconds."""
        return (self.steady - _STEADY_ORIGIN).total_seconds()

    def later(self, seconds: float) -> datetime:
        """The steady instant ``seconds`` from now."""
        return self.steady + timedelta(seconds=seconds)


def earliest(*instants: datetime | None) -> datetime | None:
    """The first of the instants that are one."""
    return min((instant for instant in instants if instant is not None), default=None)
