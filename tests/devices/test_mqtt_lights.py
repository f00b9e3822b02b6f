"""Lights behind Zigbee2MQTT and with Tasmota, over a real broker."""

import json
import time
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from devices.catalogue import Surroundings
from devices.drivers.mqtt.light import TRIES, BusLight
from devices.drivers.mqtt.tasmota import TasmotaDevice
from devices.drivers.mqtt.tasmota_light import LIGHT as TASMOTA
from devices.drivers.mqtt.tasmota_light import TasmotaLightDialect, TasmotaLightOptions
from devices.drivers.mqtt.zigbee2mqtt_light import LIGHT as ZIGBEE
from devices.drivers.mqtt.zigbee2mqtt_light import ZigbeeLightOptions
from devices.errors import DeviceError, DeviceUnavailableError
from edge.device_bus import DeviceBus
from scenes.fades import LightLevel
from scenes.messages import Reading
from tests.devices.contract_gliding_light import GlidingLightContract
from tests.devices.contract_light import LightContract
from tests.devices.mqtt_parts import Around, bus_at
from tests.devices.tasmota_parts import TasmotaLamp
from tests.devices.zigbee_parts import ZigbeeLamp
from tests.edge.listener import Listener
from tests.parts.mosquitto import Mosquitto
from tests.waiting import wait_until

ZIGBEE_OPTIONS = ZigbeeLightOptions(driver="zigbee2mqtt-light", zone="hall", device="lamp")
TASMOTA_OPTIONS = TasmotaLightOptions(driver="tasmota-light", zone="hall", topic="lamp", channels=5)


@pytest.fixture
def bus(mosquitto: Mosquitto) -> Iterator[DeviceBus]:
    it = bus_at(mosquitto.port)
    yield it
    it.stop()


@pytest.fixture
def zigbee_lamp(mosquitto: Mosquitto) -> Iterator[ZigbeeLamp]:
    it = ZigbeeLamp(mosquitto.port)
    yield it
    it.close()


@pytest.fixture
def tasmota_lamp(mosquitto: Mosquitto) -> Iterator[TasmotaLamp]:
    it = TasmotaLamp(mosquitto.port)
    yield it
    it.close()


def zigbee_light(around: Surroundings, options: ZigbeeLightOptions = ZIGBEE_OPTIONS) -> BusLight:
    assert ZIGBEE.make is not None
    return ZIGBEE.make(options, around)


def tasmota_light(around: Surroundings, options: TasmotaLightOptions = TASMOTA_OPTIONS) -> BusLight:
    assert TASMOTA.make is not None
    return TASMOTA.make(options, around)


def start(bus: DeviceBus, light: BusLight) -> BusLight:
    """Find the broker, and wait until the lamp has said something."""
    bus.start()
    wait_until(lambda: light.reading().problem is None, 10, "the lamp's first word")
    return light


TASMOTA_DIALECT = TasmotaLightDialect(TasmotaDevice("lamp", TASMOTA_OPTIONS.full_topic))


class TestZigbeeLight(LightContract, GlidingLightContract):
    @pytest.fixture
    def light(self, bus: DeviceBus, zigbee_lamp: ZigbeeLamp) -> Iterator[BusLight]:
        self.lamp = zigbee_lamp
        light = start(bus, zigbee_light(Around(bus)))
        yield light
        light.close()

    def shows(self) -> float:
        return self.lamp.output() / 254 * 100


class TestTasmotaLight(LightContract, GlidingLightContract):
    @pytest.fixture
    def light(self, bus: DeviceBus, tasmota_lamp: TasmotaLamp) -> Iterator[BusLight]:
        self.lamp = tasmota_lamp
        light = start(bus, tasmota_light(Around(bus)))
        yield light
        light.close()

    def shows(self) -> float:
        return TASMOTA_DIALECT.level(self.lamp.output())


@pytest.fixture
def around(bus: DeviceBus) -> Around:
    return Around(bus)


@pytest.fixture
def light(bus: DeviceBus, around: Around, zigbee_lamp: ZigbeeLamp) -> Iterator[BusLight]:
    it = start(bus, zigbee_light(around))
    yield it
    it.close()


@pytest.fixture
def tasmota(bus: DeviceBus, around: Around, tasmota_lamp: TasmotaLamp) -> Iterator[BusLight]:
    it = start(bus, tasmota_light(around))
    yield it
    it.close()


