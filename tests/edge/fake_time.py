"""A clock that tests turn by hand, and a loop that runs on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Condition

from edge.clock import Moment
from edge.loop import LONGEST_WAIT_S

START = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)


class FakeClock:
    """Wall and steady time that stand still until they are moved."""

    def __init__(self, start: datetime = START) -> None:
        self.utc = start
        self.steady_s = 1000.0

    def now(self) -> datetime:
        return self.utc

    def monotonic(self) -> float:
        return self.steady_s

    def wait(self, condition: Condition, timeout_s: float) -> None:
        self.advance(timeout_s)

    @property
    def moment(self) -> Moment:
        return Moment.read(self)

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.steady_s += seconds
        self.utc += timedelta(seconds=seconds)

    def set_wall(self, seconds: float) -> None:
        """Step the wall clock, as a time server does."""
        self.utc += timedelta(seconds=seconds)


def run(step: Callable[[Moment], datetime | None], clock: FakeClock, seconds: float) -> int:
    """Step as `edge.loop.Loop` would for ``seconds``, with no time lost; how often it stepped."""
    end_s = clock.steady_s + seconds
    steps = 0
    while True:
        moment = clock.moment
        due = step(moment)
        steps += 1
        wait_s = LONGEST_WAIT_S if due is None else (due - moment.steady).total_seconds()
        # A microsecond: what a datetime can't hold would otherwise be due for ever.
        wait_s = min(max(wait_s, 1e-6), LONGEST_WAIT_S)
        if clock.steady_s + wait_s > end_s:
            clock.advance(end_s - clock.steady_s)
            return steps
        clock.advance(wait_s)
