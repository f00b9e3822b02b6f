"""The settings' one table: what holds, what is refused, and that the README says the same."""

import argparse
import re
from pathlib import Path

import msgspec
import pytest

from devices.catalogue import SHARED, driver_names, find_shared
from edge import tables
from edge.command import edge
from edge.errors import ConfigurationError
from edge.settings import SETTINGS, Value, broker_address, log_level, resolve

README = Path(__file__).parents[2] / "edge" / "README.md"


@pytest.mark.parametrize(
    ("flags", "environment", "file", "expected"),
    [
        ({"data": "/a"}, {"STEMNING_DATA": "/b"}, {"data": "/c"}, "/a"),
        ({"data": None}, {"STEMNING_DATA": "/b"}, {"data": "/c"}, "/b"),
        ({"data": None}, {"STEMNING_DATA": ""}, {"data": "/c"}, "/c"),
        ({}, {}, {}, "data/edge"),
    ],
)
def test_the_earlier_source_wins(
    flags: dict[str, str | None], environment: dict[str, str], file: dict[str, str], expected: str
) -> None:
    assert resolve("data", flags, environment, file).text == expected


@pytest.mark.parametrize("text", ["mqtt://shop:s3cr@et@broker:1883", "mqtt://s3cr%et@b:1883x"])
def test_a_password_in_a_brokers_address_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no name and no password") as refusal:
        broker_address(Value(text, "broker.url"))
    assert "s3cr" not in str(refusal.value)
    assert "et@" not in str(refusal.value)


def test_a_brokers_address() -> None:
    assert str(broker_address(Value("mqtt://broker.local:1884", "--broker"))) == "broker.local:1884"
    assert broker_address(Value("mqtt://192.168.1.10", "--broker")).port == 1883
    assert broker_address(Value("mqtt://[::1]:1885/", "--broker")).host == "::1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "broker:1883",
        "http://broker",
        "mqtt://",
        "mqtt://b:x",
        "mqtt://b:99999",
        "mqtt://b/topic",
    ],
)
def test_what_is_no_brokers_address_is_named_with_its_origin(text: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        broker_address(Value(text, "STEMNING_BROKER"))
    assert str(refusal.value).startswith("STEMNING_BROKER:")
    assert "mqtt://host:port" in str(refusal.value)


def test_log_levels() -> None:
    assert log_level(Value("Warning", "--log-level")) == "WARNING"
    with pytest.raises(ConfigurationError, match="'loud' is no log level"):
        log_level(Value("loud", "--log-level"))


def test_the_command_line_knows_every_setting() -> None:
    parser = argparse.ArgumentParser(prog="stemning edge")
    edge.configure(parser)
    text = parser.format_help()
    for setting in SETTINGS:
        assert setting.flag in text
        assert setting.environment in text
        assert setting.default in text
    assert "[lights.window]" in text, "the help teaches with an example"


def test_the_readme_tells_every_table_that_is_the_edges_own() -> None:
    """A driver's options stand on the driver's page (tests/devices/test_catalogue.py)."""
    rows = {}
    for line in README.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 and (found := re.fullmatch(r"`\[(\w+)(?:\.NAME)?\]`", cells[0])):
            rows[found[1]] = set(re.findall(r"`([a-z_]+)`", cells[1]))
    structs: dict[str, type[msgspec.Struct]] = {**tables.SINGLE, **tables.NAMED}
    for name in driver_names(SHARED):
        part = find_shared(name)
        assert part is not None
        structs[name] = part.options
    assert {name: rows.get(name) for name in structs} == {
        name: {field.name for field in msgspec.structs.fields(struct)} - {"driver"}
        for name, struct in structs.items()
    }
