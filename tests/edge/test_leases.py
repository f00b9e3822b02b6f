"""A player that stops stepping loses its outputs: to their fail levels, and back."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from edge.clock import SystemClock
from edge.config import read_config
from edge.leases import Lease, Leases, leases_of
from edge.playing.gliding_output import GlidingOutput
from edge.playing.health import Health
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.music_channel import MusicChannel
from edge.playing.player import Player
from edge.playing.zone_player import ZonePlayer
from edge.tables import Zone
from scenes.fades import LightLevel, lightness
from scenes.messages import Reading
from scenes.scene import MusicCue
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import FakeLight, FakePlayer, Told, plan, scene
from tests.waiting import wait_until

LEASE_S = 0.5
BRIGHT, FAIL = 80.0, 30.0


def nothing(_at_s: float) -> bool:
    return True


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def keep(clock: FakeClock, told: Told, *leases: Lease) -> Leases:
    return Leases(leases, [], told, clock)


def test_who_steps_keeps_everything(clock: FakeClock) -> None:
    told = Told()
    leases = keep(clock, told, Lease("window", 2.0, nothing))
    for _ in range(20):
        clock.advance(1.9)
        leases.look(clock.moment)
        leases.step(clock.moment)
    assert told.all == []


def test_each_output_falls_when_its_own_lease_has_run_out_and_is_told_once(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    leases = keep(clock, told, Lease("window", 2.0, nothing), Lease("music", 30.0, nothing))
    run(leases.look, clock, 1.5)
    assert told.all == []
    run(leases.look, clock, 20)
    assert [device for device, _ in told.all] == ["window"]
    run(leases.look, clock, 20)
    assert [device for device, _ in told.all] == ["window", "music"]
    assert all("hung" in str(problem) for _, problem in told.all)
    assert sum("has not stepped" in it for it in caplog.messages) == 2


def test_the_next_whole_step_takes_over_and_that_is_told_once(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    leases = keep(clock, told, Lease("window", 2.0, nothing))
    run(leases.look, clock, 5)
    leases.step(clock.moment)
    leases.step(clock.moment)
    assert told.all[1:] == [("window", None)]
    assert sum("takes over" in it for it in caplog.messages) == 1
    run(leases.look, clock, 1.5)
    assert len(told.all) == 2


def test_an_output_that_throws_does_not_keep_the_others(clock: FakeClock) -> None:
    reached = threading.Event()

    def throw(_at_s: float) -> bool:
        raise OSError("unplugged")

    def reach(_at_s: float) -> bool:
        reached.set()
        return True

    leases = keep(clock, Told(), Lease("dead", 1.0, throw), Lease("well", 1.0, reach))
    run(leases.look, clock, 3)
    assert reached.wait(20)


class StuckLight:
    """A driver whose call never returns, until somebody pulls the plug out and in."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()

    def shine(self, level: LightLevel) -> None:
        self.free.wait()

    def reading(self) -> Reading:
        return Reading()

    def close(self) -> None:
        """Nothing to let go of."""


class WorkingLight(StuckLight):
    """One that does what it is told."""

    level: float | None = None

    def shine(self, level: LightLevel) -> None:
        self.level = level.level


class Shop:
    """A zone with a light whose driver gets stuck and one that works, on the real clock."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.told = Told()
        self.stuck = StuckLight()
        self.works = WorkingLight()
        outputs = [
            LightOutput(
                name,
                light,
                Health(name, self.told),
                fail_level=FAIL,
                lease_s=LEASE_S,
            )
            for name, light in (("stuck", self.stuck), ("works", self.works))
        ]
        channel = LightChannel("all", outputs, LightLevel(0.0))
        self.zone = ZonePlayer("hall", lights=[channel], limits=Zone())
        self.player = Player("nordic", [self.zone], lambda *_: None, self.clock)
        leases = [Lease(it.name, it.lease_s, self.fall_of(it)) for it in self.zone.lighting.outputs]
        self.leases = Leases(leases, [self.zone], self.told, self.clock)
        self.player.followers.append(self.leases.step)

    def fall_of(self, output: LightOutput) -> Callable[[float], bool]:
        return lambda at_s: output.fall_back(Zone().fade_s, at_s)


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    made.zone.adopt(plan([(-60, scene("bright", BRIGHT, fade_s=0))], start=datetime.now(UTC)))
    yield made
    made.stuck.free.set()
    made.leases.end(1)
    made.player.loop.end(5)


def test_a_step_that_is_really_blocked_costs_nobody_else_his_fail_level(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """Also not when the keeper's own call to the stuck driver never returns."""
    caplog.set_level(logging.WARNING)
    shop.player.loop.start()
    shop.leases.loop.start()
    wait_until(lambda: shop.works.level == BRIGHT, 20, "the scene")
    shop.stuck.free.clear()
    # The next scene moves the stuck light first, and the player's thread hangs in its driver.
    dim = scene("dim", 10, fade_s=0)
    shop.zone.adopt(plan([(-60, dim)], start=datetime.now(UTC), revision=2))
    shop.player.loop.wake()
    wait_until(lambda: shop.works.level == FAIL, 15, "the fail level")
    assert {device for device, problem in shop.told.all if problem} == {"stuck", "works"}
    assert sum("has not stepped" in it for it in caplog.messages) == 1

    shop.stuck.free.set()
    wait_until(lambda: shop.works.level == 10, 10, "the player to take over")
    assert sum("takes over" in it for it in caplog.messages) == 1
    assert {device for device, problem in shop.told.all if problem is None} == {"stuck", "works"}


