"""The stop hook: whoever ended the agent, its outputs end where a shop can stand them."""

import json
import socket
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpd
import pytest

from devices.drivers.gpio import hardware_pwm
from devices.drivers.gpio.pins import PinBank
from edge.config import load_config, read_config
from edge.installer.fail_levels import drive_to_fail_levels
from edge.settings import BrokerAddress
from scenes.fades import lightness
from tests.devices.test_hardware_pwm import PERIOD_NS, Kernel, bank_on
from tests.devices.zigbee_parts import ZigbeeLamp
from tests.edge.listener import Listener
from tests.parts.mosquitto import Mosquitto
from tests.parts.mpd import Mpd
from tests.parts.ports import free_port
from tests.parts.stemning_processes import Agent, Guard
from tests.waiting import wait_until

FULL, HALF_LIT = 12, 13
PROPERLY = {"SERVICE_RESULT": "success"}
KILLED = {"SERVICE_RESULT": "watchdog"}
NO_DATA = Path("nowhere")


def document(record: Path, mpd_port: int) -> dict[str, Any]:
    return {
        "store": "nordic",
        "edge": "ceiling",
        "pins": {"factory": "mock", "record": str(record)},
        "lights": {
            "window": {"driver": "gpio-pwm", "pin": FULL, "zone": "hall", "fail_level": 100},
            "shelf": {"driver": "gpio-pwm", "pin": HALF_LIT, "zone": "hall", "boot_level": 70},
        },
        "players": {"music": {"driver": "mpd", "zone": "hall", "port": mpd_port}},
        "sensors": {"door": {"driver": "gpio-pir", "pin": 5, "zone": "hall"}},
    }


def nobody() -> BrokerAddress:
    """Where no broker listens."""
    return BrokerAddress("127.0.0.1", free_port())


def levels(record: Path, pin: int) -> list[float]:
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    return [line["level"] for line in lines if line["pin"] == pin]


def test_every_light_goes_to_its_fail_level_without_another_in_between(tmp_path: Path) -> None:
    record = tmp_path / "pins.jsonl"
    config = read_config(document(record, free_port()))
    drive_to_fail_levels(config, PROPERLY, nobody(), NO_DATA)
    assert levels(record, FULL) == [1.0]
    assert set(levels(record, HALF_LIT)) <= {0.0}, "its boot level of 70 % was never shone"


def test_what_cannot_be_reached_is_named_and_the_rest_is_driven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "pins.jsonl"
    config = read_config(document(record, free_port()))
    assert drive_to_fail_levels(config, KILLED, nobody(), NO_DATA) == 1
    assert "music may not be at its fail level: " in capsys.readouterr().err
    assert levels(record, FULL) == [1.0]


@pytest.mark.parametrize(
    ("before", "environment", "after"),
    [(80, KILLED, 20), (80, {}, 20), (80, PROPERLY, 80), (5, KILLED, 5)],
)
def test_music_is_brought_down_but_never_up_and_left_alone_after_a_proper_end(
    mpd_server: Mpd, tmp_path: Path, before: int, environment: dict[str, str], after: int
) -> None:
    client = mpd.MPDClient()
    client.connect(mpd_server.host, mpd_server.port)
    client.setvol(before)
    config = read_config(document(tmp_path / "pins.jsonl", mpd_server.port))
    assert drive_to_fail_levels(config, environment, nobody(), NO_DATA) == 0
    assert int(client.status()["volume"]) == after
    client.disconnect()


LAMP = {
    "store": "nordic",
    "edge": "ceiling",
    "zones": {"hall": {"fade_s": 1}},
    "lights": {
        "lamp": {
            "driver": "zigbee2mqtt-light",
            "device": "lamp",
            "zone": "hall",
            "fail_level": 60,
        }
    },
}


def test_a_lamp_behind_a_broker_glides_there_at_the_commissioned_fade(
    mosquitto: Mosquitto, capsys: pytest.CaptureFixture[str]
) -> None:
    lamp = ZigbeeLamp(mosquitto.port)
    began_s = time.monotonic()
    broker = BrokerAddress("127.0.0.1", mosquitto.port)
    assert drive_to_fail_levels(read_config(LAMP), KILLED, broker, NO_DATA) == 0, (
        capsys.readouterr().err
    )
    assert time.monotonic() - began_s < 6
    first, *others = (json.loads(command) for command in lamp.commands)
    assert first["brightness"] == round(0.6 * 254)
    assert first["transition"] == pytest.approx(0.8, abs=0.1), "from dark to 60 %, to the eye"
    assert {command["brightness"] for command in others} <= {first["brightness"]}
    assert lamp.output() == pytest.approx(0.6 * 254, abs=1)
    lamp.close()


