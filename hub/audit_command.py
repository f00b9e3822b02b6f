"""``stemning audit``: who changed what, when and why."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.asking import Asking, add_hub_argument

_EPILOG = """\
examples:
  stemning audit                              the last changes, the newest first
  stemning audit --store nordic --action schedule
  stemning audit --author Kim --most 200
  stemning audit --action override --whole    as they were before and after, as JSON

  Times are the store's own; of what belongs to no store they are UTC."""


class AuditCommand:
    """``stemning audit``."""

    name = "audit"
    summary = "Who changed what, when and why."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add what to look for."""
        parser.epilog = _EPILOG
        for name, words in (
            ("store", "of a store"),
            ("subject", "of one thing, as in 'zone entrance'"),
            ("author", "by a name or a role"),
            ("action", "one action, or its first word: override, schedule, draft, scene …"),
        ):
            parser.add_argument(f"--{name}", default="", help=words)
        parser.add_argument("--most", type=int, default=20, help="how many; default: 20")
        parser.add_argument("--whole", action="store_true", help="what it was before and after")
        add_hub_argument(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub = Asking(arguments.hub)
        names = ("store", "subject", "author", "action")
        query = {name: getattr(arguments, name) for name in names}
        found = hub.get("audit", most=str(arguments.most), **query).value["changes"]
        zones = {each["store"]: ZoneInfo(each["time_zone"]) for each in hub.get("stores").value}
        for change in found:
            _say(_line(change, zones.get(change["store"])))
            if arguments.whole:
                for name in ("before", "after"):
                    _say(f"  {name}: {json.dumps(change[name], ensure_ascii=False)}")
        return 0


audit = AuditCommand()


def _line(change: dict[str, Any], tz: ZoneInfo | None) -> str:
    at = datetime.fromisoformat(change["at"]).astimezone(tz or UTC)
    store = f"{change['store']}, " if change["store"] else ""
    words = (
        f"{at:%Y-%m-%d %H:%M:%S}" + ("" if tz else "Z"),
        change["author"] or "somebody",
        change["action"],
        store + change["subject"] + (f": {change['why']}" if change["why"] else ""),
    )
    return "  ".join(words)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
