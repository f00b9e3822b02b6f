"""``stemning office``: which hub decides, and a person's word on whose database is right."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from hub.asking import Asking, add_hub_argument

_EPILOG = """\
examples:
  stemning office                             does this hub decide, and if not, who does?
  stemning office confirm --author "Kim, owner" --why "Monday's copy was put back on purpose"

  confirm begins a new term of office over every other plan that was seen: agents that keep a newer
  plan take this hub's, and another hub on the same broker gives way."""


class OfficeCommand:
    """``stemning office``."""

    name = "office"
    summary = "Which hub decides; confirm that this one's database is right."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add what to do and who does it."""
        parser.epilog = _EPILOG
        parser.add_argument("what", nargs="?", choices=("confirm",), help="default: only look")
        parser.add_argument("--author", default="", help="who confirms: a name or a role")
        parser.add_argument("--why", default="", help="why, for the audit")
        add_hub_argument(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub; 1 while something keeps it from deciding that shouldn't."""
        hub = Asking(arguments.hub)
        answer = hub.get("office")
        if arguments.what == "confirm":
            word = {"author": arguments.author, "why": arguments.why}
            answer = hub.post("office", "confirm", seen=answer.tag, body=word)
        _say(answer.value)
        return 0 if answer.value["standing"] in {"in-office", "standby"} else 1


office = OfficeCommand()


def _say(view: dict[str, Any]) -> None:
    lines = [f"{view['hub']}: {view['standing']}", *view["problems"]]
    sys.stdout.write("\n".join(lines) + "\n")
