"""Sensors behind Zigbee2MQTT and with Tasmota, over a real broker."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from devices.drivers.mqtt.sensors import BusButton, BusContact, BusPresence
from devices.drivers.mqtt.tasmota_switch import SWITCH, TasmotaSwitchOptions
from devices.drivers.mqtt.zigbee2mqtt_button import BUTTON, ZigbeeButtonOptions
from devices.drivers.mqtt.zigbee2mqtt_contact import CONTACT, ZigbeeContactOptions
from devices.drivers.mqtt.zigbee2mqtt_occupancy import OCCUPANCY, ZigbeeOccupancyOptions
from edge.device_bus import DeviceBus
from scenes.messages import Reading
from tests.devices.contract_button import ButtonContract, Presses
from tests.devices.contract_contact import ContactContract
from tests.devices.contract_presence import PresenceContract
from tests.devices.mqtt_parts import Around, bus_at
from tests.devices.tasmota_parts import TasmotaSwitch
from tests.devices.zigbee_parts import ZigbeeThing
from tests.edge.listener import Listener
from tests.parts.mosquitto import Mosquitto
from tests.waiting import wait_until


class ZigbeeSensor(ZigbeeThing):
    """A sensor on a battery: it can't be asked, it only tells."""

    def take(self, topic: str, payload: str) -> None:
        raise AssertionError(f"a sleeping sensor was told {payload}")


@pytest.fixture
def bus(mosquitto: Mosquitto) -> Iterator[DeviceBus]:
    it = bus_at(mosquitto.port)
    yield it
    it.stop()


@pytest.fixture
def around(bus: DeviceBus) -> Around:
    return Around(bus)


@pytest.fixture
def thing(mosquitto: Mosquitto) -> Iterator[ZigbeeSensor]:
    it = ZigbeeSensor(mosquitto.port, "thing", battery=97)
    yield it
    it.close()


def connected(bus: DeviceBus) -> None:
    """Find the broker."""
    bus.start()
    wait_until(lambda: bus.connected, 10, "the broker")


def occupancy(around: Around, **more: Any) -> BusPresence:
    options = ZigbeeOccupancyOptions(
        driver="zigbee2mqtt-occupancy", zone="hall", device="thing", **more
    )
    assert OCCUPANCY.make is not None
    return OCCUPANCY.make(options, around)


class TestZigbeeOccupancy(PresenceContract):
    @pytest.fixture
    def sensor(self, bus: DeviceBus, thing: ZigbeeSensor, around: Around) -> Iterator[BusPresence]:
        self.thing = thing
        it = occupancy(around)
        connected(bus)
        thing.report(occupancy=False)
        wait_until(lambda: it.reading().problem is None, 20, "its first word")
        yield it
        it.close()

    def move(self, present: bool) -> None:
        self.thing.report(occupancy=present)


class TestTasmotaSwitch(PresenceContract):
    @pytest.fixture
    def sensor(self, bus: DeviceBus, mosquitto: Mosquitto, around: Around) -> Iterator[BusPresence]:
        self.thing = TasmotaSwitch(mosquitto.port)
        options = TasmotaSwitchOptions(driver="tasmota-switch", zone="hall", topic="switch")
        assert SWITCH.make is not None
        it = SWITCH.make(options, around)
        connected(bus)
        wait_until(lambda: it.reading().problem is None, 20, "the answer to its question")
        yield it
        it.close()
        self.thing.close()

    def move(self, present: bool) -> None:
        self.thing.switch(present)


class TestZigbeeContact(ContactContract):
    @pytest.fixture
    def sensor(self, bus: DeviceBus, thing: ZigbeeSensor, around: Around) -> Iterator[BusContact]:
        self.thing = thing
        options = ZigbeeContactOptions(driver="zigbee2mqtt-contact", zone="hall", device="thing")
        assert CONTACT.make is not None
        it = CONTACT.make(options, around)
        connected(bus)
        thing.report(contact=True)
        wait_until(lambda: it.reading().problem is None, 20, "its first word")
        yield it
        it.close()

    def move(self, is_open: bool) -> None:
        self.thing.report(contact=not is_open)


def button_of(around: Around, action: str = "single") -> BusButton:
    options = ZigbeeButtonOptions(
        driver="zigbee2mqtt-button", zone="hall", device="thing", action=action
    )
    assert BUTTON.make is not None
    return BUTTON.make(options, around)


class TestZigbeeButton(ButtonContract):
    @pytest.fixture
    def button(self, bus: DeviceBus, thing: ZigbeeSensor, around: Around) -> Iterator[BusButton]:
        self.thing = thing
        it = button_of(around)
        connected(bus)
        yield it
        it.close()

    def press(self) -> None:
        press(self.thing, "single")


def press(thing: ZigbeeSensor, action: str) -> None:
    """What the bridge says of one press: the action, once."""
    thing.say("zigbee2mqtt/thing", json.dumps({"action": action, "battery": 97}))


