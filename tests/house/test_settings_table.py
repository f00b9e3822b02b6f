"""``deploy/settings.md`` tells every setting of every program as the code has it."""

import argparse
from pathlib import Path

from edge.guard_command import guard
from edge.settings import SETTINGS
from hub.asking import DEFAULT_HUB, HUB_VARIABLE
from hub.demo.command import DEFAULT_DATA, DEFAULT_PORT, demo
from hub.settings import ENVIRONMENT_PREFIX, Settings

TABLE = Path(__file__).parents[2] / "deploy" / "settings.md"

Row = tuple[str, str, str, str, str]
"""program, flag, environment, place in the file, default."""


def told() -> dict[Row, str]:
    """Each row of the table and its meaning."""
    rows = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]
        if len(cells) == 6 and cells[1].startswith("--") and cells[1].strip("-"):
            rows[cells[0], cells[1], cells[2], cells[3], cells[4]] = cells[5]
    return rows


def of_the_hub() -> dict[Row, str]:
    rows: dict[Row, str] = {
        (
            "hub",
            f"--{name.replace('_', '-')}",
            f"{ENVIRONMENT_PREFIX}{name.upper()}",
            name,
            str(field.default) if field.default not in {None, ""} else "none",
        ): field.description or ""
        for name, field in Settings.model_fields.items()
    }
    rows["hub", "--settings", f"{ENVIRONMENT_PREFIX}SETTINGS", "none", "none"] = (
        "The hub's settings file (TOML)."
    )
    return rows


def of_the_edge() -> dict[Row, str]:
    return {
        ("edge", each.flag, each.environment, each.key or "none", each.default): (
            f"{each.help[0].upper()}{each.help[1:]}."
        )
        for each in SETTINGS
    }


def test_the_table_is_the_code() -> None:
    expected = of_the_hub() | of_the_edge()
    table = told()
    assert {row: table.get(row) for row in expected} == expected
    others = table.keys() - expected.keys()
    assert others == {
        ("guard", "--config", "STEMNING_EDGE_CONFIG", "none", "edge.toml"),
        ("guard", "--data", "STEMNING_DATA", "data", "data/edge"),
        ("guard", "--status", "none", "none", "off"),
        ("guard", "--reset", "none", "none", "off"),
        ("plan", "--hub", HUB_VARIABLE, "none", DEFAULT_HUB),
        ("demo", "--port", "none", "none", str(DEFAULT_PORT)),
        ("demo", "--data", "none", "none", str(DEFAULT_DATA)),
        ("demo", "--reset", "none", "none", "off"),
    }


def test_the_guard_takes_the_agents_settings_and_no_other_flag() -> None:
    parser = argparse.ArgumentParser()
    guard.configure(parser)
    flags = {option for action in parser._actions for option in action.option_strings}
    assert flags == {"-h", "--help", "--config", "--data", "--status", "--reset"}
    agents = {(each.flag, each.environment, each.default) for each in SETTINGS}
    guards = {row[1:3] + row[4:] for row in told() if row[0] == "guard" and row[2] != "none"}
    assert guards <= agents


def test_the_demo_has_no_other_flag() -> None:
    parser = argparse.ArgumentParser()
    demo.configure(parser)
    flags = {option for action in parser._actions for option in action.option_strings}
    assert flags == {"-h", "--help", "--port", "--data", "--reset"}
