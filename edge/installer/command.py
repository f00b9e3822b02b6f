"""The sub-commands of ``stemning edge``: their arguments, and what each hands over to."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.config import Config, load_config
from edge.settings import SETTINGS, Chosen, resolve

Configure = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class Tool:
    """One sub-command; ``settings`` are those of the agent's flags that it takes too."""

    name: str
    summary: str
    epilog: str
    settings: tuple[str, ...]
    configure: Configure
    run: Run

    def add_to(self, tools: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Make it a sub-command."""
        parser = tools.add_parser(
            self.name,
            help=self.summary,
            description=self.summary,
            epilog=self.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for setting in SETTINGS:
            if setting.name in self.settings:
                # Without a default: the same flag may stand before the sub-command's name.
                setting.add_to(parser, default=argparse.SUPPRESS)
        self.configure(parser)
        parser.set_defaults(tool=self)


def configured(arguments: argparse.Namespace) -> tuple[Config, Chosen]:
    """The configuration that the arguments name, and the settings that hold."""
    flags: dict[str, str | None] = vars(arguments)
    config = load_config(Path(resolve("config", flags, os.environ, {}).text))
    return config, Chosen.of(flags, os.environ, config.settings)


def _configure_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wiring", action="store_true", help="only print the wiring; nothing is opened"
    )
    parser.add_argument(
        "--once", action="store_true", help="print every device's state once and end"
    )
    parser.add_argument(
        "--test", metavar="NAME", help="test this output: within its limits, and back"
    )


def _run_check(arguments: argparse.Namespace) -> int:
    config, chosen = configured(arguments)
    if arguments.wiring:
        from edge.installer.wiring_plan import print_wiring

        return print_wiring(config)
    from edge.installer.check import check

    return check(config, chosen, once=arguments.once, test=arguments.test)


def _configure_init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kit", nargs="?", metavar="KIT", help="which kit; without it: list them")
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        default=Path("edge.toml"),
        metavar="FILE",
        help="the file to write (default edge.toml); one that exists is never touched",
    )


def _run_init(arguments: argparse.Namespace) -> int:
    from edge.installer.init import list_kits, write_kit

    if arguments.kit is None:
        return list_kits()
    return write_kit(arguments.kit, arguments.file)


def _configure_drivers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="show this driver's wiring and options"
    )


def _run_drivers(arguments: argparse.Namespace) -> int:
    from edge.installer.drivers import list_drivers, show_driver

    return list_drivers() if arguments.name is None else show_driver(arguments.name)


def _run_fail_levels(arguments: argparse.Namespace) -> int:
    from edge.installer.fail_levels import drive_to_fail_levels

    config, chosen = configured(arguments)
    return drive_to_fail_levels(config, os.environ, chosen.broker, chosen.data)


def _configure_clock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust", action="store_true", help="say that this machine's clock is right now"
    )


def _run_clock(arguments: argparse.Namespace) -> int:
    from edge.clock import SystemClock
    from edge.clock_evidence import Machine
    from edge.installer.clock import show_clock

    config, chosen = configured(arguments)
    trust = config.clock.trust
    return show_clock(chosen.data, SystemClock(), Machine(), trust, confirm=arguments.trust)


TOOLS = (
    Tool(
        "check",
        "Check an installation: mistakes, wiring, every device live, and a test of each output.",
        "examples:\n"
        "  stemning edge check --config edge.toml                 everything, live until Ctrl-C\n"
        "  stemning edge check --config edge.toml --wiring        what goes where; opens nothing\n"
        "  stemning edge check --config edge.toml --test window   this light up and down, once\n"
        "  stemning edge check --config edge.toml --once          for a script: 0 all well, 1 not",
        ("config", "data", "allow_root"),
        _configure_check,
        _run_check,
    ),
    Tool(
        "init",
        "Write a commented configuration for a kit, to be adapted.",
        "example:\n  stemning edge init window-strip /etc/stemning/edge.toml",
        (),
        _configure_init,
        _run_init,
    ),
    Tool(
        "drivers",
        "List the drivers that are installed here, or show one's wiring and options.",
        "example:\n  stemning edge drivers gpio-relay",
        (),
        _configure_drivers,
        _run_drivers,
    ),
    Tool(
        "clock",
        "Show who vouches for this machine's time, or vouch for it yourself.",
        "example, where there is no time server and no battery:\n"
        "  sudo timedatectl set-time '2026-11-21 09:00:00'\n"
        "  stemning edge clock --config edge.toml --trust",
        ("config", "data"),
        _configure_clock,
        _run_clock,
    ),
    Tool(
        "fail-levels",
        "Bring every output to its fail level and end; for when the agent is gone.",
        "systemd runs it after the agent, however that ended. It asks no hub; the broker of MQTT\n"
        "lamps has 3 s to answer.",
        ("config", "broker"),
        lambda _parser: None,
        _run_fail_levels,
    ),
)
