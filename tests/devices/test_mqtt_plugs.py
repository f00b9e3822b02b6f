"""Diffusers on plugs behind Zigbee2MQTT and with Tasmota, over a real broker."""

import json
import time
from collections.abc import Iterator

import msgspec
import pytest

from devices.catalogue import Surroundings
from devices.drivers.mqtt.plug import TimedPlug
from devices.drivers.mqtt.tasmota_plug import PLUG as TASMOTA
from devices.drivers.mqtt.tasmota_plug import TasmotaPlugOptions
from devices.drivers.mqtt.zigbee2mqtt_plug import PLUG as ZIGBEE
from devices.drivers.mqtt.zigbee2mqtt_plug import ZigbeePlugOptions
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from edge.device_bus import DeviceBus
from tests.devices.contract_diffuser import DiffuserContract
from tests.devices.mqtt_parts import Around, bus_at
from tests.devices.tasmota_parts import TasmotaPlug
from tests.devices.zigbee_parts import ZigbeePlug
from tests.parts.mosquitto import Mosquitto
from tests.waiting import wait_until

ZIGBEE_OPTIONS = ZigbeePlugOptions(
    driver="zigbee2mqtt-plug", zone="hall", device="plug", fragrance="fig"
)
TASMOTA_OPTIONS = TasmotaPlugOptions(
    driver="tasmota-plug", zone="hall", topic="plug", fragrance="fig"
)
Plug = ZigbeePlug | TasmotaPlug


def driver_of(plug: Plug, around: Surroundings) -> TimedPlug:
    """The driver for a plug."""
    assert ZIGBEE.make is not None
    assert TASMOTA.make is not None
    if isinstance(plug, ZigbeePlug):
        return ZIGBEE.make(ZIGBEE_OPTIONS, around)
    return TASMOTA.make(TASMOTA_OPTIONS, around)


def start(bus: DeviceBus, diffuser: TimedPlug) -> None:
    """Find the broker, and wait until the plug has said something."""
    bus.start()
    wait_until(lambda: diffuser.reading().on is False, 10, "the plug's first word")


@pytest.fixture
def bus(mosquitto: Mosquitto) -> Iterator[DeviceBus]:
    it = bus_at(mosquitto.port)
    yield it
    it.stop()


@pytest.fixture(params=[ZigbeePlug, TasmotaPlug], ids=["zigbee2mqtt", "tasmota"])
def plug(request: pytest.FixtureRequest, mosquitto: Mosquitto) -> Iterator[Plug]:
    it: Plug = request.param(mosquitto.port)
    yield it
    it.close()


@pytest.fixture
def around(bus: DeviceBus) -> Around:
    return Around(bus)


@pytest.fixture
def diffuser(bus: DeviceBus, plug: Plug, around: Around) -> Iterator[TimedPlug]:
    it = driver_of(plug, around)
    start(bus, it)
    yield it
    it.close()


class TestTimedPlug(DiffuserContract):
    @pytest.fixture
    def diffuser(self, bus: DeviceBus, plug: Plug, around: Around) -> Iterator[TimedPlug]:
        it = driver_of(plug, around)
        start(bus, it)
        yield it
        it.close()


def test_a_burst_is_one_message_that_carries_its_end(diffuser: TimedPlug, plug: Plug) -> None:
    plug.commands.clear()
    diffuser.burst(7.39)
    if isinstance(plug, ZigbeePlug):
        wish = {"state": "ON", "on_time": 7.3, "off_wait_time": 0}
        assert [json.loads(command) for command in plug.commands] == [wish]
    else:
        assert plug.commands == ["backlog0 PulseTime1 73; Power1 ON"]
    diffuser.stop()
    assert plug.kept == 0


def test_a_plug_that_wants_a_rest_is_given_one(
    mosquitto: Mosquitto, bus: DeviceBus, around: Around
) -> None:
    options = msgspec.structs.replace(ZIGBEE_OPTIONS, off_wait_s=4.0)
    plug = ZigbeePlug(mosquitto.port)
    assert ZIGBEE.make is not None
    diffuser = ZIGBEE.make(options, around)
    start(bus, diffuser)
    diffuser.burst(1.0)
    assert json.loads(plug.commands[-1])["off_wait_time"] == 4
    diffuser.close()
    plug.close()


def test_a_burst_ends_when_agent_broker_and_hub_die_at_once(
    plug: Plug, around: Around, bus: DeviceBus, mosquitto: Mosquitto
) -> None:
    diffuser = driver_of(plug, around)
    start(bus, diffuser)
    began = time.monotonic()
    diffuser.burst(1.5)
    mosquitto.kill()
    with diffuser._line.changed:
        diffuser._cancel()  # the agent is dead: nothing of it runs any more
        diffuser._line.closed = True
    assert plug.on
    wait_until(lambda: not plug.on, 20, "the plug's own timer")
    assert 1.3 < time.monotonic() - began < 3


