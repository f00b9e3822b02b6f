"""What the guard reads of the edge's configuration, and how it says what is wrong."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.options import DiffuserOptions
from edge.guard.setup import DAILY_ML, FLOW_ML_H, read_plan

RIGHT = """
store = "nordic"
edge = "ceiling"
[pins]
factory = "mock"
record = "pins.jsonl"
[guard]
emergency_pin = 4
reset_pin = 5
chip = 1
drive = "guard.fifo"
[zones.hall]
calm_pin = 6
mute_pin = 20
mute_active_high = false
full_light_pin = 21
minimum_light = 10
[lights.window]
driver = "no such driver"
[diffusers.scent]
driver = "gpio-relay"
pin = 17
active_high = false
zone = "hall"
fragrance = "linen"
[diffusers.plug]
driver = "zigbee2mqtt-plug"
pin = "whatever a driver calls a pin"
zone = "hall"
flow_ml_h = 2
daily_ml = 1.5
"""


def problems(text: str) -> list[str]:
    found: list[str] = read_plan(text, None)["problems"]
    return found


def test_a_right_file_gives_every_pin_its_task() -> None:
    plan = read_plan(RIGHT, "/data")
    assert plan == {
        "state": "/data/guard.state",
        "socket": "/data/guard.sock",
        "mock": ["pins.jsonl", "guard.fifo"],
        "emergency": [1, 4, True],
        "reset": [1, 5, True],
        "zones": {"hall": [[1, 6, True], [1, 20, False], [1, 21, True]]},
        "outputs": {
            "scent": [[0, 17, False], "hall", 0.5, 3.0],
            "plug": [None, "hall", 2, 1.5],
        },
        "taken": [[1, 4], [1, 5], [1, 6], [1, 20], [1, 21], [0, 17]],
        "problems": [],
    }, "a mistake that is the agent's alone keeps no guard from its work"


def test_the_data_is_where_the_agent_has_it() -> None:
    assert read_plan('data = "/var/lib/shop"', None)["state"] == "/var/lib/shop/guard.state"
    assert read_plan("", None)["socket"] == "data/edge/guard.sock"
    text = '[guard]\nsocket = "/run/stemning/guard.sock"'
    assert read_plan(text, "/data")["socket"] == "/run/stemning/guard.sock"


def test_the_defaults_are_those_of_the_drivers_options() -> None:
    defaults: dict[str, Any] = {
        field.name: field.default for field in msgspec.structs.fields(DiffuserOptions)
    }
    assert (defaults["flow_ml_h"], defaults["daily_ml"]) == (FLOW_ML_H, DAILY_ML)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("pin = 17", "pin = 55", "pin = 55: no GPIO pin of chip 0"),
        ("pin = 17", 'pin = "17"', "pin = '17': no GPIO pin of chip 0"),
        ("pin = 17\n", "", "pin = -1: no GPIO pin of chip 0"),
        ("daily_ml = 1.5", "daily_ml = 0", "[2, 0] are no flow_ml_h and daily_ml"),
        ("flow_ml_h = 2", "flow_ml_h = nan", "[nan, 1.5] are no flow_ml_h and"),
        ("chip = 1", "chip = 99", "emergency_pin = 4: no GPIO pin of chip 99"),
        ("calm_pin = 6", "calm_pin = 5", "calm_pin = 5: no GPIO pin of chip 1, or taken"),
    ],
)
def test_a_mistake_is_told_shortly(old: str, new: str, told: str) -> None:
    assert old in RIGHT
    assert [it for it in problems(RIGHT.replace(old, new)) if it.startswith(told)]


def test_what_is_right_is_planned_beside_a_mistake() -> None:
    plan = read_plan(RIGHT.replace("emergency_pin = 4", "emergency_pin = 44"), None)
    assert plan["problems"]
    assert plan["emergency"] is None, "what is no pin is never driven"
    assert plan["outputs"]["scent"][0] == [0, 17, False], "so that it can be switched off"


def test_the_folder_of_the_pins_is_nobodys_default(tmp_path: Path) -> None:
    assert read_plan("", str(tmp_path))["mock"] is None
