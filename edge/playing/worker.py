"""A thread for a device whose calls may wait: nobody else waits for it.

It holds only the newest wish. A call that has not returned after `LONGEST_CALL_S` counts as a
fault; a driver's thread can't be ended from outside, so the call is left to itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Condition, Thread

from devices.errors import DeviceUnavailableError
from edge.clock import Clock
from scenes.messages import Reading

LONGEST_CALL_S = 2.0
READ_S = 1.0

Call = Callable[[], None]


class Worker:
    """Makes one device's calls, one at a time, and reads it every second."""

    def __init__(self, name: str, read: Callable[[], Reading], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._condition = Condition()
        self._wish: Call | None = None
        self._outcome: Exception | bool | None = None
        self._reading: Callable[[], Reading] = Reading
        self._calls = 0
        self._calls_read: int | None = None
        self._read_at_s = 0.0
        self._began_s: float | None = None
        self._ended = False
        self._thread = Thread(target=self._run, name=f"edge-{name}", daemon=True)

    def do(self, call: Call) -> None:
        """Make ``call`` next; one that waits is forgotten. Returns at once."""
        with self._condition:
            self._wish = call
            self._calls += 1
            self._condition.notify()
        self._begin()

    def reading(self) -> Reading:
        """The last reading; raises what the driver raised. Nothing is known at first."""
        self._begin()
        return self._reading()

    def news(self) -> Callable[[], Reading] | None:
        """As `reading`, but None if it was taken before the last call was over."""
        self._begin()
        with self._condition:
            return self._reading if self._calls_read == self._calls else None

    def outcome(self) -> Exception | bool | None:
        """True if the last call went well, or what went wrong: told once; None: nothing new.

        A call that doesn't return is told each time.
        """
        with self._condition:
            hanging = self.hanging()
            if hanging is not None:
                return hanging
            outcome, self._outcome = self._outcome, None
            return outcome

    def hanging(self) -> DeviceUnavailableError | None:
        """What to say of a call, or a reading, that doesn't return; None: all is well."""
        began_s = self._began_s
        if began_s is None:
            return None
        lasts_s = self._clock.monotonic() - began_s
        if lasts_s <= LONGEST_CALL_S:
            return None
        return DeviceUnavailableError(f"has not answered for {lasts_s:.0f} s")

    def forget(self) -> None:
        """Begin nothing any more; the call under way goes on."""
        with self._condition:
            self._ended = True
            self._condition.notify()

    def end(self, timeout_s: float) -> bool:
        """Let the call under way finish and take no more; whether that was in time."""
        self.forget()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _begin(self) -> None:
        # The first caller brings the thread to life: a device that is never used has none.
        if self._thread.ident is None and not self._ended:
            self._thread.start()

    def _run(self) -> None:
        while (call := self._next()) is not None:
            call()
            with self._condition:
                self._began_s = None

    def _next(self) -> Call | None:
        """What to do next, or None at the end. What is begun is watched from here on."""
        with self._condition:
            while not self._ended:
                wish, self._wish = self._wish, None
                now_s = self._clock.monotonic()
                if wish is not None:
                    self._began_s = now_s
                    return lambda: self._carry_out(wish)
                if now_s >= self._read_at_s:
                    self._began_s = now_s
                    self._read_at_s = now_s + READ_S
                    return partial(self._take_reading, self._calls)
                self._clock.wait(self._condition, self._read_at_s - now_s)
        return None

    def _carry_out(self, wish: Call) -> None:
        outcome: Exception | bool = True
        try:
            wish()
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            outcome = error
        with self._condition:
            self._outcome = outcome

    def _take_reading(self, calls: int) -> None:
        answer: Callable[[], Reading]
        try:
            reading = self._read()
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            answer = _raising(error)
        else:
            answer = lambda: reading  # noqa: E731
        with self._condition:
            self._reading, self._calls_read = answer, calls


def _raising(error: Exception) -> Callable[[], Reading]:
    def answer() -> Reading:
        raise error

    return answer
