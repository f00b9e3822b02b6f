"""State reports: soon after a change, never too many, and a heartbeat."""

from collections.abc import Callable
from datetime import datetime

import pytest

from edge.clock import Moment, earliest
from edge.identity import Identity
from edge.reporting import Housekeeping, Reporter
from edge.sensing import Sensing
from edge.sensor_watch import Spot
from scenes.messages import AnyEvent, DeviceInfo, Presence, Reading, State
from tests.edge.fake_time import run
from tests.edge.fakes import plan
from tests.edge.test_zone_player import BRIGHT, DIM
from tests.edge.test_zone_player import Bench as ZoneBench

KINDS = {"spot": "light", "wall": "light", "music": "player", "scent": "diffuser", "door": "sensor"}


class FakeSensor:
    """A sensor that a test waves at."""

    def __init__(self) -> None:
        self.present = False
        self.told: list[object] = []

    def watch(self, changed: Callable[[bool], None]) -> None:
        self.changed = changed
        if self.present:
            changed(True)

    def wave(self, present: bool) -> None:
        self.present = present
        self.changed(present)

    def reading(self) -> Reading:
        return Reading(present=self.present)

    def close(self) -> None:
        """Nothing to let go of."""


class Bench(ZoneBench):
    """A zone, a sensor and their reports with the (steady) times of them."""

    def __init__(self) -> None:
        super().__init__()
        self.sensor = FakeSensor()
        self.events: list[AnyEvent] = []
        self.reports: list[tuple[float, State]] = []
        self.sensing = Sensing(
            (Spot("door", "hall", self.sensor, inline=True),),
            self.events.append,
            lambda: None,
            self.clock,
        )
        self.sensing.start()
        self.own = Housekeeping(waiting_events=7)
        self.reporter = Reporter(
            Identity("nordic", "ceiling", "0" * 16, "1"),
            [self.zone],
            self.sensing,
            {
                name: DeviceInfo(id=name, kind=kind, zone="hall", driver="fake")  # type: ignore[arg-type]
                for name, kind in KINDS.items()
            },
            lambda: self.own,
            lambda state: self.reports.append((self.clock.steady_s, state)),
        )

    def run_reported(self, seconds: float) -> None:
        def step(moment: Moment) -> datetime | None:
            zone_due = self.zone.step(moment)
            return earliest(zone_due, self.music.step(moment), self.reporter.step(moment))

        run(step, self.clock, seconds)


def test_a_heartbeat_every_five_seconds() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM)]))
    bench.run_reported(31)
    assert 6 <= len(bench.reports) <= 9
    gaps = [after - before for (before, _), (after, _) in zip(bench.reports, bench.reports[1:])]  # noqa: B905
    assert max(gaps) <= 5.001


def test_a_report_says_everything() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, BRIGHT)]))
    bench.sensor.wave(True)
    bench.run_reported(6)
    _, state = bench.reports[-1]
    assert (state.store, state.edge, state.waiting_events) == ("nordic", "ceiling", 7)
    assert state.zones["hall"].scene == "bright"
    assert state.zones["hall"].confirmed
    assert set(state.devices) == set(KINDS)
    assert state.devices["spot"].reading.level == 80
    assert state.devices["music"].reading.source == "playlist:calm"
    assert state.devices["door"].reading.present is True


def test_a_change_of_scene_is_told_within_a_tenth_of_a_second() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM), (12.5, BRIGHT)]))
    bench.run_reported(20)
    first = next(at_s for at_s, state in bench.reports if state.zones["hall"].scene == "bright")
    assert first - 1012.5 <= 0.1
    done = next(
        at_s
        for at_s, state in bench.reports
        if state.zones["hall"].scene == "bright" and not state.zones["hall"].fading
    )
    assert done - 1014.5 <= 0.1


def test_many_changes_are_at_most_five_reports_a_second() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM)]))
    bench.run_reported(6)
    bench.reports.clear()
    for number in range(100):
        bench.sensor.wave(number % 2 == 0)
        bench.run_reported(0.02)
    assert 5 <= len(bench.reports) <= 11
    bench.run_reported(0.3)
    assert bench.reports[-1][1].devices["door"].reading.present is False, "the last one is told"


def test_trouble_is_told_within_about_a_second_without_a_change_of_scene() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, DIM)]))
    bench.run_reported(6)
    bench.reports.clear()
    bench.spot.shown.append((0.0, bench.spot.shown[0][1].__class__(55)))
    bench.run_reported(1.3)
    assert bench.reports[0][1].zones["hall"].problem == "spot: does not do what the scene asks"


def test_a_new_link_gets_the_full_state_at_once() -> None:
    bench = Bench()
    bench.run_reported(6)
    bench.reports.clear()
    bench.reporter.hurry()
    bench.reporter.step(bench.clock.moment)
    assert len(bench.reports) == 1


def test_a_sensors_changes_are_events_with_their_time() -> None:
    bench = Bench()
    for present in (True, True, False, False, True):
        bench.clock.advance(2)
        bench.sensor.wave(present)
    events = [event for event in bench.events if isinstance(event, Presence)]
    assert [(event.present, event.zone, event.device) for event in events] == [
        (True, "hall", "door"),
        (False, "hall", "door"),
        (True, "hall", "door"),
    ]
    assert [(event.at - events[0].at).total_seconds() for event in events] == [0, 4, 8]


def test_who_is_in_view_at_the_start_is_told() -> None:
    bench = Bench()
    sensor = FakeSensor()
    sensor.present = True
    sensing = Sensing(
        (Spot("door", "hall", sensor, inline=True),), bench.events.append, lambda: None, bench.clock
    )
    sensing.start()
    assert [isinstance(event, Presence) and event.present for event in bench.events] == [True]


def test_a_dead_sensor_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()

    class Dead(FakeSensor):
        def watch(self, changed: Callable[[bool], None]) -> None:
            raise OSError("no such chip")

        def reading(self) -> Reading:
            raise OSError("no such chip")

    alive = FakeSensor()
    spots = (
        Spot("dead", "hall", Dead(), inline=True),
        Spot("alive", "hall", alive, inline=True),
    )
    sensing = Sensing(spots, bench.events.append, lambda: None, bench.clock)
    sensing.start()
    alive.wave(True)
    assert [(type(event).__name__, event.device) for event in bench.events] == [
        ("DeviceTrouble", "dead"),
        ("Presence", "alive"),
    ]
    assert sensing.readings()["dead"].problem == "gives no reading: no such chip"
    assert "dead: can't be watched: no such chip" in caplog.text
