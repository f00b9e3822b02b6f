"""What devices say, read by the drivers' own parsers: documented messages, and anything at all."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.mqtt import tasmota, zigbee2mqtt
from devices.drivers.mqtt.colours import hex_to_hue, hex_to_xy, hue_to_hex, xy_to_hex
from devices.drivers.mqtt.tasmota_light import TasmotaLightDialect
from devices.drivers.mqtt.words import LightReport, Parse, SwitchReport
from devices.drivers.mqtt.zigbee2mqtt_contact import read_contact
from devices.drivers.mqtt.zigbee2mqtt_light import ZigbeeLightDialect

SAMPLES = Path(__file__).parent / "samples" / "mqtt"

READERS: Mapping[str, Parse] = {
    "device": lambda payload: zigbee2mqtt.read_whereabouts(payload, "device"),
    "bridge": lambda payload: zigbee2mqtt.read_whereabouts(payload, "bridge"),
    "zigbee2mqtt-light": zigbee2mqtt.read_light,
    "zigbee2mqtt-plug": zigbee2mqtt.read_plug,
    "zigbee2mqtt-occupancy": lambda payload: zigbee2mqtt.read_flag(payload, "occupancy"),
    "zigbee2mqtt-contact": read_contact,
    "zigbee2mqtt-button": lambda payload: zigbee2mqtt.read_action(payload, "single"),
    "tasmota": tasmota.read_will,
    "tasmota-light": tasmota.read_light,
    "tasmota-plug": lambda payload: tasmota.read_relay(payload, 1),
    "tasmota-switch": lambda payload: tasmota.read_switch(payload, 1),
}


def samples() -> list[Any]:
    files = sorted(SAMPLES.glob("*.json"))
    return [
        pytest.param(sample, id=f"{file.stem}: {sample['about']}")
        for file in files
        for sample in json.loads(file.read_text())
    ]


def told(word: object) -> object:
    """A word as the samples write it: its kind, and what it says."""
    values = {name: getattr(word, name) for name in getattr(word, "__slots__", ())}
    return {
        type(word).__name__: {name: value for name, value in values.items() if value is not None}
    }


@pytest.mark.parametrize("sample", samples())
def test_a_real_message_is_read(sample: dict[str, Any]) -> None:
    assert told(READERS[sample["reader"]](sample["payload"].encode())) == sample["reads"]


def test_every_reader_has_a_sample() -> None:
    seen = {param.values[0]["reader"] for param in samples()}
    assert seen == READERS.keys()


NAMES = st.sampled_from(
    [
        *("state", "brightness", "color_temp", "color", "color_mode", "x", "y", "hue"),
        *("saturation", "occupancy", "contact", "action", "POWER", "POWER1", "Dimmer", "CT"),
        *("HSBColor", "White", "StatusSNS", "Switch1", "Action"),
    ]
)
WORDS = st.sampled_from(["ON", "OFF", "online", "xy", "1,2,3", "nan,nan,nan", "1e999,1,1", ",,"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=8).map(lambda it: json.dumps(it).encode())


@given(payload=OBJECTS | st.binary(max_size=200) | VALUES.map(lambda it: json.dumps(it).encode()))
def test_anything_is_read_or_nothing_and_never_an_error(payload: bytes) -> None:
    for read in READERS.values():
        word = read(payload)
        if isinstance(word, LightReport):
            assert word.step is None or 0 <= word.step <= 254
            assert word.mired is None or 50 <= word.mired <= 1000
            assert word.colour is None or len(word.colour) == 7
        elif isinstance(word, SwitchReport):
            assert isinstance(word.on, bool)


@pytest.mark.parametrize(
    "payload", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a":1}' + b" " * 70_000]
)
def test_what_no_device_says_is_nothing(payload: bytes) -> None:
    for read in READERS.values():
        assert read(payload) is None


@given(level=st.floats(0, 100))
def test_a_level_goes_there_and_back_within_a_step(level: float) -> None:
    zigbee = ZigbeeLightDialect(zigbee2mqtt.ZigbeeDevice("zigbee2mqtt", "lamp"))
    dimmer = TasmotaLightDialect(tasmota.TasmotaDevice("lamp", "%prefix%/%topic%/"))
    for dialect, full in ((zigbee, 254), (dimmer, 100)):
        step = dialect.step(level)
        assert 0 <= step <= full
        assert (step == 0) == (level == 0), "only off is off"
        below, above = dialect.level(max(step - 1, 0)), dialect.level(min(step + 1, full))
        assert below <= level <= above or math.isclose(level, above)


@pytest.mark.parametrize(
    ("colour", "x", "y"),
    [("#ff0000", 0.64, 0.33), ("#00ff00", 0.30, 0.60), ("#0000ff", 0.15, 0.06)],
)
def test_the_primaries_are_those_of_the_standard(colour: str, x: float, y: float) -> None:
    assert hex_to_xy(colour) == pytest.approx((x, y), abs=0.001)
    assert xy_to_hex(x, y) == colour
    assert hex_to_xy("#ffffff") == pytest.approx((0.3127, 0.3290), abs=0.001)
    assert hex_to_xy("#000000") == pytest.approx((0.3127, 0.3290), abs=0.001)


@given(channels=st.tuples(st.just(255), st.integers(0, 255), st.integers(0, 255)), data=st.data())
def test_a_hue_goes_there_and_back(channels: tuple[int, int, int], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(channels))
    colour = "#" + "".join(f"{channel:02x}" for channel in mixed)
    for back in (xy_to_hex(*hex_to_xy(colour)), hue_to_hex(*hex_to_hue(colour))):
        assert back is not None
        found = [int(back[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(abs(one - other) for one, other in zip(found, mixed, strict=True)) <= 3


def test_a_point_that_is_no_colour_is_none() -> None:
    assert xy_to_hex(0.9, 0.9) is None
    assert xy_to_hex(0.3, 0.0) is None
    assert hue_to_hex(400, 50) is None
