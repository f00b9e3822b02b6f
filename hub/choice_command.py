"""``stemning choose``, ``quiet-hour`` and ``emergency``: what people want now, from a terminal."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.asking import Answer, AskedInVainError, Asking
from hub.choice_arguments import (
    KINDS,
    begin_in_store,
    by_arguments,
    clock_words,
    end_arguments,
    end_said,
    ended_in_store,
    refuse_what_only_begins,
    replace_argument,
    say,
    store_arguments,
)
from hub.clock import utc_now
from hub.moments import moment
from scenes.errors import StemningError

_CHOOSE_EPILOG = """\
examples:
  stemning choose entrance evening                        until the plan would change anyway
  stemning choose entrance evening --for 30               30 minutes
  stemning choose entrance calm-morning --until 17:00 --why too-loud
  stemning choose entrance evening --until closing --author Kim --reason "a wedding party"
  stemning choose entrance --return                       back to the plan"""
_QUIET_EPILOG = """\
examples:
  stemning quiet-hour nordic                              an hour: less light, no music, no scent
  stemning quiet-hour nordic --for 20
  stemning quiet-hour nordic --until closing --author Kim --reason "a school class"
  stemning quiet-hour nordic --end"""
_EMERGENCY_EPILOG = """\
examples:
  stemning emergency nordic --author Kim --reason "somebody fell"
  stemning emergency nordic --end --author Kim

  Full neutral light, no music and no scent in every zone, until a person ends it."""
_NEXT_CHANGE = "next-change"
_QUIET_MINUTES = 60
_QUIET_LAYER, _EMERGENCY_LAYER = "quiet-hour", "emergency"


_STRONGER = {_QUIET_LAYER: "quiet hour", _EMERGENCY_LAYER: "emergency"}
_UNPUBLISHED = {"draft": "a draft", "retired": "retired"}
_NO_SCENE = "scene.unknown"


class NotPublishedError(StemningError, LookupError):
    """A scene that nobody can choose before it is published."""

    code = "choice.not-published"


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
        end_arguments(parser, "next-change (default), closing")
        parser.add_argument("--why", choices=KINDS, default="other", help="the kind of reason")
        by_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub, zone, store = Asking(arguments.hub), arguments.zone, arguments.store
        if arguments.back:
            refuse_what_only_begins(arguments, "--return")
        before = hub.get("zones", zone, store=store)
        if arguments.back:
            by = {"author": arguments.author}
            path = ("zones", zone, "override")
            after = hub.delete(*path, seen=before.tag, store=store, **by).value
            say(" ".join((_wanted(after), *silence(after, utc_now()))))
        else:
            after = _chosen(hub, arguments, before)
            said = chosen_words(before.value["override"], after)
            say(" ".join((said, *silence(after, utc_now()))))
        return 0


class QuietHourCommand:
    """``stemning quiet-hour``."""

    name = "quiet-hour"
    summary = "Begin a quiet hour in a store (60 minutes if not said), or end it."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the store and how long."""
        parser.epilog = _QUIET_EPILOG
        store_arguments(parser)
        end_arguments(parser, "closing", f"; default: {_QUIET_MINUTES}")
        replace_argument(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub = Asking(arguments.hub)
        if not ended_in_store(hub, self.name, arguments):
            held, until = begin_in_store(hub, self.name, arguments, _QUIET_MINUTES)
            say(f"{held['scene_name']} in all zones of {arguments.store} until {until}")
        return 0


class EmergencyCommand:
    """``stemning emergency``."""

    name = "emergency"
    summary = "Full light, no music, no scent in a whole store, until it is ended."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the store."""
        parser.epilog = _EMERGENCY_EPILOG
        store_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub, store = Asking(arguments.hub), arguments.store
        if ended_in_store(hub, self.name, arguments):
            return 0
        by = {"reason": arguments.reason, "author": arguments.author}
        held = hub.post("stores", store, self.name, body=by).value
        say(f"{held['scene_name']} in all zones of {store} until somebody ends it")
        return 0


choose = ChooseCommand()
quiet_hour = QuietHourCommand()
emergency = EmergencyCommand()


def _chosen(hub: Asking, arguments: argparse.Namespace, before: Answer) -> dict[str, Any]:
    end = end_said(arguments, before.value["time_zone"])
    wish = {
        "scene": arguments.scene,
        "end": _NEXT_CHANGE if end is None else end,
        "why": arguments.why,
        "reason": arguments.reason,
        "author": arguments.author,
    }
    path = ("zones", arguments.zone, "override")
    try:
        put = hub.put_json(*path, seen=before.tag, body=wish, store=arguments.store)
    except AskedInVainError as error:
        if error.hub_code == _NO_SCENE:
            _refuse_unpublished(hub, arguments.scene)
        raise
    after: dict[str, Any] = put.value
    return after


def _refuse_unpublished(hub: Asking, scene_id: str) -> None:
    """`NotPublishedError` for a scene that there is, but that can't play yet or any more."""
    with suppress(AskedInVainError):
        state = hub.get("scenes", scene_id).value["state"]
        if state in _UNPUBLISHED:
            raise NotPublishedError(
                f"{scene_id} is {_UNPUBLISHED[state]}: stemning scene publish {scene_id}"
            )


def chosen_words(replaced: dict[str, Any] | None, after: dict[str, Any]) -> str:
    """What a choice came to; ``replaced`` is the one that held before it, ``after`` the zone."""
    tz, choice, desired = after["time_zone"], after["override"], after["desired"]
    waits_for = _STRONGER.get(desired["layer"])
    if waits_for is None or choice is None:
        words = _wanted(after)
    else:
        until = clock_words(choice["end"], tz)
        words = (
            f"{after['name']}: {choice['scene_name']} until {until} waits for the {waits_for} "
            "to end."
        )
        if desired["layer"] == _QUIET_LAYER and _later(desired["until"], choice["end"]):
            words += " That is later, so it plays only if somebody ends the quiet hour before."
    if replaced is not None:
        whose = f"{replaced['author']}'s {replaced['scene_name']}"
        theirs = whose if replaced["author"] else f"the choice of {replaced['scene_name']}"
        words += f" It takes the place of {theirs} until {clock_words(replaced['end'], tz)}."
    return words


def silence(zone: dict[str, Any], now: datetime) -> Iterator[str]:
    """A sentence more where no agent tells what the zone does."""
    reported, name = zone["reported"], zone["name"]
    if reported is None:
        yield f"Nobody has ever reported {name}, so nobody knows what it does."
    elif reported["stale"]:
        since = moment(datetime.fromisoformat(reported["at"]), now, ZoneInfo(zone["time_zone"]))
        yield f"Nobody reports {name} since {since}, so nobody knows what it does."


def _wanted(zone: dict[str, Any]) -> str:
    desired = zone["desired"]
    until = clock_words(desired["until"], zone["time_zone"])
    if desired["layer"] == _EMERGENCY_LAYER:
        until = "somebody ends it"
    return f"{zone['name']}: {desired['scene_name']} until {until}. {desired['reason']}."


def _later(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) >= datetime.fromisoformat(other)
