"""The stop hook: whoever ended the agent, its outputs end where a shop can stand them."""

import json
from pathlib import Path
from typing import Any

import mpd
import pytest

from edge.config import read_config
from edge.installer.fail_levels import drive_to_fail_levels
from tests.parts.mpd import Mpd
from tests.parts.ports import free_port

FULL, HALF_LIT = 12, 13
PROPERLY = {"SERVICE_RESULT": "success"}
KILLED = {"SERVICE_RESULT": "watchdog"}


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


def levels(record: Path, pin: int) -> list[float]:
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    return [line["level"] for line in lines if line["pin"] == pin]


def test_every_light_goes_to_its_fail_level_without_another_in_between(tmp_path: Path) -> None:
    record = tmp_path / "pins.jsonl"
    config = read_config(document(record, free_port()))
    drive_to_fail_levels(config, PROPERLY)
    assert levels(record, FULL) == [1.0]
    assert set(levels(record, HALF_LIT)) <= {0.0}, "its boot level of 70 % was never shone"


def test_what_cannot_be_reached_is_named_and_the_rest_is_driven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "pins.jsonl"
    config = read_config(document(record, free_port()))
    assert drive_to_fail_levels(config, KILLED) == 1
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
    assert drive_to_fail_levels(config, environment) == 0
    assert int(client.status()["volume"]) == after
    client.disconnect()


@pytest.mark.parametrize(("environment", "code"), [(PROPERLY, 0), (KILLED, 1)])
def test_what_needs_a_broker_is_the_agents_own_errand(
    environment: dict[str, str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lamp = {"driver": "zigbee2mqtt-light", "device": "corner lamps", "zone": "hall"}
    config = read_config({"store": "nordic", "edge": "ceiling", "lights": {"lamp": lamp}})
    assert drive_to_fail_levels(config, environment) == code
    assert ("over a broker" in capsys.readouterr().err) == (code == 1)
