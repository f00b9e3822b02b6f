"""Why a scene is on: every claim to an instant of a zone, the winner first."""

from __future__ import annotations

import argparse
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from hub.asking import Asking
from hub.clock import utc_now
from hub.day_argument import day_or_word
from hub.plan_command.drafts import the_draft
from hub.plan_command.words import local, which_day
from scenes.errors import StemningError
from scenes.wall_time import instant_of

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")


class NoInstantError(StemningError, ValueError):
    """Words that say no instant."""

    code = "plan.no-instant"


def tell_why(hub: Asking, arguments: argparse.Namespace) -> None:
    """Print it. `NoInstantError` for a time that can't be read."""
    if arguments.draft:
        zone = hub.get("zones", arguments.zone, store=arguments.store or "").value
        the_draft(hub, zone["store"])
    query = {"store": arguments.store or "", "draft": "true" if arguments.draft else ""}
    if arguments.at:
        plan = hub.get("zones", arguments.zone, "plan", store=arguments.store or "").value
        instant = instant_said(arguments.at, utc_now(), ZoneInfo(plan["time_zone"]))
        query["at"] = instant.isoformat()
    why = hub.get("zones", arguments.zone, "why", **query).value
    tz = ZoneInfo(why["time_zone"])
    console = Console()
    console.print(
        f"{why['name']} ({why['store']}), {local(why['at'], tz):%A %Y-%m-%d %H:%M:%S}: "
        f"{why['scene_name']}. {why['reason']}.",
        markup=False,
        highlight=False,
    )
    if why.get("adjusted"):
        console.print(f"{why['adjusted']}.", markup=False, highlight=False)
    table = Table()
    for heading in ("", "scene", "layer", "who wants it", "why not"):
        table.add_column(heading, no_wrap=heading == "")
    for claim in why["claims"]:
        author = claim["author"]
        wanted = claim["reason"] + (f" ({author})" if author not in claim["reason"] else "")
        mark = "on" if claim["wins"] else ""
        table.add_row(mark, claim["scene_name"], claim["layer"], wanted, claim["lost"])
    console.print(table)
    console.print(why["note"], markup=False, highlight=False)


def instant_said(words: list[str], now: datetime, tz: ZoneInfo) -> datetime:
    """An instant: ``09:00``, ``tomorrow 09:00``, ``2026-12-24 09:00``, or one with its offset."""
    said = " ".join(words)
    try:
        return _instant(said.split(), now, tz)
    except (ValueError, OverflowError, argparse.ArgumentTypeError):
        raise NoInstantError(
            f"{said!r} is no time: say 09:00, tomorrow 09:00, 2026-12-24 09:00 "
            "or 2026-12-24T09:00:00+01:00"
        ) from None


def _instant(words: list[str], now: datetime, tz: ZoneInfo) -> datetime:
    clock = words[-1]
    day: date | timedelta | None = None
    if len(words) == 2:
        day = day_or_word(words[0])
    elif len(words) != 1 or not _CLOCK.fullmatch(clock):
        instant = datetime.fromisoformat(" ".join(words))
        if instant.tzinfo is not None:
            return instant
        day, clock = instant.date(), f"{instant:%H:%M:%S}"
    if not _CLOCK.fullmatch(clock):
        raise ValueError
    return instant_of(which_day(day, now, tz), clock.zfill(5), tz)
