"""The versions of a store's schedule, and the way back to one."""

from __future__ import annotations

import argparse
from typing import Any
from zoneinfo import ZoneInfo

from hub.asking import Asking
from hub.plan_command.words import local, say, zone_of_time

_ORIGINS = {
    "file": "from the shop file",
    "revert": "back to an earlier one",
    "template": "from a template",
}


def tell_versions(hub: Asking, arguments: argparse.Namespace) -> None:
    """Print them, the newest first."""
    tz = zone_of_time(hub, arguments.store)
    query = {"limit": str(arguments.most)}
    for version in hub.get("stores", arguments.store, "schedule", "versions", **query).value:
        say(_line(version, tz))
        for change in version["changes"]:
            say(f"      {change}")


def revert(hub: Asking, arguments: argparse.Namespace) -> None:
    """Deploy what an earlier version said, unless somebody deploys at the same moment."""
    seen = hub.get("stores", arguments.store, "schedule").tag
    body = {"version": arguments.version, "author": arguments.author, "why": arguments.why}
    now = hub.post("stores", arguments.store, "schedule", "revert", seen=seen, body=body).value
    say(f"version {now['version']} plays now; it says what version {arguments.version} said")


def _line(version: dict[str, Any], tz: ZoneInfo) -> str:
    at = local(version["created_at"], tz)
    origin = _ORIGINS.get(version["origin"], "")
    who = version["author"] or "somebody"
    said = ", ".join(word for word in (who, origin) if word and word != "shop file")
    why = f": {version['why']}" if version["why"] else ""
    return f"{version['version']:4}  {at:%Y-%m-%d %H:%M}  {said}{why}"
