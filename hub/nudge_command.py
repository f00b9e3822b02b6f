"""``stemning nudge``, ``mute`` and ``scent-off``: less or more of what plays, from a terminal."""

from __future__ import annotations

import argparse
from typing import Any

from hub.asking import Asking
from hub.choice_arguments import (
    KINDS,
    begin_in_store,
    by_arguments,
    end_arguments,
    end_said,
    ended_in_store,
    refuse_what_only_begins,
    replace_argument,
    say,
    store_arguments,
)
from scenes.adjustment import FULL, SENSES, stepped
from scenes.nudge import Calm

_NUDGE_EPILOG = """\
examples:
  stemning nudge entrance volume -10                      10 points quieter than now, again: 20
  stemning nudge entrance light +20 --for 30
  stemning nudge entrance scent --to 50 --why too-strong  half of what scenes ask for
  stemning nudge entrance volume --end                    as the scene says

  Until the plan would change the scene anyway, if nothing else is said."""
_CALM_EPILOG = """\
examples:
  stemning {name} nordic                                  until closing
  stemning {name} nordic --for 30 --author Kim --reason "a school class"
  stemning {name} nordic --until until-ended              seven days at most
  stemning {name} nordic --end"""


class NudgeCommand:
    """``stemning nudge``."""

    name = "nudge"
    summary = "Make light, volume or scent of a zone more or less for a while."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the zone, the sense, by how much and how long."""
        parser.epilog = _NUDGE_EPILOG
        parser.add_argument("zone", help="the zone's id")
        parser.add_argument("sense", choices=SENSES, help="what is to be more or less")
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("points", nargs="?", type=float, help="per cent more (10) or less (-10)")
        how.add_argument("--to", type=float, metavar="PERCENT", help="of what the scene asks")
        how.add_argument("--end", dest="over", action="store_true", help="as the scene says")
        parser.add_argument("--store", default="", help="needed where several have such a zone")
        end_arguments(parser, "next-change (default), closing")
        parser.add_argument("--why", choices=KINDS, default="other", help="the kind of reason")
        by_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub, sense, store = Asking(arguments.hub), arguments.sense, arguments.store
        path = ("zones", arguments.zone, "adjustments", sense)
        if arguments.over:
            refuse_what_only_begins(arguments, "--end")
        zone = hub.get("zones", arguments.zone, store=store).value
        seen = zone["adjustment_tags"][sense]
        if arguments.over:
            by = {"author": arguments.author}
            after = hub.delete(*path, seen=seen, store=store, **by).value
        else:
            wish = _wish(arguments, zone)
            after = hub.put_json(*path, seen=seen, body=wish, store=store).value
        say(_told(after, sense))
        return 0


class CalmCommand:
    """``stemning mute`` and ``stemning scent-off``."""

    def __init__(self, name: Calm, summary: str, begun: str) -> None:
        self.name = name
        self.summary = summary
        self._begun = begun

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the store and how long."""
        parser.epilog = _CALM_EPILOG.format(name=self.name)
        store_arguments(parser)
        end_arguments(parser, "closing (default), until-ended")
        replace_argument(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub = Asking(arguments.hub)
        if not ended_in_store(hub, self.name, arguments):
            _, until = begin_in_store(hub, self.name, arguments, "closing")
            say(f"{self._begun} in all zones of {arguments.store} until {until}")
        return 0


nudge = NudgeCommand()
mute = CalmCommand("mute", "No music is heard in a whole store, till closing or so.", "muted")
scent_off = CalmCommand(
    "scent-off", "No scent is given in a whole store, till closing or so.", "scent is off"
)


def _wish(arguments: argparse.Namespace, zone: dict[str, Any]) -> dict[str, Any]:
    percent = arguments.to
    if percent is None:
        held = (each["percent"] for each in zone["adjustments"] if each["kind"] == arguments.sense)
        percent = stepped(arguments.sense, next(held, FULL), arguments.points)
    end = end_said(arguments, zone["time_zone"])
    return {
        "percent": percent,
        "end": "next-change" if end is None else end,
        "why": arguments.why,
        "reason": arguments.reason,
        "author": arguments.author,
    }


def _told(zone: dict[str, Any], sense: str) -> str:
    """What it came to; also where something stronger keeps it otherwise."""
    held = [each for each in zone["adjustments"] if each["kind"] == sense]
    said = f"{zone['name']}: {held[0]['words']}" if held else f"{zone['name']}: as the scene says"
    if held and zone["in_force"][sense] != held[0]["percent"]:
        said += f"; in force now: {zone['in_force'][sense]:g} %"
    return said