def test_a_fade_is_one_command_with_the_remaining_time(
    light: BusLight, zigbee_lamp: ZigbeeLamp
) -> None:
    zigbee_lamp.commands.clear()
    light.glide(LightLevel(50.0, temperature_k=2500.0), 47.31)
    assert [json.loads(command) for command in zigbee_lamp.commands] == [
        {"state": "ON", "brightness": 127, "color_temp": 400, "transition": 47.3}
    ]
    light.glide(LightLevel(25.0, temperature_k=2500.0), 40.0)
    assert "color_temp" not in json.loads(zigbee_lamp.commands[1]), "it is no news"
    light.glide(LightLevel(0.0), 30.0)
    assert json.loads(zigbee_lamp.commands[2]) == {"state": "OFF", "transition": 30.0}
    assert zigbee_lamp.kept == 0


def test_a_tasmota_fade_is_one_message_that_leaves_nothing_behind(
    tasmota: BusLight, tasmota_lamp: TasmotaLamp
) -> None:
    tasmota_lamp.commands.clear()
    tasmota.glide(LightLevel(50.0, temperature_k=2500.0), 7.6)
    assert tasmota_lamp.commands == [
        "backlog0 SetOption117 1; Speed2 15; Dimmer 77; Speed2 15; CT 400; Speed2 15; Dimmer 77"
    ]
    tasmota.glide(LightLevel(50.0, colour="#ff0000"), 0.1)
    wait_until(lambda: tasmota.reading().colour == "#ff0000", 20, "red")
    assert tasmota_lamp.commands[1:] == ["backlog0 SetOption117 1; Speed2 1; HSBColor 0,100,77"]
    assert tasmota_lamp.kept == 0


def skip(light: BusLight, around: Around, seconds: float) -> None:
    """Move the light's clock; its timer would wait for real seconds, so it is set anew."""
    with light._line.changed:
        around.ahead_s += seconds
        light._later()


def test_a_fade_that_is_longer_than_the_device_can_goes_in_legs(
    tasmota: BusLight, around: Around, tasmota_lamp: TasmotaLamp
) -> None:
    tasmota_lamp.commands.clear()
    tasmota.glide(LightLevel(100.0), 60.0)
    first = tasmota_lamp.dimmer
    assert "Speed2 40" in tasmota_lamp.commands[0]
    assert 0 < first < 100
    skip(tasmota, around, 20)
    wait_until(lambda: tasmota_lamp.dimmer > first, 20, "the second leg")
    second = tasmota_lamp.dimmer
    assert "Speed2 40" in tasmota_lamp.commands[1]
    skip(tasmota, around, 20)
    wait_until(lambda: tasmota_lamp.dimmer == 100, 20, "the last leg")
    assert first < second < 100
    assert len(tasmota_lamp.commands) == 3
    wait_until(lambda: tasmota.reading().level == 100, 20, "its report")


@pytest.mark.parametrize(
    ("channels", "level", "parts"),
    [
        (1, LightLevel(100.0, temperature_k=3000.0), "Dimmer 100"),
        (3, LightLevel(100.0, temperature_k=3000.0), "HSBColor 0,0,100"),
        (3, LightLevel(100.0, colour="#0000ff"), "HSBColor 240,100,100"),
        (4, LightLevel(100.0, temperature_k=3000.0), "White 100"),
        (4, LightLevel(100.0, colour="#00ff00"), "HSBColor 120,100,100"),
        (5, LightLevel(0.0, temperature_k=3000.0), "Dimmer 0"),
    ],
)
def test_each_kind_of_tasmota_light_gets_its_words(
    bus: DeviceBus, tasmota_lamp: TasmotaLamp, channels: int, level: LightLevel, parts: str
) -> None:
    options = TasmotaLightOptions(
        driver="tasmota-light", zone="hall", topic="lamp", channels=channels
    )
    light = start(bus, tasmota_light(Around(bus), options))
    tasmota_lamp.commands.clear()
    try:
        light.shine(level)
    except DeviceUnavailableError:
        assert parts.startswith("White"), "the lamp here has no such channel"
    wait_until(lambda: tasmota_lamp.commands, 20, "the command")
    assert tasmota_lamp.commands[0] == f"backlog0 SetOption117 1; Speed2 0; {parts}"
    light.close()


def test_what_somebody_else_did_is_seen(light: BusLight, zigbee_lamp: ZigbeeLamp) -> None:
    light.shine(LightLevel(50.0, temperature_k=2700.0))
    assert light.reading().temperature_k == 2700.0
    zigbee_lamp.report(brightness=254, color_temp=200)
    wait_until(lambda: light.reading().level == 100, 20, "the other level")
    assert light.reading().temperature_k == pytest.approx(5000)
    zigbee_lamp.report(state="OFF")
    wait_until(lambda: light.reading().level == 0, 20, "off")
    zigbee_lamp.report(state="ON", color_mode="xy", color={"x": 0.64, "y": 0.33})
    wait_until(lambda: light.reading().colour == "#ff0000", 20, "red")
    assert light.reading().temperature_k is None