def test_silence_is_no_data_and_not_nobody(
    bus: DeviceBus, thing: ZigbeeSensor, around: Around
) -> None:
    sensor = occupancy(around, max_silence_s=3600)
    told: list[bool] = []
    sensor.watch(told.append)
    connected(bus)
    assert "has not been heard yet" in str(sensor.reading().problem)
    assert sensor.reading().present is None
    thing.report()  # its battery only
    wait_until(lambda: "does not say" in str(sensor.reading().problem), 20, "what is missing")
    thing.report(occupancy=True)
    wait_until(lambda: sensor.reading().present, 20, "somebody")
    around.ahead_s += 2 * 86_400
    assert "has said nothing for 2 days" in str(sensor.reading().problem)
    assert sensor.reading().present is None
    assert told == [True], "nobody is said to have left"
    thing.report(occupancy=False)
    wait_until(lambda: told == [True, False], 20, "their leaving")
    assert sensor.reading().present is False
    sensor.close()


def test_what_the_broker_kept_invents_no_visitor(
    bus: DeviceBus, thing: ZigbeeSensor, around: Around, mosquitto: Mosquitto
) -> None:
    other = Listener(mosquitto.port)
    other.say("zigbee2mqtt/thing", b'{"occupancy":true}', retain=True)
    sensor = occupancy(around)
    told: list[bool] = []
    sensor.watch(told.append)
    connected(bus)
    other.say("zigbee2mqtt/bridge/state", b"offline")  # what comes after it has come
    wait_until(lambda: "not running" in str(sensor.reading().problem), 20, "the next message")
    assert told == []
    other.close()
    sensor.close()


def test_a_sensor_that_is_offline_says_so_until_it_speaks(
    bus: DeviceBus, thing: ZigbeeSensor, around: Around
) -> None:
    sensor = occupancy(around, property="presence")
    connected(bus)
    thing.report(presence=True)
    wait_until(lambda: sensor.reading().present, 20, "somebody")
    thing.available(False)
    wait_until(lambda: "is offline" in str(sensor.reading().problem), 20, "the loss")
    thing.report(presence=True)
    wait_until(lambda: sensor.reading().present, 20, "its return")
    sensor.close()


def test_a_sleeping_contact_that_its_bridge_vouches_for_is_well_and_claims_nothing(
    bus: DeviceBus, thing: ZigbeeSensor, around: Around
) -> None:
    thing.available(True)  # the broker keeps that for who comes later
    options = ZigbeeContactOptions(driver="zigbee2mqtt-contact", zone="hall", device="thing")
    assert CONTACT.make is not None
    sensor = CONTACT.make(options, around)
    assert "broker is not there" in str(sensor.reading().problem)
    connected(bus)
    wait_until(lambda: sensor.reading() == Reading(), 20, "no problem, and no claim")
    around.ahead_s += 2 * 86_400
    assert "has said nothing for 2 days" in str(sensor.reading().problem)
    thing.available(False)
    wait_until(lambda: "is offline" in str(sensor.reading().problem), 20, "the loss")
    thing.report(contact=False)
    wait_until(lambda: sensor.reading().open, 20, "the door to open")
    sensor.close()


def test_a_broker_that_was_away_is_no_visitor_and_no_leaving(
    bus: DeviceBus, thing: ZigbeeSensor, around: Around, mosquitto: Mosquitto
) -> None:
    sensor = occupancy(around)
    told: list[bool] = []
    sensor.watch(told.append)
    connected(bus)
    thing.report(occupancy=True)
    wait_until(lambda: told == [True], 20, "somebody")
    mosquitto.kill()
    wait_until(lambda: "broker is not there" in str(sensor.reading().problem), 10, "the loss")
    mosquitto.start()
    thing.wait_until_there(2)
    wait_until(lambda: bus.connected, 20, "the broker")

    def left() -> bool:
        thing.report(occupancy=False)
        return told == [True, False]

    wait_until(left, 20, "their leaving")
    sensor.close()


def test_each_action_is_a_button_of_its_own(
    bus: DeviceBus, thing: ZigbeeSensor, around: Around
) -> None:
    single, double = button_of(around), button_of(around, "double")
    singles, doubles = Presses(), Presses()
    single.watch_presses(singles)
    double.watch_presses(doubles)
    connected(bus)
    for action in ("hold", "", "double", "single", "release"):
        press(thing, action)
    wait_until(lambda: singles.count == 1, 20, "the single press")
    assert doubles.count == 1
    single.close()
    double.close()


def test_a_press_that_the_broker_kept_is_no_press(
    bus: DeviceBus, thing: ZigbeeSensor, around: Around, mosquitto: Mosquitto
) -> None:
    other = Listener(mosquitto.port)
    other.say("zigbee2mqtt/thing", b'{"action":"single"}', retain=True)
    other.close()
    button, told = button_of(around), Presses()
    button.watch_presses(told)
    connected(bus)
    press(thing, "single")
    wait_until(lambda: told.count == 1, 20, "the press")
    press(thing, "single")
    wait_until(lambda: told.count == 2, 20, "the next press, and none between")
    button.close()
