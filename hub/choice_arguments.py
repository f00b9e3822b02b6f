"""What the commands of people's choices have in common: until when, who, and why."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.asking import Asking, add_hub_argument
from hub.clock import utc_now
from scenes.errors import StemningError
from scenes.wall_time import instant_of, local_day

KINDS = ("too-loud", "too-dark", "too-strong", "event", "complaint", "other")


class EndTakesNoneError(StemningError, ValueError):
    """A flag that only a beginning takes."""

    code = "choice.end-takes-none"


def store_arguments(parser: argparse.ArgumentParser) -> None:
    """A store, and that it is to be ended."""
    parser.add_argument("store", help="the store's id")
    parser.add_argument("--end", dest="over", action="store_true", help="end it")
    by_arguments(parser)


def replace_argument(parser: argparse.ArgumentParser) -> None:
    """That what holds already is replaced."""
    parser.add_argument(
        "--replace", action="store_true", help="in place of the one that holds, if one does"
    )


def by_arguments(parser: argparse.ArgumentParser) -> None:
    """Who does it, why, and which hub is asked."""
    parser.add_argument("--reason", default="", help="in your own words")
    parser.add_argument("--author", default="", help="who does it: a name or a role")
    add_hub_argument(parser)


def end_arguments(parser: argparse.ArgumentParser, words: str, default: str = "") -> None:
    """Until when; ``words`` are those that the command knows."""
    end = parser.add_mutually_exclusive_group()
    minutes = f"so many minutes{default}"
    end.add_argument("--for", dest="minutes", type=float, metavar="MINUTES", help=minutes)
    end.add_argument("--until", help=f"{words}, HH:MM in the store, or an instant with offset")


def end_said(arguments: argparse.Namespace, time_zone: str) -> str | float | None:
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


def ended_in_store(hub: Asking, what: str, arguments: argparse.Namespace) -> bool:
    """End what holds in a store, if that is asked for, and say what became of it."""
    if not arguments.over:
        return False
    refuse_what_only_begins(arguments, "--end")
    store = arguments.store
    seen = hub.get("stores", store, what)
    hub.delete("stores", store, what, seen=seen.tag, author=arguments.author)
    say(f"{store}: {what.replace('-', ' ')} {'has ended' if seen.value else 'had ended before'}")
    return True


def begin_in_store(
    hub: Asking, what: str, arguments: argparse.Namespace, default_end: str | float
) -> tuple[dict[str, Any], str]:
    """Begin what holds in a whole store; what the hub made of it, and until when in words."""
    store = arguments.store
    tz = hub.get("stores", store).value["time_zone"]
    end = end_said(arguments, tz)
    wish = {
        "end": default_end if end is None else end,
        "reason": arguments.reason,
        "author": arguments.author,
    }
    seen = hub.get("stores", store, what).tag if arguments.replace else ""
    held: dict[str, Any] = hub.post("stores", store, what, seen=seen, body=wish).value
    return held, clock_words(held["end"], tz)


def refuse_what_only_begins(arguments: argparse.Namespace, flag: str) -> None:
    """`EndTakesNoneError`: rather than forget what somebody typed."""
    if arguments.reason:
        raise EndTakesNoneError(
            f"--reason is kept with a beginning only: leave it out with {flag}; "
            "--author says who ends it"
        )
    if any(getattr(arguments, name, None) is not None for name in ("minutes", "until")):
        raise EndTakesNoneError(f"{flag} ends it now: leave out --for and --until")


def clock_words(instant: str, time_zone: str) -> str:
    """An instant as a shop's clock shows it, with its weekday."""
    at = datetime.fromisoformat(instant).astimezone(ZoneInfo(time_zone))
    return f"{at:%A %H:%M}"


def say(text: str) -> None:
    """One line for people."""
    sys.stdout.write(f"{text}\n")
