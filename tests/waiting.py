"""Waiting with a deadline, the only way a test may wait."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

POLL_S = 0.01


def wait_until(predicate: Callable[[], T], timeout_s: float, what: str) -> T:
    """Ask ``predicate`` until its answer is true and return that answer.

    ``what`` completes the sentence "waited 5 s for ..." of the failure. An ``AssertionError``
    inside the predicate counts as "not yet", so that a predicate may hold plain asserts; the
    last one is shown when time is up. Any other exception ends the wait at once.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        last: object
        try:
            answer = predicate()
        except AssertionError as refusal:
            last = refusal
        else:
            if answer:
                return answer
            last = repr(answer)
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {timeout_s:g} s for {what}; last seen: {last}")
        time.sleep(POLL_S)
