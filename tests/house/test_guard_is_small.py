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
GUARD = ROOT / "edge" / "guard"
MOST_LINES = 500
BRACKETS = {*"()[]{}", ","}
PINS = "devices.drivers.gpio.relay_pins"
OWN = {"edge.guard.core", "edge.guard.loop", "edge.guard.memory", PINS}
PACKAGES = {"edge", "edge.guard", "devices", "devices.drivers", "devices.drivers.gpio"}
BEFORE = {"__main__.py", "setup.py"}
"""What runs before the first pin is touched, in a process that then becomes the guard."""
THIRD_PARTY = {"lgpio", "_lgpio"}
SAYS_NOTHING = {tokenize.NL, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER}
SAYS_NOTHING |= {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def lines_that_do(path: Path) -> int:
    """Lines that do something, as they stand.

    That is without blank lines, comments, docstrings, lone brackets, imports, the headings of
    functions and classes, and what only a type checker reads.
    """
    with path.open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    lines = {
        line
        for token in tokens
        if token.type not in SAYS_NOTHING and token.string not in BRACKETS
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Import() | ast.ImportFrom():
                lines -= span(node, node.end_lineno)
            case (
                ast.If(test=ast.Name(id="TYPE_CHECKING"))
                | ast.Assign(targets=[ast.Name(id="TYPE_CHECKING")])
            ):
                lines -= span(node, node.end_lineno)
            case ast.FunctionDef() | ast.ClassDef():
                lines -= span(node, node.body[0].lineno - 1)
    return len(lines)


def span(node: ast.stmt, last: int | None) -> set[int]:
    """The lines from a statement's first to ``last``."""
    assert last is not None
    return set(range(node.lineno, last + 1))


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
        assert lines_that_do(Path(loaded[package])) == 0, f"{package} does something when imported"


def test_the_guard_has_under_500_lines(loaded: dict[str, str]) -> None:
    """All that runs as the guard on a Pi, its pins and the reader of its configuration included.

    Mock pins are not: no Pi loads them, as the test above shows.
    """
    own = [path for path in GUARD.glob("*.py") if path.name != "__init__.py"]
    counted = {path.name: lines_that_do(path) for path in [*own, Path(loaded[PINS])]}
    assert counted.keys() == {f"{name.rpartition('.')[2]}.py" for name in OWN} | BEFORE
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


COUNTED = '''"""A docstring

of three lines."""

import os
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
# why
x = [  # 1
    1,  # 2
]
"""of x"""

def f(
    a: int,
) -> int:
    """Headings and docstrings are no work."""
    return a  # 3

class C:
    y = {  # 4
    }
'''


def test_the_count_sees_what_does_something(tmp_path: Path) -> None:
    path = tmp_path / "counted.py"
    path.write_text(COUNTED)
    assert lines_that_do(path) == 4