def test_a_plug_that_does_not_answer_gives_no_burst(diffuser: TimedPlug, plug: Plug) -> None:
    plug.powered = False
    with pytest.raises(DeviceUnavailableError, match="does not answer"):
        diffuser.burst(5.0)
    plug.powered = True
    plug.switch(True)  # the command came late after all
    wait_until(lambda: not plug.on, 20, "the late burst to be taken back")
    wait_until(lambda: diffuser.reading().problem is None, 20, "its report")


def test_without_a_broker_no_burst_is_asked_for_later(
    diffuser: TimedPlug, plug: Plug, mosquitto: Mosquitto
) -> None:
    mosquitto.kill()
    wait_until(lambda: "broker is not there" in str(diffuser.reading().problem), 10, "the loss")
    assert diffuser.reading().on is None
    with pytest.raises(DeviceUnavailableError):
        diffuser.burst(5.0)
    with pytest.raises(DeviceUnavailableError):
        diffuser.stop()
    plug.commands.clear()
    mosquitto.start()
    plug.wait_until_there(2)
    wait_until(lambda: diffuser.reading().on is False, 20, "the plug's word")
    assert not [command for command in plug.commands if "ON" in command]
    assert not plug.on


def test_a_plug_that_is_on_although_nobody_asked_is_switched_off(
    diffuser: TimedPlug, plug: Plug, caplog: pytest.LogCaptureFixture
) -> None:
    plug.commands.clear()
    plug.powered = False
    plug.switch(True)  # by hand, and it does not hear
    wait_until(lambda: "on although nobody asked" in str(diffuser.reading().problem), 20, "it")
    assert diffuser.reading().on is True
    plug.powered = True
    wait_until(lambda: not plug.on, 10, "the plug to be off")
    wait_until(lambda: diffuser.reading().problem is None, 20, "its report")
    assert caplog.text.count("is on although nobody asked") == 1


def test_a_plug_that_was_left_on_is_switched_off_at_the_start(
    plug: Plug, around: Around, bus: DeviceBus
) -> None:
    plug.switch(True)
    diffuser = driver_of(plug, around)
    bus.start()
    wait_until(lambda: not plug.on, 10, "the plug to be off")
    diffuser.close()


@pytest.mark.parametrize("kind", [ZigbeePlug, TasmotaPlug], ids=["zigbee2mqtt", "tasmota"])
def test_a_plug_without_a_timer_is_found_out_once_and_never_trusted_again(
    mosquitto: Mosquitto,
    around: Around,
    bus: DeviceBus,
    kind: type[ZigbeePlug] | type[TasmotaPlug],
    caplog: pytest.LogCaptureFixture,
) -> None:
    plug = kind(mosquitto.port, timer=False)
    diffuser = driver_of(plug, around)
    start(bus, diffuser)
    began = time.monotonic()
    diffuser.burst(0.5)
    wait_until(lambda: not plug.on, 10, "the driver to end it")
    assert time.monotonic() - began < 5
    wait_until(lambda: diffuser.reading().on is False, 20, "its report")
    assert "ran on after its own timer's end" in str(diffuser.reading().problem)
    with pytest.raises(DeviceRefusedError, match="take a plug whose firmware can"):
        diffuser.burst(0.5)
    assert caplog.text.count("ran on after its own timer's end") == 1
    diffuser.close()
    plug.close()


def test_a_plug_whose_last_word_is_lost_is_asked_and_not_blamed(
    diffuser: TimedPlug, plug: Plug
) -> None:
    diffuser.burst(0.5)
    with plug.lock:
        plug._off_at = 0.0
        plug.on = False  # its timer ends it, and nobody hears
        if isinstance(plug, ZigbeePlug):
            plug.state["state"] = "OFF"
    wait_until(lambda: diffuser.reading().on is False, 20, "the answer")
    diffuser.burst(0.2)
    assert diffuser.reading().problem is None


def test_a_plug_that_falls_silent_is_a_problem(
    diffuser: TimedPlug, plug: Plug, around: Around
) -> None:
    plug.powered = False
    around.ahead_s += 1000
    assert "has said nothing for 17 minutes" in str(diffuser.reading().problem)
    assert diffuser.reading().on is None


def test_one_relay_of_several_is_driven_by_its_number(mosquitto: Mosquitto, bus: DeviceBus) -> None:
    options = TasmotaPlugOptions(
        driver="tasmota-plug", zone="hall", topic="plug", fragrance="fig", relay=2
    )
    assert TASMOTA.make is not None
    plug = TasmotaPlug(mosquitto.port)
    diffuser = TASMOTA.make(options, Around(bus))
    bus.start()
    wait_until(lambda: bus.connected, 10, "the broker")
    plug.say("stat/plug/RESULT", '{"POWER1":"ON","POWER2":"OFF"}')
    wait_until(lambda: diffuser.reading().on is False, 20, "the second relay")
    with pytest.raises(DeviceUnavailableError, match="plug, relay 2 was told ON"):
        diffuser.burst(2.0)  # the one here has but one
    assert plug.commands[0] == "backlog0 PulseTime2 20; Power2 ON"
    diffuser.close()
    plug.close()
