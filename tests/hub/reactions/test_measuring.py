"""Occupancy, waiting and noise follow from what is known, and from nothing else."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest

from hub.parts import HubParts
from hub.planning.almanac import PlaceAlmanac
from hub.reactions.measuring import Measured, Measuring
from hub.reactions.outside import Told
from scenes.rules import Measure
from tests.hub.reactions.floor import STORE, ZONE, Edge
from tests.hub.shops import THURSDAY_NOON, FakeClock

OPENING = THURSDAY_NOON - timedelta(hours=2)


class Meter:
    """Measures the entrance as the watcher does."""

    def __init__(self, parts: HubParts) -> None:
        self.parts = parts
        self.restart()

    def restart(self) -> None:
        self.measuring = Measuring(
            self.parts.engine,
            self.parts.reported.edges,
            lambda store: PlaceAlmanac(store.place, store.tz),
            self.parts.outside,
        )

    def __call__(self, measure: Measure = "occupancy") -> Measured:
        store = self.parts.planner.store(STORE)
        self.measuring.events_stored()
        self.measuring.look([(store, ZONE)], self.parts.now())
        return self.measuring.measure(store, ZONE, measure, self.parts.now())

    def bounds(self, measure: Measure = "occupancy") -> tuple[float | None, float | None]:
        measured = self(measure)
        return measured.at_least, measured.at_most


@pytest.fixture
def meter(parts: HubParts) -> Meter:
    return Meter(parts)


def test_nobody_measures_and_nothing_is_known(meter: Meter) -> None:
    for measure in ("occupancy", "waiting", "noise"):
        measured = meter(measure)
        assert (measured.at_least, measured.at_most, measured.age_s) == (None, None, None)
        assert measured.how == "nothing measures it in this zone"


def test_presence_sensors_count_one_each(meter: Meter, clock: FakeClock) -> None:
    edge = Edge(meter.parts, door="pir", window="mmwave", hall="mqtt", bell="other")
    edge.says(door=True, window=True, hall=False, bell=None)
    assert meter.bounds() == (2, 2)
    clock.forward(seconds=3)
    assert (meter().age_s, meter().how) == (3, "seen by door, hall, window")
    edge.says(door=False, window=False, hall=False, bell=None)
    assert meter.bounds() == (0, 0)


def test_a_silent_sensor_is_never_nobody(meter: Meter, clock: FakeClock) -> None:
    edge = Edge(meter.parts, door="pir", window="pir", hall="ultrasonic")
    edge.says(door=True, window="is blocked", hall=None)
    assert meter.bounds() == (1, 3)
    assert meter().how == "seen by door; hall, window says nothing now"
    assert meter.bounds("waiting") == (0, math.inf)
    edge.says(door="cut cable", window="is blocked", hall=None)
    assert meter.bounds() == (None, None)
    edge.says(door=True, window=True, hall=True)
    assert meter.bounds() == (3, 3)
    clock.forward(seconds=16)
    assert meter.bounds() == (None, None), "a report of 16 s ago is no longer the present"
    edge.says(door=True, window=True, hall=True)
    edge.hello(online=False)
    assert meter.bounds() == (None, None), "the broker says that it is offline"


def test_an_edge_that_was_replaced_is_left_out(meter: Meter, clock: FakeClock) -> None:
    old = Edge(meter.parts, edge="old", door="pir")
    old.says(door=True)
    old.hello(online=False)
    clock.forward(minutes=2)
    Edge(meter.parts, door="pir").says(door=False)
    assert meter.bounds() == (0, 0)


def test_an_agent_that_does_not_say_what_its_sensors_are_is_taken_by_their_readings(
    meter: Meter,
) -> None:
    edge = Edge(meter.parts)
    edge.says(door=True, bell=None)
    assert meter.bounds() == (1, 1)


def test_a_beam_counts_who_comes_and_goes_and_nobody_twice(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    meter, edge = Meter(parts_on_both), Edge(parts_on_both, gate="beam", door="pir")
    edge.says(gate=True, door=True)
    assert meter.bounds() == (0, 0), "somebody in the beam is nobody in the zone"
    edge.passes("in", "in", "in", "out")
    assert meter.bounds() == (2, 2)
    assert meter().how == "counted by gate since 10:00"
    clock.forward(seconds=10)
    edge.says(gate=False)
    edge.passes("in")
    assert meter.bounds() == (3, 3)
    meter.restart()
    assert meter.bounds() == (3, 3), "a hub that starts counts the day so far"


def test_an_empty_zone_does_not_become_emptier(meter: Meter, clock: FakeClock) -> None:
    edge = Edge(meter.parts, gate="beam")
    edge.says(gate=False)
    edge.passes("out", "out", "in")
    assert meter.bounds() == (1, 1)
    meter.restart()
    assert meter.bounds() == (1, 1)


def test_who_comes_late_is_counted_where_they_belong(meter: Meter, clock: FakeClock) -> None:
    """Two edges serve the zone, and one kept its events while the broker was away."""
    edge = Edge(meter.parts, gate="beam")
    other = Edge(meter.parts, edge="other", back="beam")
    edge.says(gate=False)
    other.says(back=False)
    edge.passes("out")
    assert meter.bounds() == (0, 0)
    other.passes("in", at=clock() - timedelta(hours=1), device="back")
    assert meter.bounds() == (0, 0), "who went out had come in before"
    edge.passes("in")
    assert meter.bounds() == (1, 1)


def test_the_count_begins_anew_at_opening_and_closing(meter: Meter, clock: FakeClock) -> None:
    edge = Edge(meter.parts, gate="beam")

    def at(instant: datetime) -> tuple[float | None, float | None]:
        clock.instant = instant
        edge.says(gate=False)
        return meter.bounds()

    edge.passes("in", "in", at=OPENING - timedelta(minutes=20))
    assert at(OPENING - timedelta(seconds=1)) == (2, 2), "the cleaners came"
    assert at(OPENING) == (0, 0)
    edge.passes("in", "in", "in", at=OPENING + timedelta(minutes=1))
    assert at(OPENING + timedelta(hours=1)) == (3, 3)
    closing = OPENING + timedelta(hours=10)
    assert at(closing - timedelta(seconds=1)) == (3, 3)
    assert at(closing) == (0, 0)
    monday = OPENING + timedelta(days=4, hours=1)  # their clocks went back on Sunday
    assert at(monday - timedelta(minutes=1)) == (0, 0)


def test_a_passage_that_has_no_time_counts_for_nothing(meter: Meter, clock: FakeClock) -> None:
    edge = Edge(meter.parts, gate="beam")
    edge.says(gate=False)
    edge.passes("in", at=clock() + timedelta(hours=1))
    assert meter.bounds() == (0, 0)


def test_a_silent_beam_makes_the_count_unknown(meter: Meter) -> None:
    edge = Edge(meter.parts, gate="beam", door="pir")
    edge.passes("in")
    edge.says(gate="have been blocked since 09:00", door=True)
    assert meter.bounds() == (None, None)
    assert meter().how == "gate says nothing now"


def test_waiting_is_the_longest_stay_of_now(meter: Meter, clock: FakeClock) -> None:
    edge = Edge(meter.parts, door="pir", window="pir", gate="beam")
    edge.says(door=True, window=False, gate=True)
    assert meter.bounds("waiting") == (0, 0)
    for _ in range(12):
        clock.forward(seconds=10)
        edge.says(door=True, window=True, gate=True)
        meter()
    assert meter.bounds("waiting") == (2, 2)
    clock.forward(seconds=4)
    edge.says(door=False, window=True, gate=False)
    assert meter("waiting").at_least == pytest.approx(124 / 60), "a sensor blinks"
    clock.forward(seconds=4)
    edge.says(door=False, window=True, gate=False)
    assert meter("waiting").at_least == pytest.approx(118 / 60), "since the window sees somebody"
    clock.forward(seconds=6)
    edge.says(door=False, window=False, gate=False)
    assert meter.bounds("waiting") == (0, 0)


def test_a_stay_that_was_under_way_when_the_hub_started_began_when_it_began(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    edge = Edge(parts_on_both, door="pir")
    edge.sees(clock() - timedelta(minutes=9), present=True)
    edge.sees(clock() - timedelta(minutes=8), present=False)
    edge.sees(clock() - timedelta(minutes=7), present=True)
    edge.says(door=True)
    meter = Meter(parts_on_both)
    assert meter.bounds("waiting") == (7, 7)
    clock.forward(seconds=20)
    edge.says(door=False)
    assert meter.bounds("waiting") == (0, 0)
    clock.forward(seconds=20)
    edge.says(door=True)
    assert meter.bounds("waiting") == (0, 0), "what began before the hub's eyes began then"


def test_what_others_measure_stands_for_a_minute_in_place_of_the_sensors(
    meter: Meter, clock: FakeClock
) -> None:
    edge = Edge(meter.parts, door="pir")
    edge.says(door=True)
    tell = meter.parts.outside.tell
    tell(STORE, ZONE, "occupancy", Told(7, clock(), "Counter"), clock())
    tell(STORE, ZONE, "noise", Told(63.5, clock(), "Meter"), clock())
    tell(STORE, ZONE, "noise", Told(80, clock() - timedelta(seconds=1), "Meter"), clock())
    clock.forward(seconds=60)
    edge.says(door=True)
    assert (meter(), meter("noise").at_least) == (Measured(7, 7, 60, "told by Counter"), 63.5)
    clock.forward(seconds=1)
    assert meter.bounds() == (1, 1)
    assert meter("noise") == Measured(None, None, 61, "Meter tells nothing any more")


def test_what_others_measured_before_the_clock_was_set_back_is_past(
    meter: Meter, clock: FakeClock
) -> None:
    tell = meter.parts.outside.tell
    tell(STORE, ZONE, "occupancy", Told(9, clock(), "Counter"), clock())
    clock.forward(hours=-1)
    assert meter.bounds() == (None, None)
    tell(STORE, ZONE, "occupancy", Told(2, clock(), "Counter"), clock())
    assert meter.bounds() == (2, 2)
