"""The lock files hold what pyproject.toml asks for, hashed, and say nothing of where from."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "deploy" / "requirements"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)")


def pins(lock: str) -> dict[str, str]:
    """Name to version of everything a lock installs."""
    lines = (LOCKS / f"{lock}.txt").read_text().splitlines()
    return {canonicalize_name(pin["name"]): pin["version"] for pin in map(PIN.match, lines) if pin}


def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def wanted(*extras: str) -> list[Requirement]:
    """The direct requirements of the base and the extras, our own extras left out."""
    table = project()["project"]
    texts = [*table["dependencies"]]
    for extra in extras:
        texts += table["optional-dependencies"][extra]
    return [asked for asked in map(Requirement, texts) if asked.name != "stemning"]


ROLES = {
    "edge": ("edge",),
    "hub": ("hub", "insights"),
    "demo": ("edge", "hub", "insights", "demo"),
    "dev": ("edge", "hub", "insights", "demo"),
}


@pytest.mark.parametrize("lock", ROLES)
def test_a_lock_fulfils_what_is_asked_for(lock: str) -> None:
    locked = pins(lock)
    for asked in wanted(*ROLES[lock]):
        version = locked.get(canonicalize_name(asked.name))
        assert version is not None, f"{lock}.txt lacks {asked.name}: make lock"
        assert version in asked.specifier, f"{lock}.txt has {asked.name} {version}: make lock"


def test_the_tools_are_locked() -> None:
    locked = pins("dev")
    groups = project()["dependency-groups"]
    for asked in map(Requirement, [*groups["test"], *groups["lint"], *groups["build"]]):
        assert locked.get(canonicalize_name(asked.name), "none") in asked.specifier, asked.name


@pytest.mark.parametrize("lock", ["edge", "hub", "demo"])
def test_what_is_tested_is_what_is_installed(lock: str) -> None:
    assert pins(lock).items() <= pins("dev").items()


@pytest.mark.parametrize("path", sorted(LOCKS.glob("*.txt")), ids=lambda path: path.name)
def test_a_lock_holds_hashes_and_no_address(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert "index" not in text
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
