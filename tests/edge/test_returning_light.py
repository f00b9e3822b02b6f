"""A light on the bus that was away comes back as gently as its zone allows, over a real broker."""

import json
import time
from collections.abc import Callable, Iterator

import pytest

from devices.drivers.mqtt.zigbee2mqtt_light import LIGHT, ZigbeeLightOptions
from edge.clock import Moment, SystemClock
from edge.device_bus import DeviceBus
from edge.playing.gliding_output import GlidingOutput
from edge.playing.light_channel import LightChannel
from edge.playing.lighting import Lighting
from edge.playing.worker import Worker
from edge.tables import Zone
from scenes.fades import LightLevel
from scenes.scene import LightCue
from tests.devices.mqtt_parts import Around, bus_at
from tests.devices.zigbee_parts import ZigbeeLamp
from tests.edge.fakes import Told
from tests.parts.mosquitto import Mosquitto

FADE_S = 10.0
STEP_PERCENT = 2.0
"""The lamp's steps, and the tenth of a second to which a transition is told."""

OPTIONS = ZigbeeLightOptions(driver="zigbee2mqtt-light", zone="hall", device="lamp", boot_level=40)


class WatchedZone:
    """A zone with the lamp alone, stepped in real time and watched by somebody with a meter."""

    def __init__(self, lamp: ZigbeeLamp, bus: DeviceBus) -> None:
        assert LIGHT.make is not None
        self.lamp = lamp
        self.told = Told()
        self.clock = SystemClock()
        self.light = LIGHT.make(OPTIONS, Around(bus))
        self.worker = Worker("lamp", self.light.reading, self.clock)
        self.output = GlidingOutput(
            "lamp", self.light, self.told.health("lamp"), worker=self.worker
        )
        self.channel = LightChannel("all", [self.output], LightLevel(OPTIONS.boot_level))
        self.lighting = Lighting([self.channel], Zone(fade_s=FADE_S))
        self.seen: list[tuple[float, float]] = []

    @property
    def level(self) -> float:
        return self.lamp.output() / 2.54

    def aim(self, level: float, fade_s: float) -> None:
        now = Moment.read(self.clock)
        self.channel.aim(LightCue(level=level, fade_s=fade_s), now.utc, now)

    def reach(self, done: Callable[[], bool], timeout_s: float, what: str) -> None:
        """Step until it is so; nothing that is seen meanwhile is faster than the zone allows."""
        self.seen = [(time.monotonic(), self.level)]
        while not done():
            self.lighting.step(Moment.read(self.clock))
            from_s, level, at_s = time.monotonic(), self.level, time.monotonic()
            began_s = self.seen[0][0]
            assert at_s - began_s < timeout_s, f"waited {timeout_s:g} s for {what}: {level:.0f} %"
            for before_s, before in self.seen[-40:]:
                reach = 100 / FADE_S * (at_s - before_s) + STEP_PERCENT
                assert abs(level - before) <= reach, f"{before:.0f} to {level:.0f} % too fast"
            self.seen.append((from_s, level))
            time.sleep(0.02)

    def reach_level(self, level: float, timeout_s: float) -> None:
        self.reach(lambda: abs(self.level - level) < 1, timeout_s, f"{level:g} %")


@pytest.fixture
def lamp(mosquitto: Mosquitto) -> Iterator[ZigbeeLamp]:
    it = ZigbeeLamp(mosquitto.port)
    it.restore_power(brightness=127)
    yield it
    it.close()


@pytest.fixture
def zone(mosquitto: Mosquitto, lamp: ZigbeeLamp) -> Iterator[WatchedZone]:
    bus = bus_at(mosquitto.port)
    it = WatchedZone(lamp, bus)
    bus.start()
    yield it
    it.lighting.end(5)
    it.light.close()
    bus.stop()


def transitions(lamp: ZigbeeLamp) -> list[float]:
    return [json.loads(command)["transition"] for command in lamp.commands]


def test_without_a_plan_it_goes_gently_to_its_boot_level(
    zone: WatchedZone, lamp: ZigbeeLamp
) -> None:
    zone.reach_level(OPTIONS.boot_level, 10)
    assert len(lamp.commands) == 1, "from where it was, not from where it was thought to be"
    assert zone.told.all == [], "the bus finds its broker before anybody complains"


def test_after_a_power_cut_it_comes_back_as_slowly_as_commissioned(
    zone: WatchedZone, lamp: ZigbeeLamp
) -> None:
    zone.aim(60, fade_s=0)
    zone.reach_level(60, 10)
    lamp.cut_power()
    zone.seen.clear()
    zone.reach(lambda: zone.light.reading().problem is not None, 20, "its loss")
    lamp.commands.clear()
    lamp.restore_power(brightness=254)
    zone.reach_level(60, 15)
    assert transitions(lamp)[0] >= (100 - 60) / 100 * FADE_S - 0.1


def test_a_blink_in_mid_fade_is_seen_and_the_fade_goes_on_from_there(
    zone: WatchedZone, lamp: ZigbeeLamp
) -> None:
    zone.aim(90, fade_s=6)
    zone.reach_level(60, 10)
    lamp.cut_power()
    lamp.restore_power(brightness=203)  # 80 %, before anybody could look
    zone.reach_level(90, 15)
    zone.reach(lambda: zone.light.reading().problem is None, 20, "a lamp that was told")
    assert zone.light.reading().level == pytest.approx(90, abs=1)


def test_what_was_due_while_the_broker_was_away_is_made_up_for_gently(
    zone: WatchedZone, lamp: ZigbeeLamp, mosquitto: Mosquitto
) -> None:
    zone.reach_level(OPTIONS.boot_level, 10)
    mosquitto.kill()
    zone.reach(lambda: zone.light.reading().problem is not None, 20, "its loss")
    zone.aim(65, fade_s=0)
    zone.reach(lambda: len(zone.told.all) == 1, 20, "the fault to be told")
    mosquitto.start()
    lamp.wait_until_there(2)
    zone.reach_level(65, 25)
    zone.reach(lambda: len(zone.told.all) == 2, 20, "its return to be told")
    assert zone.told.all[-1] == ("lamp", None)
