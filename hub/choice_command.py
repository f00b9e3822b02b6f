"""``stemning choose``, ``quiet-hour`` and ``emergency``: what people want now, from a terminal."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.asking import Asking, add_hub_argument
from hub.clock import utc_now
from scenes.wall_time import instant_of, local_day

_CHOOSE_EPILOG = """\
examples:
  stemning choose entrance evening                        until the plan would change anyway
  stemning choose entrance evening --for 30               30 minutes
  stemning choose entrance calm-morning --until 17:00 --why too-loud
  stemning choose entrance evening --until closing --author Kim --reason "a wedding party"
  stemning choose entrance --return                       back to the plan"""
_QUIET_EPILOG = """\
examples:
  stemning quiet-hour nordic --for 60                     less light, no music, no scent
  stemning quiet-hour nordic --until closing --author Kim --reason "a school class"
  stemning quiet-hour nordic --end"""
_EMERGENCY_EPILOG = """\
examples:
  stemning emergency nordic --author Kim --reason "somebody fell"
  stemning emergency nordic --end --author Kim

  Full neutral light, no music and no scent in every zone, until a person ends it."""
_KINDS = ("too-loud", "too-dark", "too-strong", "event", "complaint", "other")
_NEXT_CHANGE = "next-change"


class ChooseCommand:
    """``stemning choose``."""

    name = "choose"
    summary = "Let a scene hold in a zone for a while, or return to the plan."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the zone, the scene and how long."""
        parser.epilog = _CHOOSE_EPILOG
        parser.add_argument("zone", help="the zone's id")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("scene", nargs="?", help="the scene's id")
        what.add_argument("--return", dest="back", action="store_true", help="back to the plan")
        parser.add_argument("--store", default="", help="needed where several have such a zone")
        _end_arguments(parser, "next-change (default), closing")
        parser.add_argument("--why", choices=_KINDS, default="other", help="the kind of reason")
        _by_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub, zone, store = Asking(arguments.hub), arguments.zone, arguments.store
        before = hub.get("zones", zone, store=store)
        path = ("zones", zone, "override")
        if arguments.back:
            by = {"author": arguments.author}
            after = hub.delete(*path, seen=before.tag, store=store, **by).value
        else:
            wish = {
                "scene": arguments.scene,
                "end": _end(arguments, before.value["time_zone"]) or _NEXT_CHANGE,
                "why": arguments.why,
                "reason": arguments.reason,
                "author": arguments.author,
            }
            after = hub.put_json(*path, seen=before.tag, body=wish, store=store).value
        _say(_wanted(after))
        return 0


class QuietHourCommand:
    """``stemning quiet-hour``."""

    name = "quiet-hour"
    summary = "Begin a quiet hour in a whole store, or end it."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the store and how long."""
        parser.epilog = _QUIET_EPILOG
        _store_arguments(parser)
        _end_arguments(parser, "closing")
        parser.add_argument(
            "--replace", action="store_true", help="in place of the one that holds, if one does"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub, store = Asking(arguments.hub), arguments.store
        if arguments.over:
            _end_in_store(hub, store, self.name, arguments.author)
            return 0
        tz = hub.get("stores", store).value["time_zone"]
        wish = {
            "end": _end(arguments, tz) or 60,
            "reason": arguments.reason,
            "author": arguments.author,
        }
        seen = hub.get("stores", store, self.name).tag if arguments.replace else ""
        held = hub.post("stores", store, self.name, seen=seen, body=wish).value
        _say(f"{held['scene_name']} in all zones of {store} until {_clock(held['end'], tz)}")
        return 0


class EmergencyCommand:
    """``stemning emergency``."""

    name = "emergency"
    summary = "Full light, no music, no scent in a whole store, until it is ended."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the store."""
        parser.epilog = _EMERGENCY_EPILOG
        _store_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub, store = Asking(arguments.hub), arguments.store
        if arguments.over:
            _end_in_store(hub, store, self.name, arguments.author)
            return 0
        by = {"reason": arguments.reason, "author": arguments.author}
        held = hub.post("stores", store, self.name, body=by).value
        _say(f"{held['scene_name']} in all zones of {store} until somebody ends it")
        return 0


choose = ChooseCommand()
quiet_hour = QuietHourCommand()
emergency = EmergencyCommand()


def _store_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("store", help="the store's id")
    parser.add_argument("--end", dest="over", action="store_true", help="end it")
    _by_arguments(parser)


def _by_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", default="", help="in your own words")
    parser.add_argument("--author", default="", help="who does it: a name or a role")
    add_hub_argument(parser)


def _end_arguments(parser: argparse.ArgumentParser, words: str) -> None:
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--for", dest="minutes", type=float, metavar="MINUTES", help="so many minutes")
    end.add_argument("--until", help=f"{words}, HH:MM in the store, or an instant with offset")


def _end(arguments: argparse.Namespace, time_zone: str) -> str | float | None:
    """As the API takes it; None where nothing is said."""
    if arguments.minutes is not None:
        minutes: float = arguments.minutes
        return minutes
    until: str | None = arguments.until
    if until is None or not _is_clock(until):
        return until
    tz, now = ZoneInfo(time_zone), utc_now()
    today = local_day(now, tz)
    at = instant_of(today, until, tz)
    return (at if at > now else instant_of(today + timedelta(days=1), until, tz)).isoformat()


def _is_clock(text: str) -> bool:
    try:
        datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - a time of day
    except ValueError:
        return False
    return True


def _end_in_store(hub: Asking, store: str, what: str, author: str) -> None:
    seen = hub.get("stores", store, what)
    hub.delete("stores", store, what, seen=seen.tag, author=author)
    _say(f"the {what.replace('-', ' ')} of {store} " + ("is over" if seen.value else "was over"))


def _wanted(zone: dict[str, Any]) -> str:
    desired = zone["desired"]
    until = _clock(desired["until"], zone["time_zone"])
    return f"{zone['name']}: {desired['scene_name']} until {until}. {desired['reason']}."


def _clock(instant: str, time_zone: str) -> str:
    at = datetime.fromisoformat(instant).astimezone(ZoneInfo(time_zone))
    return f"{at:%A %H:%M}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
