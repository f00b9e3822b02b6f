"""A device whose calls wait has a thread of its own, and nobody waits for it."""

import threading
from collections.abc import Iterator

import pytest

from devices.errors import DeviceUnavailableError
from edge.clock import SystemClock
from edge.playing.worker import LONGEST_CALL_S, Worker
from scenes.messages import Reading
from tests.waiting import wait_until


class HurriedClock(SystemClock):
    """The machine's clock, put forward at will."""

    ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


class Slow:
    """A device that answers when it is let."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.done: list[str] = []
        self.answer: Reading | Exception = Reading(level=7)

    def call(self, name: str) -> None:
        self.entered.set()
        assert self.gate.wait(10)
        self.done.append(name)

    def read(self) -> Reading:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def outcome_of(worker: Worker) -> Exception | bool:
    """The next outcome that is told."""
    return wait_until(worker.outcome, 20, "the outcome")  # type: ignore[return-value]


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def worker(slow: Slow, clock: HurriedClock) -> Iterator[Worker]:
    it = Worker("test", slow.read, clock)
    yield it
    slow.gate.set()
    assert it.end(5)


def test_a_device_that_nobody_uses_has_no_thread() -> None:
    before = threading.active_count()
    worker = Worker("test", Reading, SystemClock())
    assert threading.active_count() == before
    assert worker.end(1)


def test_only_the_newest_wish_waits(worker: Worker, slow: Slow) -> None:
    worker.do(lambda: slow.call("first"))
    assert slow.entered.wait(20)
    for name in ("second", "third", "fourth"):
        worker.do(lambda name=name: slow.call(name))  # type: ignore[misc]
    assert slow.done == [], "and nobody waited"
    slow.gate.set()
    wait_until(lambda: len(slow.done) == 2, 20, "both calls")
    assert slow.done == ["first", "fourth"]


def test_what_became_of_a_call_is_told_once(worker: Worker, slow: Slow) -> None:
    slow.gate.set()
    worker.do(lambda: slow.call("it"))
    assert outcome_of(worker) is True
    assert worker.outcome() is None

    def broken() -> None:
        raise DeviceUnavailableError("nobody answers")

    worker.do(broken)
    assert str(outcome_of(worker)) == "nobody answers"


def test_a_call_that_does_not_return_is_a_fault_and_its_return_ends_it(
    worker: Worker, slow: Slow, clock: HurriedClock
) -> None:
    worker.do(lambda: slow.call("it"))
    assert slow.entered.wait(20)
    assert worker.outcome() is None
    clock.ahead_s = LONGEST_CALL_S + 1
    for _ in range(2):
        assert str(worker.outcome()).startswith("has not answered for 3 s")
    slow.gate.set()
    wait_until(lambda: slow.done, 20, "its return")
    clock.ahead_s = 0
    assert outcome_of(worker) is True


def test_it_reads_by_itself_and_hands_on_the_last_reading(
    worker: Worker, slow: Slow, clock: HurriedClock
) -> None:
    assert worker.reading() in (Reading(), Reading(level=7)), "nothing is known at first"
    wait_until(lambda: worker.reading().level == 7, 20, "a reading")
    slow.answer = DeviceUnavailableError("gone")
    clock.ahead_s += 5
    worker.do(lambda: None)

    def gone() -> bool:
        try:
            worker.reading()
        except DeviceUnavailableError:
            return True
        return False

    wait_until(gone, 20, "the failure to be handed on")


def test_an_ended_worker_makes_no_more_calls(slow: Slow, clock: HurriedClock) -> None:
    worker = Worker("test", slow.read, clock)
    slow.gate.set()
    worker.do(lambda: slow.call("first"))
    wait_until(lambda: slow.done, 20, "the call")
    assert worker.end(5)
    worker.do(lambda: slow.call("second"))
    assert slow.done == ["first"]


def test_a_call_that_hangs_does_not_hold_up_the_end(
    worker: Worker, slow: Slow, clock: HurriedClock
) -> None:
    worker.do(lambda: slow.call("it"))
    assert slow.entered.wait(20)
    assert worker.end(0.05) is False


def test_news_are_of_after_the_last_call(worker: Worker, slow: Slow, clock: HurriedClock) -> None:
    def news() -> Reading | None:
        read = worker.news()
        return None if read is None else read()

    assert wait_until(news, 20, "a first reading") == Reading(level=7)
    worker.do(lambda: slow.call("it"))
    slow.answer = Reading(level=8)
    assert news() is None, "what it did since may have changed that"
    slow.gate.set()
    wait_until(lambda: slow.done, 20, "the call")
    assert news() is None
    clock.ahead_s += 5
    worker.do(lambda: None)
    assert wait_until(news, 20, "a newer reading") == Reading(level=8)