def test_a_lamp_that_does_not_say_what_it_gives_is_told_all_the_same(
    mosquitto: Mosquitto, capsys: pytest.CaptureFixture[str]
) -> None:
    broker, listener = BrokerAddress("127.0.0.1", mosquitto.port), Listener(mosquitto.port)
    assert drive_to_fail_levels(read_config(LAMP), KILLED, broker, NO_DATA) == 1
    assert "lamp may not be at its fail level: " in capsys.readouterr().err
    wait_until(lambda: listener.said("zigbee2mqtt/lamp/set"), 20, "the command")
    (command,) = listener.said("zigbee2mqtt/lamp/set")
    assert json.loads(command)["brightness"] == round(0.6 * 254)
    listener.close()


def test_a_broker_that_is_gone_is_not_waited_for_long(capsys: pytest.CaptureFixture[str]) -> None:
    began_s = time.monotonic()
    assert drive_to_fail_levels(read_config(LAMP), KILLED, nobody(), NO_DATA) == 1
    assert time.monotonic() - began_s < 6
    assert "zigbee2mqtt/lamp is out of reach" in capsys.readouterr().err


def test_after_a_proper_end_no_broker_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert drive_to_fail_levels(read_config(LAMP), PROPERLY, nobody(), NO_DATA) == 0
    assert capsys.readouterr().err == ""


def test_a_light_on_hardware_pwm_walks_from_what_it_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(tmp_path, "3f20c000.pwm", 2)
    kernel.channel(0, PERIOD_NS, round(PERIOD_NS * 0.1), 1)
    monkeypatch.setattr(hardware_pwm, "write_file", kernel.write)
    monkeypatch.setattr(PinBank, "lgpio", lambda: bank_on(kernel))
    document = {
        "store": "nordic",
        "edge": "ceiling",
        "lights": {"window": {"driver": "gpio-pwm", "pin": 12, "zone": "hall", "fail_level": 100}},
    }
    assert drive_to_fail_levels(read_config(document), KILLED, nobody(), NO_DATA) == 0
    walked = [
        lightness(value / PERIOD_NS * 100) for name, value in kernel.written if "duty" in name
    ]
    assert walked[0] == pytest.approx(lightness(10), abs=0.1)
    assert walked[-1] == 100
    assert max(after - before for before, after in pairwise(walked)) < 6, "0.5 s from dark to full"


GUARDED = """
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "hall"
[guard]
emergency_pin = 20
drive = "DRIVE"
[zones.hall]
full_light = 90
mute_pin = 23
"""


@pytest.mark.parametrize(("contact", "level"), [(1, 0.9), (0, 0.0)])
def test_in_an_alarm_the_light_ends_full(tmp_path: Path, contact: int, level: float) -> None:
    text = GUARDED.replace("DRIVE", str(tmp_path / "guard.fifo"))
    agent = Agent(tmp_path, edge="ceiling", store="nordic", broker_port=1, configuration=text)
    guard = Guard(agent, {"20": contact})
    guard.start()
    try:
        wait_until(lambda: (guard.status()["alarm"] is not None) == contact, 20, "the alarm")
        assert drive_to_fail_levels(load_config(agent.toml), KILLED, nobody(), agent.data) == 0
    finally:
        guard.close()
    assert (agent.pin_level(12) or 0) == pytest.approx(level)


def test_a_guard_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    text = GUARDED.replace("DRIVE", str(tmp_path / "guard.fifo"))
    agent = Agent(tmp_path, edge="ceiling", store="nordic", broker_port=1, configuration=text)
    agent.data.mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as mute:
        mute.bind(str(agent.data / "guard.sock"))
        mute.listen()
        began_s = time.monotonic()
        assert drive_to_fail_levels(load_config(agent.toml), KILLED, nobody(), agent.data) == 0
        assert time.monotonic() - began_s < 3
    assert not agent.pin_level(12)
