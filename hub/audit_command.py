"""``stemning audit``: who changed what, when and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from hub.asking import Asking, add_hub_argument
from hub.clock import utc_now
from hub.planning.asked import UNTIL_ENDED

_EPILOG = """\
examples:
  stemning audit                              the last changes, the newest first
  stemning audit --store nordic --action schedule
  stemning audit --author Kim --most 200
  stemning audit --action override --whole    as they were before and after, as JSON

  Times are the store's own, with the date unless it is today. What belongs to no store (a scene)
  is told by the stores' time where they share one, or else in UTC, and says so."""
_OTHER = "other"


class AuditCommand:
    """``stemning audit``."""

    name = "audit"
    summary = "Who changed what, when and why."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add what to look for."""
        parser.epilog = _EPILOG
        for name, words in (
            ("store", "of a store"),
            ("subject", "of one thing: entrance, 'zone entrance', a scene's id …"),
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
        names_of = {each["id"]: each["name"] for each in hub.get("scenes").value}
        told = AuditWords(zones, names_of, utc_now())
        for change in found:
            for line in told.lines(change):
                _say(line)
            if arguments.whole:
                for name in ("before", "after"):
                    _say(f"  {name}: {json.dumps(change[name], ensure_ascii=False)}")
        if not found:
            _say("nothing matches")
        return 0


audit = AuditCommand()


@dataclass(frozen=True, slots=True)
class AuditWords:
    """Changes as a terminal shows them.

    ``zones`` are the stores' time zones by id, ``scenes`` the scenes' names by id.
    """

    zones: Mapping[str, ZoneInfo]
    scenes: Mapping[str, str]
    now: datetime

    def lines(self, change: dict[str, Any]) -> list[str]:
        """When, who and what in a line, and below it each thing that was changed in one."""
        words = (
            self._when(change["at"], self._tz(change)),
            change["author"] or "somebody",
            change["action"],
            self._what(change),
        )
        after = change["after"] if isinstance(change["after"], dict) else {}
        changes = after.get("changes")
        ways = changes if isinstance(changes, list) else []
        return ["  ".join(words), *(f"      {way}" for way in ways)]

    def _tz(self, change: dict[str, Any]) -> tzinfo:
        """The store's. What belongs to no store is told by the clocks that all stores share."""
        if change["store"] in self.zones:
            return self.zones[change["store"]]
        shared = {tz.key: tz for tz in self.zones.values()}
        return next(iter(shared.values())) if len(shared) == 1 else UTC

    def _when(self, instant: str, tz: tzinfo) -> str:
        at, today = datetime.fromisoformat(instant).astimezone(tz), self.now.astimezone(tz).date()
        day = "" if at.date() == today else f"{at:%Y-%m-%d} "
        return f"{day}{at:%H:%M:%S}" + (" UTC" if tz is UTC else "")

    def _what(self, change: dict[str, Any]) -> str:
        store, subject = change["store"], change["subject"]
        named = store and store not in subject.split()
        where = f"{store}, {subject}" if named else subject
        said = ": ".join(filter(None, (self._done(change), _why(change))))
        return f"{where}: {said}" if said else where

    def _done(self, change: dict[str, Any]) -> str:
        """What a choice came to, or which version or revision it is by now; empty: nothing more."""
        after = change["after"]
        if not isinstance(after, dict):
            return ""
        if "scene" in after and after.get("end"):
            scene = self.scenes.get(after["scene"], after["scene"])
            return f"{scene} {_until(after, change['at'], self._tz(change))}"
        if after.get("end"):
            until = _until(after, change["at"], self._tz(change))
            nudged = change["action"].endswith(".nudge") and "percent" in after
            return f"{after['percent']:.0f} % of the scene's {until}" if nudged else until
        numbers = ("version", "revision", "edition")
        return next((f"{name} {after[name]}" for name in numbers if name in after), "")


def _until(choice: dict[str, Any], made_at: str, tz: tzinfo) -> str:
    """Its end by the store's clocks, with the date unless it is that of the change."""
    made, end = (datetime.fromisoformat(each) for each in (made_at, choice["end"]))
    if choice.get("layer") == "emergency" or end >= UNTIL_ENDED:
        return "until somebody ends it"
    made, end = made.astimezone(tz), end.astimezone(tz)
    return f"until {end:%H:%M}" + ("" if end.date() == made.date() else f" on {end:%Y-%m-%d}")


def _why(change: dict[str, Any]) -> str:
    """Without the kind of reason that says nothing: ``other``."""
    why: str = change["why"]
    return "" if why == _OTHER else why.removeprefix(f"{_OTHER}: ")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
