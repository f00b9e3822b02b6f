"""The guard is what it is trusted to be: few lines, few modules, no network, no plug-in."""

import ast
import json
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from edge.guard.setup import read_plan

ROOT = Path(__file__).parents[2]
MOST_LINES = 500
PINS = "devices.drivers.gpio.relay_pins"
OWN = {"edge.guard.core", "edge.guard.loop", "edge.guard.memory", PINS}
PACKAGES = {"edge", "edge.guard", "devices", "devices.drivers", "devices.drivers.gpio"}
THIRD_PARTY = {"lgpio", "_lgpio"}
SAYS_NOTHING = {tokenize.NL, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER}
SAYS_NOTHING |= {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def code_lines(path: Path) -> int:
    """Lines that hold code: no blank ones, comments and docstrings."""
    with path.open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    lines = {
        line
        for token in tokens
        if token.type not in SAYS_NOTHING
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


@pytest.fixture(scope="module")
def loaded() -> dict[str, str]:
    """Every module of a running guard with real pins, and its file."""
    plan = {**read_plan("", None), "path": [str(ROOT), *sys.path]}
    # As edge/guard/__main__.py does it, up to the first pin.
    script = (
        "import json, sys\n"
        "sys.path[:] = json.loads(sys.argv[1])['path']\n"
        "from edge.guard.loop import Loop\n"
        f"from {PINS} import open_pins\n"
        "open_pins(None)\n"
        "files = {name: getattr(it, '__file__', None) for name, it in sys.modules.items()}\n"
        "print(json.dumps({name: file for name, file in files.items() if file}))"
    )
    command = [sys.executable, "-I", "-S", "-c", script, json.dumps(plan)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    modules: dict[str, str] = json.loads(ran.stdout)
    return modules


def test_the_guard_loads_nothing_but_itself_and_the_standard_library(
    loaded: dict[str, str],
) -> None:
    others = {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names}
    assert others == OWN | PACKAGES | THIRD_PARTY
    for package in PACKAGES:
        assert code_lines(Path(loaded[package])) == 0, f"{package} does something when imported"


def test_the_guard_has_under_500_lines(loaded: dict[str, str]) -> None:
    """All that runs as the guard on a Pi, pins included."""
    files = [*(Path(loaded[name]) for name in OWN), ROOT / "edge" / "guard" / "__main__.py"]
    counted = {path.name: code_lines(path) for path in files}
    assert sum(counted.values()) < MOST_LINES, counted


def test_the_guard_has_no_network() -> None:
    for name in ("core", "loop", "memory"):
        tree = ast.parse((ROOT / "edge" / "guard" / f"{name}.py").read_text())
        families = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr.startswith("AF_")
        }
        assert families <= {"AF_UNIX"}


def test_the_count_sees_code_alone(tmp_path: Path) -> None:
    path = tmp_path / "counted.py"
    path.write_text('"""A docstring\n\nof three lines."""\n\n# why\nx = [\n    1,\n]\n"""of x"""\n')
    assert code_lines(path) == 3
