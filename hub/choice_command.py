"""``stemning choose``, ``quiet-hour`` and ``emergency``: what people want now, from a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.asking import Answer, AskedInVainError, Asking, add_hub_argument
from hub.clock import utc_now
from hub.moments import moment
from scenes.errors import StemningError
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
  stemning quiet-hour nordic                              an hour: less light, no music, no scent
  stemning quiet-hour nordic --for 20
  stemning quiet-hour nordic --until closing --author Kim --reason "a school class"
  stemning quiet-hour nordic --end"""
_EMERGENCY_EPILOG = """\
examples:
  stemning emergency nordic --author Kim --reason "somebody fell"
  stemning emergency nordic --end --author Kim

  Full neutral light, no music and no scent in every zone, until a person ends it."""
_KINDS = ("too-loud", "too-dark", "too-strong", "event", "complaint", "other")
_NEXT_CHANGE = "next-change"
_QUIET_MINUTES = 60
_QUIET_LAYER, _EMERGENCY_LAYER = "quiet-hour", "emergency"


_STRONGER = {_QUIET_LAYER: "quiet hour", _EMERGENCY_LAYER: "emergency"}
_UNPUBLISHED = {"draft": "a draft", "retired": "retired"}
_NO_SCENE = "scene.unknown"


class NotPublishedError(StemningError, LookupError):
    """A scene that nobody can choose before it is published."""

    code = "choice.not-published"


class EndTakesNoneError(StemningError, ValueError):
    """A flag that only a beginning takes."""

    code = "choice.end-takes-none"


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
        if arguments.back:
            _refuse_what_only_begins(arguments, "--return")
        before = hub.get("zones", zone, store=store)
        if arguments.back:
            by = {"author": arguments.author}
            path = ("zones", zone, "override")
            after = hub.delete(*path, seen=before.tag, store=store, **by).value
            _say(" ".join((_wanted(after), *silence(after, utc_now()))))
        else:
            after = _chosen(hub, arguments, before)
            said = chosen_words(before.value["override"], after)
            _say(" ".join((said, *silence(after, utc_now()))))
        return 0


class QuietHourCommand:
    """``stemning quiet-hour``."""

    name = "quiet-hour"
    summary = "Begin a quiet hour in a store (60 minutes if not said), or end it."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the store and how long."""
        parser.epilog = _QUIET_EPILOG
        _store_arguments(parser)
        _end_arguments(parser, "closing", f"; default: {_QUIET_MINUTES}")
        parser.add_argument(
            "--replace", action="store_true", help="in place of the one that holds, if one does"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub."""
        hub, store = Asking(arguments.hub), arguments.store
        if arguments.over:
            _refuse_what_only_begins(arguments, "--end")
            _end_in_store(hub, store, self.name, arguments.author)
            return 0
        tz = hub.get("stores", store).value["time_zone"]
        end = _end(arguments, tz)
        wish = {
            "end": _QUIET_MINUTES if end is None else end,
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
            _refuse_what_only_begins(arguments, "--end")
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


def _end_arguments(parser: argparse.ArgumentParser, words: str, default: str = "") -> None:
    end = parser.add_mutually_exclusive_group()
    minutes = f"so many minutes{default}"
    end.add_argument("--for", dest="minutes", type=float, metavar="MINUTES", help=minutes)
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


def _refuse_what_only_begins(arguments: argparse.Namespace, flag: str) -> None:
    """`EndTakesNoneError`: rather than forget what somebody typed."""
    if arguments.reason:
        raise EndTakesNoneError(
            f"--reason is kept with a beginning only: leave it out with {flag}; "
            "--author says who ends it"
        )
    if any(getattr(arguments, name, None) is not None for name in ("minutes", "until")):
        raise EndTakesNoneError(f"{flag} ends it now: leave out --for and --until")


def _chosen(hub: Asking, arguments: argparse.Namespace, before: Answer) -> dict[str, Any]:
    end = _end(arguments, before.value["time_zone"])
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
        words = (
            f"{after['name']}: {choice['scene_name']} until {_clock(choice['end'], tz)} waits for "
            f"the {waits_for} to end."
        )
        if desired["layer"] == _QUIET_LAYER and _later(desired["until"], choice["end"]):
            words += " That is later, so it plays only if somebody ends the quiet hour before."
    if replaced is not None:
        whose = f"{replaced['author']}'s {replaced['scene_name']}"
        theirs = whose if replaced["author"] else f"the choice of {replaced['scene_name']}"
        words += f" It takes the place of {theirs} until {_clock(replaced['end'], tz)}."
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
    until = _clock(desired["until"], zone["time_zone"])
    if desired["layer"] == _EMERGENCY_LAYER:
        until = "somebody ends it"
    return f"{zone['name']}: {desired['scene_name']} until {until}. {desired['reason']}."


def _later(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) >= datetime.fromisoformat(other)


def _clock(instant: str, time_zone: str) -> str:
    at = datetime.fromisoformat(instant).astimezone(ZoneInfo(time_zone))
    return f"{at:%A %H:%M}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
