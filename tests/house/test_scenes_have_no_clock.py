"""scenes/ is a pure function of what it is given: it asks no clock and rolls no dice."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "sleep", "localtime"}
CLOCK_OWNERS = {"datetime", "date", "time"}
IMPURE_MODULES = {"time", "random", "secrets", "uuid", "os", "threading", "asyncio"}


def impurities(source: str) -> list[str]:
    """Each place in ``source`` that asks a clock or imports what is not pure."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in CLOCKS:
                if ast.unparse(owner).rpartition(".")[2] in CLOCK_OWNERS:
                    found.append(f"line {node.lineno}: {ast.unparse(node.func)}()")
            case ast.Import(names=names):
                found += [
                    f"line {node.lineno}: import {alias.name}"
                    for alias in names
                    if alias.name.partition(".")[0] in IMPURE_MODULES
                ]
            case ast.ImportFrom(module=str(module)):
                if module.partition(".")[0] in IMPURE_MODULES:
                    found.append(f"line {node.lineno}: from {module}")
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "scenes").rglob("*.py")), ids=lambda path: path.name
)
def test_a_scenes_module_asks_no_clock(path: Path) -> None:
    assert impurities(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime, UTC; at = datetime.now(UTC)",
        "import datetime; day = datetime.date.today()",
        "from time import monotonic",
        "import random",
    ],
)
def test_a_planted_clock_is_seen(line: str) -> None:
    assert impurities(line) != []
