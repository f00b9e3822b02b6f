"""``stemning edge``: the agent on the command line."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event

from edge import settings
from edge.clock import SystemClock
from edge.config import EXAMPLE, Config, load_config
from edge.identity import Identity

TEND_S = 5.0

DESCRIPTION = """\
Run the agent of one edge: it plays the hub's plans on the lights, players and diffusers of
this machine, and sends back what its sensors see. Without a hub it plays its stored plans."""

EPILOG = f"""\
a configuration file:

{EXAMPLE}
examples:
  stemning edge --config edge.toml --check    say what is wrong, or list the devices
  stemning edge --config edge.toml            run until Ctrl-C or SIGTERM

A flag goes before its environment variable, and that before the file. On a machine without
pins: [pins] with factory = "mock". All tables and drivers: edge/README.md."""


@dataclass(frozen=True, slots=True)
class EdgeCommand:
    """The command ``edge``."""

    name: str = "edge"
    summary: str = "Run the agent on a Pi: play the plans, watch the sensors."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments and its help."""
        parser.description = DESCRIPTION
        parser.epilog = EPILOG
        for setting in settings.SETTINGS:
            parser.add_argument(
                setting.flag,
                dest=setting.name,
                metavar=setting.name.upper(),
                help=f"{setting.help} [{setting.environment}; default {setting.default}]",
            )
        parser.add_argument(
            "--check",
            action="store_true",
            help="only read the configuration and list the devices; nothing is opened",
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the agent, or check its configuration; returns the exit code."""
        flags: dict[str, str | None] = vars(arguments)
        path = Path(settings.resolve("config", flags, os.environ, {}).text)
        config = load_config(path)
        chosen = _Chosen.of(flags, os.environ, config)
        if arguments.check:
            sys.stdout.write(_inventory_text(config, chosen))
            return 0
        logging.basicConfig(
            stream=sys.stderr,
            level=chosen.log_level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        )
        _run(config, chosen)
        return 0


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The settings that hold."""

    broker: settings.BrokerAddress
    data: Path
    log_level: str

    @classmethod
    def of(
        cls, flags: Mapping[str, str | None], environment: Mapping[str, str], config: Config
    ) -> _Chosen:
        def value(name: str) -> settings.Value:
            return settings.resolve(name, flags, environment, config.settings)

        return cls(
            settings.broker_address(value("broker")),
            Path(value("data").text),
            settings.log_level(value("log_level")),
        )


def _run(config: Config, chosen: _Chosen) -> None:
    from edge.agent import Agent

    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    identity = Identity(config.store, config.edge, secrets.token_hex(8), _version())
    agent = Agent(config, chosen.data, chosen.broker, identity, SystemClock())
    try:
        agent.start()
        while not stopping.wait(TEND_S):
            agent.tend()
    finally:
        agent.stop()


def _version() -> str:
    try:
        return version("stemning")
    except PackageNotFoundError:
        return "0"  # run from a checkout that isn't installed


def _inventory_text(config: Config, chosen: _Chosen) -> str:
    from edge.wiring import inventory

    head = f"{config.store}/{config.edge}: broker {chosen.broker}, data in {chosen.data}"
    lines = [
        f"  {info.kind:9} {info.id:20} {info.driver:12} in {info.zone}"
        for info in inventory(config).values()
    ]
    return "\n".join([head, *lines, "the configuration is right", ""])


edge = EdgeCommand()
