"""``stemning demo``."""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scenes.errors import StemningError

DEFAULT_PORT = 8080
DEFAULT_DATA = Path(".demo")
MARK = ".stemning-demo"


class NotADemoError(StemningError, ValueError):
    """The directory was not made by the demo."""

    code = "demo.not-a-demo"


class DemoRunsError(StemningError, RuntimeError):
    """Another demo works in the directory."""

    code = "demo.runs"


class DemoCommand:
    """Everything on one machine: broker, hub, three agents, eight weeks of history."""

    name = "demo"
    summary = "See the whole product work here, with nothing else installed."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "--port",
            type=_port,
            default=DEFAULT_PORT,
            help=f"where the page is served on 127.0.0.1 (default {DEFAULT_PORT})",
        )
        parser.add_argument(
            "--data",
            type=Path,
            default=DEFAULT_DATA,
            metavar="DIRECTORY",
            help=f"where the demo keeps its data (default {DEFAULT_DATA})",
        )
        parser.add_argument(
            "--reset", action="store_true", help="forget the data of earlier runs first"
        )
        parser.epilog = (
            "It starts an embedded MQTT broker, the hub on SQLite, three agents and their guards,\n"
            "with mock pins and a simulated shop floor, each as a process; Ctrl-C ends all.\n\n"
            "example:\n  stemning demo --port 9000 --reset"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the demo until Ctrl-C."""
        from rich.console import Console

        from hub.demo.run import Demo, refuse_taken_port

        directory: Path = arguments.data
        refuse_taken_port(arguments.port)
        with _alone(directory):
            if arguments.reset:
                _forget(directory)
            return Demo(directory, arguments.port, Console()).run()


def _port(text: str) -> int:
    # Not int() alone: it also takes 8_080 and Arabic digits.
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is no port (1 to 65535)")
    return int(text)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the demo's directory, made if need be, against a second demo."""
    if not (directory / MARK).exists() and directory.exists() and any(os.scandir(directory)):
        raise NotADemoError(f"{directory} holds other things; give the demo a directory of its own")
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / MARK).open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoRunsError(
                f"a demo runs with the data in {directory} already; end it with Ctrl-C, "
                "or give this one another place with --data"
            ) from None
        yield


def _forget(directory: Path) -> None:
    """Remove a demo's data; the mark stays, for it is what holds the directory."""
    for entry in directory.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != MARK:
            entry.unlink()


demo = DemoCommand()