def test_a_lamp_that_lost_its_power_says_what_it_gives_and_waits_to_be_told(
    light: BusLight, zigbee_lamp: ZigbeeLamp
) -> None:
    light.shine(LightLevel(30.0))
    zigbee_lamp.cut_power()
    wait_until(lambda: "is offline" in str(light.reading().problem), 20, "the loss")
    with pytest.raises(DeviceUnavailableError, match="zigbee2mqtt/lamp is offline"):
        light.glide(LightLevel(60.0), 1.0)
    zigbee_lamp.commands.clear()
    zigbee_lamp.restore_power(brightness=254)
    wait_until(lambda: "is back" in str(light.reading().problem), 20, "its return")
    assert light.reading().level == 100
    assert zigbee_lamp.commands == [], "how fast it may go from there, only the player knows"
    light.glide(LightLevel(60.0), 1.0)
    assert light.reading().problem is None
    assert light.reading().level == pytest.approx(60, abs=1)


def test_a_lamp_that_answers_late_waits_to_be_told_again(
    light: BusLight, zigbee_lamp: ZigbeeLamp
) -> None:
    light.shine(LightLevel(30.0))
    zigbee_lamp.powered = False
    with pytest.raises(DeviceUnavailableError, match="does not answer"):
        light.shine(LightLevel(60.0))
    assert "not said yet" in str(light.reading().problem)
    zigbee_lamp.powered = True
    zigbee_lamp.report(state="ON", brightness=254)
    wait_until(lambda: light.reading().level == 100, 20, "its report")
    assert "waits to be told" in str(light.reading().problem)


def test_a_fade_in_legs_ends_with_an_absence(
    tasmota: BusLight, around: Around, tasmota_lamp: TasmotaLamp
) -> None:
    tasmota.glide(LightLevel(100.0), 60.0)
    tasmota_lamp.say("tele/lamp/LWT", "Offline", kept=True)
    wait_until(lambda: "is offline" in str(tasmota.reading().problem), 20, "the loss")
    tasmota_lamp.came()
    wait_until(lambda: "is back" in str(tasmota.reading().problem), 20, "the return")
    tasmota_lamp.commands.clear()
    skip(tasmota, around, 20)
    assert tasmota._timer is None
    assert tasmota_lamp.commands == []


def test_a_bridge_that_stops_takes_its_lamps_with_it(
    light: BusLight, zigbee_lamp: ZigbeeLamp
) -> None:
    zigbee_lamp.bridge("offline")
    wait_until(lambda: "Zigbee2MQTT is not running" in str(light.reading().problem), 20, "it")
    zigbee_lamp.bridge("online")
    wait_until(lambda: "is back and waits" in str(light.reading().problem), 20, "its return")


def test_a_broker_that_was_away_changes_nothing(
    light: BusLight, zigbee_lamp: ZigbeeLamp, mosquitto: Mosquitto
) -> None:
    light.shine(LightLevel(30.0))
    mosquitto.kill()
    wait_until(lambda: "broker is not there" in str(light.reading().problem), 10, "the loss")
    began = time.monotonic()
    with pytest.raises(DeviceUnavailableError, match="broker is not there"):
        light.glide(LightLevel(80.0), 0.5)
    assert time.monotonic() - began < 1, "a broker that is known to be away is not waited for"
    assert zigbee_lamp.output() == pytest.approx(76, abs=1)
    mosquitto.start()
    zigbee_lamp.wait_until_there(2)
    wait_until(lambda: "is back and waits" in str(light.reading().problem), 20, "its return")
    assert light.reading().level == pytest.approx(30, abs=1)
    assert zigbee_lamp.output() == pytest.approx(76, abs=1)
    light.shine(LightLevel(80.0))
    assert light.reading().level == 80
    assert zigbee_lamp.kept == 0


def test_a_tasmota_light_that_was_away_is_asked_and_told_until_it_listens(
    tasmota: BusLight, tasmota_lamp: TasmotaLamp
) -> None:
    tasmota.shine(LightLevel(30.0))
    tasmota_lamp.say("tele/lamp/LWT", "Offline", kept=True)
    wait_until(lambda: "is offline" in str(tasmota.reading().problem), 20, "the loss")
    tasmota_lamp.powered = False
    tasmota_lamp.dimmer = 0
    tasmota_lamp.came()
    wait_until(lambda: "not said yet" in str(tasmota.reading().problem), 20, "the first question")
    tasmota_lamp.powered = True  # it missed that one, and hears the next
    wait_until(lambda: tasmota.reading().level == 0, 10, "its report")
    tasmota_lamp.powered = False
    answer = tasmota_lamp.after(0.5, lambda: tasmota_lamp.result({"POWER": "OFF", "Dimmer": 0}))
    with pytest.raises(DeviceUnavailableError, match="does not take what it is told"):
        tasmota.glide(LightLevel(30.0), 1.0)
    answer.join(5)
    assert "waits to be told" in str(tasmota.reading().problem)
    tasmota_lamp.powered = True
    tasmota.glide(LightLevel(30.0), 1.0)
    assert tasmota.reading() == Reading(level=30, temperature_k=tasmota.reading().temperature_k)


