"""Each import contract holds, and catches a planted import that breaks it."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("scenes", "devices", "edge", "hub")
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}

# Contract -> file and import that break it, and it alone.
PLANTS = {
    "one-way-down": ("devices/errors.py", "import edge.errors"),
    "hub-knows-no-device": ("hub/database.py", "import devices.errors"),
    "scenes-is-pure": ("scenes/plan.py", "import time"),
    "edge-is-light": ("edge/errors.py", "import pydantic"),
    "wiring-picks-drivers": ("edge/errors.py", "import devices.drivers.mpd"),
    "drivers-are-strangers": ("devices/drivers/mpd/player.py", "import devices.drivers.simulated"),
    "gpio-in-its-driver": ("devices/errors.py", "import gpiozero"),
    "mpd-in-its-driver": ("devices/errors.py", "import mpd"),
    "serial-in-its-driver": ("devices/errors.py", "import serial"),
    "sacn-in-its-driver": ("devices/errors.py", "import sacn"),
    "mqtt-in-the-links": ("edge/errors.py", "import paho.mqtt.client"),
    "sky-in-the-almanac": ("hub/errors.py", "import astral"),
    "terminal-in-the-tools": ("hub/errors.py", "import rich.console"),
    "agent-loads-no-tool": ("edge/agent.py", "import edge.installer.live"),
    "broker-in-the-demo": ("hub/errors.py", "import amqtt.broker"),
    "analysis-in-its-worker": ("hub/insights/assembly.py", "import numpy"),
    "hub-loads-no-analysis": ("hub/insights/service.py", "import hub.insights.worker"),
    "nobody-imports-the-tools": ("edge/errors.py", "import tests.waiting"),
    "hub-inside": ("hub/money.py", "import hub.settings"),
    "no-cycles": ("scenes/units.py", "import scenes.scene"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four packages and their contracts, to plant imports in."""
    root = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", root)
    ignored = shutil.ignore_patterns("node_modules", "__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=ignored)
    return root


def broken_contracts(root: Path) -> set[str]:
    """The names of the contracts that import-linter finds broken in ``root``."""
    lint: list[str | Path] = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    wide = dict(os.environ, COLUMNS="200")  # one line for each contract
    ran = subprocess.run(lint, cwd=root, env=wide, capture_output=True, text=True, check=False)
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", ran.stdout, flags=re.MULTILINE))
    assert verdicts.keys() == {contract["name"] for contract in CONTRACTS.values()}, ran.stderr
    broken = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
    assert (ran.returncode == 0) == (not broken)
    return broken


def test_every_contract_has_its_planted_violation() -> None:
    assert PLANTS.keys() == CONTRACTS.keys()


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    assert broken_contracts(copy) == set()


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_import_breaks_its_contract(copy: Path, contract: str) -> None:
    place, line = PLANTS[contract]
    file = copy / place
    clean = file.read_text()
    file.write_text(f"{clean}\n{line}\n")
    try:
        assert broken_contracts(copy) == {CONTRACTS[contract]["name"]}
    finally:
        file.write_text(clean)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_no_forbidden_name_is_misspelt(contract: str) -> None:
    names = CONTRACTS[contract].get("forbidden_modules", [])
    assert [name for name in names if importlib.util.find_spec(name) is None] == []