def test_the_way_to_the_fail_level_is_no_flash() -> None:
    clock = FakeClock()
    light = FakeLight(clock)
    output = LightOutput("window", light, Health("window", Told()), fail_level=100.0)
    output.start_from(LightLevel(0.0))
    began_s = clock.steady_s
    while not output.fall_back(2.0, clock.steady_s):
        clock.advance(0.025)
    assert clock.steady_s - began_s == pytest.approx(2.0, abs=0.1)
    levels = [lightness(level.level) for _, level in light.shown]
    assert levels == sorted(levels)
    assert max(after - before for before, after in pairwise(levels)) < 1.5


class FakeGlidingLight(FakeLight):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.glides: list[tuple[float, float]] = []

    def glide(self, target: LightLevel, duration_s: float) -> None:
        self.glides.append((target.level, duration_s))


def test_a_light_with_its_own_transitions_is_told_once() -> None:
    clock = FakeClock()
    light = FakeGlidingLight(clock)
    output = GlidingOutput("lamp", light, Health("lamp", Told()), fail_level=100.0)
    output.start_from(LightLevel(0.0))
    assert output.fall_back(2.0, clock.steady_s)
    assert light.glides == [(100.0, 2.0)]
    assert light.shown == []


def test_music_goes_down_to_its_fail_level_along_the_ramp_and_never_up() -> None:
    clock = FakeClock()
    player, told = FakePlayer(clock), Told()
    channel = MusicChannel("music", player, told.health("music"), clock)
    cue = MusicCue(source="playlist:calm", volume=60, crossfade_s=2)
    channel.aim(cue, clock.utc, clock.moment)
    run(channel.step, clock, 6)
    assert player.volume == 60
    channel.hold_to(20)
    run(channel.step, clock, 6)
    assert player.volume == 20
    told_after = player.volumes()[player.volumes().index(60) :]
    assert max(before - after for before, after in pairwise(told_after)) <= 10.1, "0.2 s of ramp"
    channel.hold_to(80)
    run(channel.step, clock, 6)
    assert player.volume == 60, "a fail level is no reason to play louder than the scene"
    channel.hold_to(None)
    run(channel.step, clock, 6)
    assert player.volume == 60


def test_in_an_alarm_the_keeper_brings_lights_to_full_and_back_when_it_ends(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when the alarm comes while the player hangs already."""
    caplog.set_level(logging.CRITICAL)
    reason: list[str] = []
    config = read_config(
        {
            "store": "nordic",
            "edge": "ceiling",
            "zones": {"hall": {"full_light": 90}},
            "lights": {"works": {"driver": "gpio-pwm", "pin": 12, "zone": "hall"}},
        }
    )

    def safety(_zone: str) -> str | None:
        return "the contact is open" if reason else None

    leases = Leases(leases_of(config, [shop.zone], safety), [shop.zone], shop.told, shop.clock)
    leases.safety = safety
    leases.loop.start()
    wait_until(lambda: shop.works.level == FAIL, 15, "the fail level")
    reason.append("alarm")
    wait_until(lambda: shop.works.level == 90, 10, "the full light")
    reason.clear()
    wait_until(lambda: shop.works.level == FAIL, 10, "the fail level again")
    leases.end(1)