def test_a_dimmer_with_a_least_level_of_its_own_is_not_told_for_ever(
    tasmota: BusLight, tasmota_lamp: TasmotaLamp
) -> None:
    tasmota_lamp.powered = False  # it says something, and never what was wished
    for refused in [True] * TRIES + [False]:
        tasmota_lamp.after(0.3, lambda: tasmota_lamp.result({"POWER": "ON", "Dimmer": 20}))
        with pytest.raises(DeviceUnavailableError) if refused else nullcontext():
            tasmota.glide(LightLevel(0.1), 1.0)
    assert tasmota.reading().problem is None, "its reading tells, and somebody may look"


def test_one_that_never_answers_is_a_fault_with_a_sentence(bus: DeviceBus) -> None:
    light = zigbee_light(Around(bus))
    with pytest.raises(DeviceUnavailableError, match="broker is not there"):
        light.shine(LightLevel(50.0))
    assert "broker is not there" in str(light.reading().problem)
    bus.start()
    wait_until(lambda: bus.connected, 10, "the broker")
    with pytest.raises(DeviceUnavailableError, match="zigbee2mqtt/lamp has not been heard yet"):
        light.shine(LightLevel(50.0))
    assert "is its name right" in str(light.reading().problem)
    light.close()


def test_one_that_falls_silent_is_asked_and_then_not_believed(
    light: BusLight, around: Around, zigbee_lamp: ZigbeeLamp
) -> None:
    light.shine(LightLevel(30.0))
    around.ahead_s += 500  # more than half of what it may be silent
    assert light.reading().level == 30
    around.ahead_s += 500
    wait_until(lambda: light.reading().level == 30, 20, "it was asked, and answered")
    zigbee_lamp.powered = False
    around.ahead_s += 1000
    assert "has said nothing for 17 minutes" in str(light.reading().problem)


def test_what_the_broker_kept_is_not_what_the_lamp_says(
    bus: DeviceBus, zigbee_lamp: ZigbeeLamp, mosquitto: Mosquitto
) -> None:
    other = Listener(mosquitto.port)
    other.say("zigbee2mqtt/lamp", b'{"state":"ON","brightness":254}', retain=True)
    other.close()
    zigbee_lamp.powered = False
    light = zigbee_light(Around(bus))
    bus.start()
    wait_until(lambda: bus.connected, 10, "the broker")
    wait_until(lambda: "not been heard" in str(light.reading().problem), 20, "the problem")
    light.close()


def test_garbage_is_no_report_and_stops_nothing(light: BusLight, zigbee_lamp: ZigbeeLamp) -> None:
    light.shine(LightLevel(30.0))
    for garbage in (
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 50_000,
        b'{"state":1e999}',
        b"1" * 100_000,
    ):
        for topic in ("lamp", "lamp/availability", "bridge/state"):
            zigbee_lamp.say(f"zigbee2mqtt/{topic}", garbage)
    zigbee_lamp.say("zigbee2mqtt/lamp", '{"state":"ON","brightness":1e300,"color_temp":-1}')
    wait_until(lambda: light.reading().level == 100, 20, "what could be read")
    light.shine(LightLevel(20.0))
    assert light.reading().level == 20


def test_it_starts_as_it_is_and_is_left_at_its_fail_level(
    bus: DeviceBus, zigbee_lamp: ZigbeeLamp
) -> None:
    options = ZigbeeLightOptions(
        driver="zigbee2mqtt-light", zone="hall", device="lamp", boot_level=20, fail_level=60
    )
    zigbee_lamp.restore_power(brightness=127)
    light = start(bus, zigbee_light(Around(bus), options))
    assert light.reading().level == 50
    assert zigbee_lamp.commands == [], "its boot level is the player's affair, which is gentle"
    light.close()
    wait_until(lambda: zigbee_lamp.output() == pytest.approx(152, abs=1), 20, "the fail level")
    with pytest.raises(DeviceError):
        light.shine(LightLevel(10.0))
