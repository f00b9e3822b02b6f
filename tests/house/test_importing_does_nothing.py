"""Importing any module of the product opens, writes, starts and configures nothing."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("scenes", "devices", "edge", "hub")

LEFT_OUT = {
    # Alembic runs this file like a script; nobody imports it.
    "hub.migrations.env",
    # The library lgpio itself starts a thread when it is imported. This module alone imports it,
    # and is imported when real pins are opened.
    "devices.drivers.gpio.chip_pins",
}

WATCHED_IMPORT = """
import importlib, json, logging, os, sys, threading

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
ALWAYS = ("socket.", "sqlite3.connect", "subprocess.", "os.system", "os.exec", "os.fork",
          "os.posix_spawn", "os.mkdir", "os.remove", "os.rename", "os.putenv", "os.chmod",
          "signal.", "urllib.", "ftplib.", "http.")
NUMPYS_OWN = ("os.putenv", (b"OPENBLAS_MAIN_FREE", b"1"))
seen, module = [], None

def watch(event, args):
    if module is None or (event, args) == NUMPYS_OWN:
        return
    writes = event == "open" and isinstance(args[2], int) and args[2] & WRITING
    if writes or event.startswith(ALWAYS):
        seen.append(f"{module}: {event}{args!r}")

def start(thread):
    seen.append(f"{module}: starts {thread!r}")

threading.Thread.start = start
sys.addaudithook(watch)
for module in json.loads(sys.argv[1]):
    handlers = list(logging.root.handlers)
    importlib.import_module(module)
    if logging.root.handlers != handlers:
        seen.append(f"{module}: configures logging")
if "gpiozero" in sys.modules and sys.modules["gpiozero"].Device.pin_factory is not None:
    seen.append("a module opened the pins")
module = None
print(json.dumps(seen))
"""


def effects_of_importing(modules: list[str], root: Path) -> list[str]:
    """What importing ``modules`` in a fresh process did, one sentence each."""
    # -B: Python itself would write its compiled files.
    command = [sys.executable, "-B", "-c", WATCHED_IMPORT, json.dumps(modules)]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    seen: list[str] = json.loads(ran.stdout.splitlines()[-1])
    return seen


def modules_of(package: str) -> list[str]:
    """All modules of a package, found on disk without importing anything."""
    found = [package]
    for folder in [ROOT / package, *(path for path in (ROOT / package).rglob("*/"))]:
        if (folder / "__init__.py").exists():
            prefix = ".".join(folder.relative_to(ROOT).parts) + "."
            found += [module.name for module in pkgutil.iter_modules([str(folder)], prefix)]
    return sorted(set(found) - LEFT_OUT)


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_does_nothing(package: str) -> None:
    modules = modules_of(package)
    assert len(modules) > 1
    assert effects_of_importing(modules, ROOT) == []


def test_the_command_itself_does_nothing_when_imported() -> None:
    assert effects_of_importing(["stemning"], ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "import socket; socket.socket().bind(('127.0.0.1', 0))",
        "import sqlite3; sqlite3.connect(':memory:')",
        "open('left_behind', 'w').close()",
        "import threading; threading.Thread(target=str).start()",
        "import subprocess; subprocess.run(['true'])",
        "import logging; logging.basicConfig()",
        "import os; os.environ['STEMNING_X'] = '1'",
        "import gpiozero, gpiozero.pins.mock as m; gpiozero.Device.pin_factory = m.MockFactory()",
    ],
)
def test_the_watch_sees_a_planted_effect(tmp_path: Path, line: str) -> None:
    (tmp_path / "planted.py").write_text(line + "\n")
    assert effects_of_importing(["planted"], tmp_path) != []
