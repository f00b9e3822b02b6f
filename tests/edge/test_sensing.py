"""What sensors say becomes events, as far as it can be believed; trouble is told once."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.capabilities import Direction
from devices.errors import DeviceUnavailableError
from edge.flap_limit import MOST_A_MINUTE
from edge.sensing import Sensing
from edge.sensor_watch import Spot
from scenes.messages import AnyEvent, DeviceTrouble, Reading
from tests.edge.fake_time import START, FakeClock, run


class Sensor:
    """A sensor of whatever kinds its test needs, without a mind of its own."""

    def __init__(self) -> None:
        self.problem: str | None = None
        self.broken: Exception | None = None
        self.watched = 0

    def reading(self) -> Reading:
        return Reading(problem=self.problem)

    def close(self) -> None:
        """Nothing to let go of."""

    def keep(self, called: Callable[..., None]) -> None:
        self.watched += 1
        if self.broken is not None:
            raise self.broken
        self.tell = called


class Eye(Sensor):
    def watch(self, changed: Callable[[bool], None]) -> None:
        self.keep(changed)


class Gate(Sensor):
    def watch_passages(self, passed: Callable[[Direction], None]) -> None:
        self.keep(passed)


class Door(Sensor):
    def watch_contact(self, changed: Callable[[bool], None]) -> None:
        self.keep(changed)


class Bell(Sensor):
    def watch_presses(self, pressed: Callable[[], None]) -> None:
        self.keep(pressed)


class DoorWithAnEye(Door):
    def watch(self, changed: Callable[[bool], None]) -> None:
        self.see = changed


class Bench:
    """Sensors called by their class, the events they led to, and a clock."""

    def __init__(self, *sensors: Sensor) -> None:
        self.clock = FakeClock()
        self.events: list[AnyEvent] = []
        self.wakes = 0
        spots = [
            Spot(type(it).__name__.lower(), "hall", it, "mmwave", inline=True)  # type: ignore[arg-type]
            for it in sensors
        ]
        self.sensing = Sensing(spots, self.events.append, self.wake, self.clock)
        self.sensing.start()

    def wake(self) -> None:
        self.wakes += 1

    def run(self, seconds: float) -> None:
        run(self.sensing.step, self.clock, seconds)

    def told(self) -> list[Any]:
        """Each event as its kind and what it says, without time and place."""
        said = []
        for event in self.events:
            words = msgspec.to_builtins(event)
            kind = words.pop("kind")
            for place in ("seq", "at", "zone", "device", "sensor_type"):
                words.pop(place, None)
            if isinstance(event, DeviceTrouble):
                words["problem"] = event.problem is not None
            said.append((kind, *words.values()))
        return said


def test_every_kind_of_sensor_has_its_event() -> None:
    eye, gate, door, bell = Eye(), Gate(), Door(), Bell()
    bench = Bench(eye, gate, door, bell)
    eye.tell(True)
    gate.tell("in")
    door.tell(True)
    bell.tell()
    bell.tell()
    assert bench.told() == [
        ("presence", True),
        ("passage", "in"),
        ("contact", True),
        ("press",),
        ("press",),
    ]
    assert {event.zone for event in bench.events} == {"hall"}
    assert [event.device for event in bench.events][:4] == ["eye", "gate", "door", "bell"]
    assert [getattr(event, "sensor_type", None) for event in bench.events][:2] == ["mmwave"] * 2
    assert bench.wakes == 5


def test_a_device_may_be_several_sensors() -> None:
    both = DoorWithAnEye()
    bench = Bench(both)
    both.tell(True)
    both.see(True)
    assert bench.told() == [("contact", True), ("presence", True)]


def test_what_is_said_twice_is_recorded_once() -> None:
    eye, door = Eye(), Door()
    bench = Bench(eye, door)
    for word in (False, True, True, False, False):
        eye.tell(word)
        door.tell(word)
    assert bench.told() == [
        ("presence", True),
        ("contact", True),
        ("presence", False),
        ("contact", False),
    ]


def test_a_problem_is_told_once_ends_the_presence_and_so_is_its_end() -> None:
    eye = Eye()
    bench = Bench(eye)
    eye.tell(True)
    eye.problem = "says nothing for 5 s"
    bench.run(2)
    eye.problem = "says nothing for 7 s"
    bench.run(60)
    assert bench.told() == [("presence", True), ("presence", False), ("device-trouble", True)]
    reading = bench.sensing.readings()["eye"]
    assert (reading.present, reading.problem) == (None, "says nothing for 7 s")
    eye.tell(False)
    eye.tell(True)
    assert len(bench.events) == 3, "in trouble it claims nothing"
    eye.problem = None
    bench.run(2)
    assert bench.told()[3:] == [("device-trouble", False, 2), ("presence", True)]


def test_who_left_during_the_trouble_is_not_told_again() -> None:
    eye = Eye()
    bench = Bench(eye)
    eye.tell(True)
    eye.problem = "unplugged"
    bench.run(2)
    eye.tell(False)
    eye.problem = None
    bench.run(2)
    assert bench.told()[3:] == [("device-trouble", False, 1)]


def test_passages_and_presses_of_a_sensor_in_trouble_are_counted_not_recorded() -> None:
    gate, bell, door = Gate(), Bell(), Door()
    bench = Bench(gate, bell, door)
    for sensor in (gate, bell, door):
        sensor.problem = "blocked"
    bench.run(2)
    gate.tell("in")
    bell.tell()
    bell.tell()
    door.tell(True)
    for sensor in (gate, bell, door):
        sensor.problem = None
    bench.run(2)
    assert bench.told()[3:] == [
        ("device-trouble", False, 1),
        ("device-trouble", False, 2),
        ("device-trouble", False, 1),
        ("contact", True),
    ]


def test_a_reading_that_throws_is_a_problem_of_that_sensor_alone() -> None:
    class Dead(Eye):
        def reading(self) -> Reading:
            raise OSError("no such chip")

    dead, eye = Dead(), Eye()
    bench = Bench(dead, eye)
    bench.run(3)
    eye.tell(True)
    assert bench.told() == [("device-trouble", True), ("presence", True)]


def test_a_square_wave_of_1_khz_is_bounded_and_its_calm_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    eye = Eye()
    bench = Bench(eye)
    for number in range(60_000):
        bench.clock.advance(0.001)
        eye.tell(number % 2 == 0)
        if number % 1000 == 0:
            bench.sensing.step(bench.clock.moment)
    assert len(bench.events) == MOST_A_MINUTE + 1
    assert bench.wakes == MOST_A_MINUTE
    assert bench.told()[-1] == ("device-trouble", True)
    assert "changes more than 120 times a minute" in str(bench.sensing.readings()["eye"].problem)
    bench.run(59)
    assert len(bench.events) == MOST_A_MINUTE + 1
    eye.tell(True)
    bench.run(62)
    assert bench.told()[MOST_A_MINUTE + 1 :] == [
        ("device-trouble", False, 60_000 - MOST_A_MINUTE + 1),
        ("presence", True),
    ]
    levels = [record.levelname for record in caplog.records]
    assert levels == ["ERROR", "INFO"]


@given(st.lists(st.floats(0.001, 3), min_size=1, max_size=400))
def test_however_it_changes_each_presence_has_one_begin_and_one_end(gaps_s: list[float]) -> None:
    eye = Eye()
    bench = Bench(eye)
    for number, gap_s in enumerate(gaps_s):
        bench.run(gap_s)
        eye.tell(number % 2 == 0)
    bench.run(130)
    told = [event[1] for event in bench.told() if event[0] == "presence"]
    assert told == [number % 2 == 0 for number in range(len(told))]
    assert (told[-1:] == [True]) == (len(gaps_s) % 2 == 1)
    troubles = [event[1] for event in bench.told() if event[0] == "device-trouble"]
    assert troubles == [number % 2 == 0 for number in range(len(troubles))]
    assert troubles[-1:] != [True], "calm is told"


def test_a_sensor_that_always_sees_somebody_is_stuck_until_it_does_not() -> None:
    eye = Eye()
    bench = Bench(eye)
    eye.tell(True)
    bench.clock.advance(4 * 3600 - 2)
    bench.run(1)
    assert len(bench.events) == 1
    bench.clock.advance(3)
    bench.run(1.5)
    assert bench.told()[1:] == [("presence", False), ("device-trouble", True)]
    problem = bench.sensing.readings()["eye"].problem
    assert problem is not None
    assert problem.startswith("has seen somebody for more than 4 hours without a break")
    bench.clock.advance(3600)
    bench.run(5)
    eye.tell(False)
    eye.tell(True)
    assert bench.told()[3:] == [("device-trouble", False), ("presence", True)]


def test_a_door_that_stands_open_all_day_is_not_stuck() -> None:
    door = Door()
    bench = Bench(door)
    door.tell(True)
    bench.clock.advance(9 * 3600)
    bench.run(3)
    assert bench.told() == [("contact", True)]


def test_a_sensor_that_cannot_be_watched_is_tried_again_ever_more_seldom() -> None:
    eye = Eye()
    eye.broken = DeviceUnavailableError("no such chip")
    bench = Bench(eye)
    assert bench.told() == [("device-trouble", True)]
    assert bench.sensing.readings()["eye"].problem == "can't be watched: no such chip"
    bench.run(8)
    assert eye.watched == 4, "at once, and after 1, 2 and 4 s"
    bench.run(300)
    assert 12 <= eye.watched <= 15
    assert len(bench.events) == 1
    eye.broken = None
    bench.run(31)
    tries = eye.watched
    eye.tell(True)
    bench.run(100)
    assert eye.watched == tries
    assert bench.told()[1:] == [("device-trouble", False), ("presence", True)]


def test_who_is_seen_by_a_sensor_that_is_watched_late_is_told() -> None:
    class Late(Eye):
        def watch(self, changed: Callable[[bool], None]) -> None:
            super().watch(changed)
            changed(True)

    eye = Late()
    eye.broken = DeviceUnavailableError("no such chip")
    bench = Bench(eye)
    eye.broken = None
    bench.run(2)
    assert bench.told()[1:] == [("device-trouble", False, 1), ("presence", True)]


def test_a_device_that_is_no_sensor_says_so() -> None:
    bench = Bench(Sensor())
    problem = bench.sensing.readings()["sensor"].problem
    assert problem == "can't be watched: its driver tells of nothing that a sensor can"


def test_times_are_those_of_the_change() -> None:
    eye = Eye()
    bench = Bench(eye)
    bench.clock.advance(2.5)
    eye.tell(True)
    assert (bench.events[0].at - START).total_seconds() == 2.5


def test_nothing_is_looked_at_before_the_start() -> None:
    eye = Eye()
    clock, events = FakeClock(), list[AnyEvent]()
    eye.problem = "not yet"
    sensing = Sensing([Spot("eye", "hall", eye, inline=True)], events.append, lambda: None, clock)
    assert sensing.step(clock.moment) is None
    assert events == []
