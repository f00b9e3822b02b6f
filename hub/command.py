"""The hub's commands: ``hub``, ``sales`` and ``effects``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

_HUB_EPILOG = """\
settings:
  Each can be given by flag, by environment (STEMNING_ and its name in capitals, as in
  STEMNING_PORT) or in a TOML file (--settings or STEMNING_SETTINGS); the earlier wins.
  The table is in deploy/settings.md.

examples:
  stemning hub --shop shop.yaml
  stemning hub --shop shop.yaml --host 0.0.0.0 --port 80 --broker mqtt://broker.shop:1883
  STEMNING_DATABASE=postgresql://stemning@db/stemning stemning hub --settings hub.toml

  The shop file is read again within a second of every change. Ctrl-C or SIGTERM ends the hub."""


class HubCommand:
    """``stemning hub``."""

    name = "hub"
    summary = "Run the hub: plan, publish, take in events, serve pages and API."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add a flag for every setting."""
        from hub.settings import Settings

        parser.epilog = _HUB_EPILOG
        for name, field in Settings.model_fields.items():
            # A switch may be given alone.
            alone: dict[str, Any] = {"nargs": "?", "const": "true"}
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                dest=name,
                metavar=name.upper(),
                help=f"{field.description} Default: {_shown(field.default)}",
                **(alone if field.annotation is bool else {}),
            )
        parser.add_argument("--settings", type=Path, metavar="FILE", help="settings file (TOML)")

    def run(self, arguments: argparse.Namespace) -> int:
        """Run until a signal."""
        from hub.serving import serve
        from hub.settings import Settings, read_settings

        given = {name: getattr(arguments, name) for name in Settings.model_fields}
        flags = {name: value for name, value in given.items() if value is not None}
        return serve(read_settings(flags, arguments.settings))


hub = HubCommand()


def __getattr__(name: str) -> object:
    """``sales`` and ``effects``, whose modules load the database's library, only when asked for."""
    if name == "sales":
        from hub.sales.command import sales

        return sales
    if name == "effects":
        from hub.insights.command import effects

        return effects
    raise AttributeError(name)


def _shown(default: Any) -> str:  # noqa: ANN401
    return "none" if default in {None, ""} else str(default).replace("%", "%%")
