"""Settings: where they come from, and that every one is documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hub.broker_address import BrokerAddress, BrokerUrlError
from hub.settings import ENVIRONMENT_PREFIX, Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*Settings.model_fields, "settings"]:
        monkeypatch.delenv(f"{ENVIRONMENT_PREFIX}{name.upper()}", raising=False)


def test_the_defaults_need_nothing() -> None:
    settings = read_settings({}, None)
    assert settings.database_url == "sqlite:///data/hub/hub.db"
    assert settings.host == "127.0.0.1"
    assert (settings.port, settings.horizon_days) == (8080, 30)


def test_flag_over_environment_over_file_over_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hub.toml"
    file.write_text('port = 1\nhost = "file"\nhub_id = "file"\n')
    monkeypatch.setenv("STEMNING_HOST", "environment")
    monkeypatch.setenv("STEMNING_PORT", "2")
    settings = read_settings({"port": "3"}, file)
    assert (settings.port, settings.host, settings.hub_id) == (3, "environment", "file")
    assert settings.log_level == "info"


def test_the_file_can_be_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hub.toml"
    file.write_text("port = 7\n")
    monkeypatch.setenv("STEMNING_SETTINGS", str(file))
    assert read_settings({}, None).port == 7
    other = tmp_path / "other.toml"
    other.write_text("port = 8\n")
    assert read_settings({}, other).port == 8


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEMNING_PORT", "")
    assert read_settings({}, None).port == 8080


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ({"port": "http"}, "setting port = 'http'"),
        ({"port": 70000}, "setting port = 70000"),
        ({"horizon_days": 0}, "setting horizon_days = 0"),
        ({"log_level": "loud"}, "setting log_level = 'loud'"),
        ({"hub_id": "My Hub"}, "setting hub_id = 'My Hub'"),
        (
            {"broker": "broker.local"},
            "setting broker: 'broker.local' is no broker; write mqtt://host:1883",
        ),
        ({"broker": "mqtt://a:s3cret@b"}, "setting broker: an address with a name or a password"),
        ({"colour": "red"}, "there is no setting 'colour'"),
    ],
)
def test_a_wrong_setting_is_named(flags: dict[str, Any], text: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(text)):
        read_settings(flags, None)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"port = ", "is no TOML"),
        (b"\xff", "is no TOML"),
        (b"prot = 1\nhots = 2\n", "there is no setting 'hots', 'prot'"),
        (b"port = 70000\n", "setting port = 70000"),
    ],
)
def test_a_wrong_file_is_said_in_words(tmp_path: Path, content: bytes, text: str) -> None:
    file = tmp_path / "hub.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=re.escape(text)):
        read_settings({}, file)


def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml can't be read: No such file or directory"):
        read_settings({}, tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker", BrokerAddress("broker", 1883)),
        ("mqtt://10.0.0.7:1884/", BrokerAddress("10.0.0.7", 1884)),
        ("mqtt://[::1]:1885", BrokerAddress("::1", 1885)),
    ],
)
def test_a_broker_is_host_and_port(url: str, address: BrokerAddress) -> None:
    assert BrokerAddress.parse(url) == address


@pytest.mark.parametrize(
    "url", ["", "broker", "mqtts://b", "mqtt://", "mqtt://b:x", "mqtt://me@b", "mqtt://b/c", "[://"]
)
def test_another_broker_url_is_refused(url: str) -> None:
    with pytest.raises(BrokerUrlError):
        BrokerAddress.parse(url)
