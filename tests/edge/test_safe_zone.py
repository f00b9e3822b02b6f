"""An alarm: full, white and steady light at once, silence, no scent; then gently back."""

import itertools

import pytest

from edge.playing.gesture import trial_gesture
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.player import Player
from edge.playing.zone_player import ZonePlayer
from edge.recording.as_run import AsRunLog
from edge.tables import Zone
from scenes.fades import LightLevel, lightness
from scenes.messages import AnyEvent, AsRun
from scenes.scene import LightCue, Scene
from tests.edge.fakes import plan
from tests.edge.test_zone_player import BRIGHT, DIM
from tests.edge.test_zone_player import Bench as ZoneBench

FIRE = "the fire alarm"
RED = Scene(id="red", name="red", light={"all": LightCue(level=30, colour="#ff0000", fade_s=2)})


class Bench(ZoneBench):
    """A zone that can be asked to be safe."""

    def alarm(self, reason: str | None) -> None:
        self.zone.make_safe(reason, self.clock.moment)
        self.zone.step(self.clock.moment)
        self.music.step(self.clock.moment)


def playing(it: Scene = BRIGHT, seconds: float = 5) -> Bench:
    bench = Bench()
    bench.zone.adopt(plan([(0, DIM), (3, it)]))
    bench.run(3 + seconds)
    return bench


def test_at_once_full_white_and_silent_without_scent() -> None:
    bench = playing(RED)
    bench.alarm(FIRE)
    now_s = bench.clock.steady_s
    for light in (bench.spot, bench.wall):
        assert light.shown[-1] == (now_s, LightLevel(100.0))
    bench = playing(seconds=1)
    bench.alarm(FIRE)
    assert bench.player.source is None
    assert len(bench.diffuser.stops) == 1
    bursts = len(bench.diffuser.bursts)
    bench.run(200)
    assert len(bench.diffuser.bursts) == bursts
    assert bench.player.source is None


def test_steady_whatever_is_planned_asked_or_offered_meanwhile() -> None:
    bench = playing()
    bench.zone.lighting.outputs[0].begin(trial_gesture(80, bench.clock.moment))
    bench.run(1)
    bench.alarm(FIRE)
    shown = len(bench.spot.shown)
    bench.zone.adopt(plan([(0, DIM), (10, BRIGHT), (12, RED), (14, DIM)], revision=2))
    bench.run(20)
    assert bench.spot.shown[shown:] == []
    assert bench.spot.level == 100


def test_it_says_why_and_that_the_scene_is_not_given() -> None:
    bench = playing()
    bench.alarm(FIRE)
    bench.run(3)
    state = bench.state()
    assert state.scene == "bright"
    assert (state.confirmed, state.problem) == (False, FIRE)
    bench.alarm(None)
    bench.run(5)
    assert (bench.state().confirmed, bench.state().problem) == (True, None)


def test_afterwards_it_goes_gently_back_to_what_is_due_then() -> None:
    bench = playing(RED)
    bench.alarm(FIRE)
    bench.zone.adopt(plan([(0, DIM), (9, BRIGHT)], revision=2))
    bench.run(5)
    shown = len(bench.spot.shown)
    volumes = len(bench.player.volumes())
    bench.alarm(None)
    bench.run(6)
    levels = [100.0, *(level.level for _, level in bench.spot.shown[shown:])]
    assert levels[-1] == 80
    steps = [abs(lightness(a) - lightness(b)) for a, b in itertools.pairwise(levels)]
    assert max(steps) <= 10, "no jump"
    back = bench.player.volumes()[volumes:]
    assert back[0] < 12
    assert back[-1] == 40
    assert bench.player.source == "playlist:calm"


def test_an_alarm_and_its_end_without_a_plan_come_back_to_the_boot_levels() -> None:
    bench = Bench(boot_level=30)
    bench.run(1)
    bench.alarm(FIRE)
    assert bench.spot.level == 100
    bench.run(2)
    bench.alarm(None)
    bench.run(4)
    assert bench.spot.level == pytest.approx(30)


def test_an_agent_that_starts_in_an_alarm_is_safe_from_its_first_step() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-60, BRIGHT)]))
    bench.alarm(FIRE)
    assert bench.spot.level == 100
    assert bench.player.source is None
    bench.alarm(None)
    bench.run(5)
    assert [bench.spot.level, bench.player.source] == [80, "playlist:calm"]


def test_a_light_that_fails_is_tried_at_once_and_then_again() -> None:
    bench = playing()
    bench.wall.unplug()
    bench.zone.adopt(plan([(0, DIM)], revision=2))
    bench.run(20)
    calls = bench.wall.calls
    bench.alarm(FIRE)
    assert bench.wall.calls == calls + 1, "whatever its back-off says"
    bench.wall.mend()
    bench.run(61)
    assert bench.wall.level == 100


def test_full_is_what_was_commissioned_as_full() -> None:
    bench = Bench()
    output = LightOutput("lamp", bench.spot, bench.told.health("lamp"))
    channel = LightChannel("all", [output], LightLevel(0.0))
    zone = ZonePlayer("hall", lights=[channel], limits=Zone(full_light=70))
    zone.make_safe(FIRE, bench.clock.moment)
    assert bench.spot.level == 70


def test_the_player_asks_for_each_zone_at_each_step() -> None:
    bench = playing()
    reasons: dict[str, str] = {}
    player = Player("nordic", [bench.zone], lambda _plan, _payload: None, bench.clock)
    seen: list[str | None] = []

    def step() -> None:
        player.step(bench.clock.moment)
        seen.append(bench.zone.safety)

    step()
    player.safety = reasons.get
    for reason in (FIRE, "the calm button"):
        reasons["hall"] = reason
        step()
        assert bench.spot.level == 100
    reasons.clear()
    step()
    assert seen == [None, FIRE, "the calm button", None]


def test_the_as_run_log_says_that_the_scene_was_not_given() -> None:
    bench = playing()
    events: list[AnyEvent] = []
    log = AsRunLog(bench.zone, events.append)

    def run(seconds: int) -> None:
        for _ in range(seconds * 10):
            bench.run(0.1)
            log.step(bench.clock.moment)

    run(5)
    bench.alarm(FIRE)
    alarmed = bench.clock.utc
    run(5)
    bench.alarm(None)
    run(5)
    log.close(bench.clock.moment)
    segments = [it for it in events if isinstance(it, AsRun)]
    assert [it.confirmed for it in segments] == [True, False, True]
    assert abs((segments[1].at - alarmed).total_seconds()) < 0.3
    assert [it.problem for it in segments] == [None, FIRE, None]
