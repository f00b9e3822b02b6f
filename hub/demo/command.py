"""``stemning demo``."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from scenes.errors import StemningError

DEFAULT_PORT = 8080
DEFAULT_DATA = Path(".demo")
MARK = ".stemning-demo"


class NotADemoError(StemningError, ValueError):
    """The directory to reset was not made by the demo."""

    code = "demo.not-a-demo"


class DemoCommand:
    """Everything on one machine: broker, hub, three agents, eight weeks of history."""

    name = "demo"
    summary = "See the whole product work on this machine, with nothing else installed."

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
            "It starts an embedded MQTT broker, the hub on SQLite and three agents with mock pins\n"
            "and a simulated shop floor, each as a process of its own; Ctrl-C ends them all.\n\n"
            "example:\n  stemning demo --port 9000 --reset"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the demo until Ctrl-C."""
        from rich.console import Console

        from hub.demo.run import Demo

        directory: Path = arguments.data
        if arguments.reset:
            _forget(directory)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / MARK).touch()
        return Demo(directory, arguments.port, Console()).run()


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port (1 to 65535)")
    return number


def _forget(directory: Path) -> None:
    """Remove a demo's data, and nothing that the demo did not make."""
    if not directory.exists():
        return
    if not (directory / MARK).exists() and any(os.scandir(directory)):
        raise NotADemoError(f"{directory} was not made by the demo, so it is not removed")
    shutil.rmtree(directory)


demo = DemoCommand()
