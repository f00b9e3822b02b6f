"""``stemning edge``: the agent on the command line, and the installer's tools beside it."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass

from edge.config import EXAMPLE, Config
from edge.installer.command import TOOLS, configured
from edge.privileges import refuse_root
from edge.settings import SETTINGS, Chosen

DESCRIPTION = """\
Run the agent of one edge: it plays the hub's plans on the lights, players and diffusers of
this machine, and sends back what its sensors see. Without a hub it plays its stored plans.
With a COMMAND, help whoever installs it instead."""

EPILOG = f"""\
a configuration file:

{EXAMPLE}
examples:
  stemning edge init                          list the kits to start from
  stemning edge init window-strip edge.toml   write a commented configuration
  stemning edge check --config edge.toml      wiring, every device live, test an output
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
        for setting in SETTINGS:
            setting.add_to(parser)
        parser.add_argument(
            "--check",
            action="store_true",
            help="only read the configuration and list the devices; nothing is opened",
        )
        parser.set_defaults(tool=None)
        parser.usage = f"{parser.prog} [options] [COMMAND ...]"
        tools = parser.add_subparsers(title="commands", metavar="COMMAND", prog=parser.prog)
        for tool in TOOLS:
            tool.add_to(tools)

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the agent, check its configuration, or run a tool; returns the exit code."""
        if arguments.tool is not None:
            code: int = arguments.tool.run(arguments)
            return code
        config, chosen = configured(arguments)
        if arguments.check:
            sys.stdout.write(_inventory_text(config, chosen))
            return 0
        refuse_root(config, os.geteuid(), allowed=chosen.allow_root)
        from edge.running import run_agent

        run_agent(config, chosen)
        return 0


def _inventory_text(config: Config, chosen: Chosen) -> str:
    from edge.wiring import inventory

    head = f"{config.store}/{config.edge}: broker {chosen.broker}, data in {chosen.data}"
    lines = [
        f"  {info.kind:9} {info.id:20} {info.driver:12} in {info.zone}"
        for info in inventory(config).values()
    ]
    notes = [f"note: {remark}" for remark in config.remarks]
    return "\n".join([head, *lines, *notes, "the configuration is right", ""])


edge = EdgeCommand()
