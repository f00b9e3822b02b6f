"""Sensors whose calls wait: on a thread of their own, and nobody else waits for them."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from devices.errors import DeviceUnavailableError
from edge.clock import Moment, SystemClock
from edge.playing.player import Player
from edge.playing.worker import LONGEST_CALL_S
from edge.sensing import Sensing
from edge.sensor_watch import Spot
from scenes.messages import AnyEvent, DeviceTrouble, Presence, Reading
from tests.waiting import wait_until


class HurriedClock(SystemClock):
    """The machine's clock, put forward at will."""

    ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


class Sticky:
    """An eye whose calls return when they are let."""

    def __init__(self) -> None:
        self.free = Event()
        self.free.set()
        self.entered = Event()
        self.watched = 0
        self.broken: Exception | None = None
        self.tell: Callable[[bool], None] = lambda _present: None

    def watch(self, changed: Callable[[bool], None]) -> None:
        self._wait()
        if self.broken is not None:
            raise self.broken
        self.watched += 1
        self.tell = changed

    def reading(self) -> Reading:
        self._wait()
        return Reading(present=False)

    def close(self) -> None:
        """Nothing to let go of."""

    def _wait(self) -> None:
        self.entered.set()
        assert self.free.wait(30)


class Shop:
    """A player on its own thread, followed by the sensing of one sticky eye."""

    def __init__(self) -> None:
        self.clock = HurriedClock()
        self.eye = Sticky()
        self.events: list[AnyEvent] = []
        self.steps = 0
        self.player = Player("nordic", [], lambda *_: None, self.clock)
        spot = Spot("eye", "hall", self.eye)
        self.sensing = Sensing([spot], self.events.append, self.player.loop.wake, self.clock)
        self.player.followers += [self.sensing.step, self.count]
        self.player.loop.start()

    def count(self, _moment: Moment) -> None:
        self.steps += 1

    def keeps_stepping(self) -> None:
        before = self.steps
        self.player.loop.wake()
        wait_until(lambda: self.steps > before, 20, "the player to step")

    def problem(self) -> str | None:
        return self.sensing.readings()["eye"].problem

    def troubles(self) -> list[bool]:
        return [it.problem is not None for it in self.events if isinstance(it, DeviceTrouble)]

    def hangs(self) -> None:
        """Time passes until the call under way counts as hung."""
        assert self.eye.entered.wait(20)
        self.clock.ahead_s += LONGEST_CALL_S + 1
        wait_until(lambda: self.troubles() == [True], 20, "the trouble")


@pytest.fixture
def shop() -> Iterator[Shop]:
    it = Shop()
    yield it
    it.eye.free.set()
    it.player.loop.end(5)
    it.sensing.end(5)


def test_a_sensor_that_cannot_be_watched_for_hanging_holds_nobody_up(shop: Shop) -> None:
    shop.eye.free.clear()
    shop.sensing.start()
    shop.keeps_stepping()
    shop.hangs()
    shop.keeps_stepping()
    assert str(shop.problem()).startswith("has not answered for ")
    shop.eye.free.set()
    wait_until(lambda: shop.troubles() == [True, False], 20, "its return")
    assert shop.eye.watched == 1, "watched twice it would tell all things twice"
    shop.eye.tell(True)
    assert [it.present for it in shop.events if isinstance(it, Presence)] == [True]


def test_a_reading_that_hangs_is_that_sensors_trouble_alone(shop: Shop) -> None:
    shop.sensing.start()
    wait_until(lambda: shop.eye.watched, 20, "the sensor to be watched")
    shop.eye.free.clear()
    shop.eye.entered.clear()
    shop.clock.ahead_s += 2
    shop.keeps_stepping()
    shop.hangs()
    shop.keeps_stepping()
    shop.eye.free.set()
    wait_until(lambda: shop.troubles() == [True, False], 20, "its return")
    assert shop.problem() is None


def test_one_that_refuses_to_be_watched_is_tried_again(shop: Shop) -> None:
    shop.eye.broken = DeviceUnavailableError("no such port")
    shop.sensing.start()
    wait_until(lambda: shop.troubles() == [True], 20, "the trouble")
    assert shop.problem() == "can't be watched: no such port"
    shop.eye.broken = None
    shop.clock.ahead_s += 5
    wait_until(lambda: shop.troubles() == [True, False], 20, "its return")
    assert shop.eye.watched == 1


def test_a_sensor_that_hangs_does_not_hold_up_the_end(shop: Shop) -> None:
    shop.eye.free.clear()
    shop.sensing.start()
    assert shop.eye.entered.wait(20)
    shop.sensing.end(0.05)
    shop.keeps_stepping()
