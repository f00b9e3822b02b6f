"""A store's week in the terminal: day by day, zone by zone."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from hub.asking import Asking
from hub.clock import utc_now
from hub.plan_command.drafts import the_draft
from hub.plan_command.words import local, which_day, zone_of_time
from scenes.wall_time import instant_of

_DAY = timedelta(days=1)
_PLANNED = {"rule", "fallback"}


def tell_week(hub: Asking, arguments: argparse.Namespace) -> None:
    """Print seven days."""
    if arguments.draft:
        the_draft(hub, arguments.store)
    query = {"draft": "true" if arguments.draft else ""}
    if arguments.first is not None:
        tz = zone_of_time(hub, arguments.store)
        query["from"] = str(which_day(arguments.first, utc_now(), tz))
    week = hub.get("stores", arguments.store, "week", **query).value
    console = Console()
    tz = ZoneInfo(week["time_zone"])
    what = "the draft on version" if week["draft"] else "version"
    console.print(
        f"{week['name']}, {what} {week['version']}, {week['time_zone']}",
        markup=False,
        highlight=False,
    )
    for day in week["days"]:
        console.print(f"\n{_heading(day, tz)}", markup=False, highlight=False)
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column()
        for zone in week["zones"]:
            table.add_row(f"  {zone['name']}", ", ".join(_plays(zone, day["day"], tz)))
        console.print(table, highlight=False)


def _heading(day: dict[str, Any], tz: ZoneInfo) -> str:
    named = f"{datetime.fromisoformat(day['day']):%A %Y-%m-%d}"
    if day["opens"] is None:
        hours = "closed"
    else:
        hours = f"open {local(day['opens'], tz):%H:%M} to {local(day['closes'], tz):%H:%M}"
    return ", ".join(word for word in (named, hours, day["special"], *day["holidays"]) if word)


def _plays(zone: dict[str, Any], day: str, tz: ZoneInfo) -> Iterator[str]:
    """What plays in a zone on a local day: ``09:00 Calm morning``; no rule's says its layer."""
    date = datetime.fromisoformat(day).date()
    begin, end = (instant_of(each, "00:00", tz) for each in (date, date + _DAY))
    said = ""
    for slot in zone["slots"]:
        since, until = (datetime.fromisoformat(slot[name]) for name in ("since", "until"))
        layer = "" if slot["layer"] in _PLANNED else f" ({slot['layer']})"
        words = f"{slot['scene_name']}{layer}"
        # Where one rule gives way to another with the same scene, nothing is to be seen.
        if since < end and until > begin and words != said:
            said = words
            yield f"{max(since, begin).astimezone(tz):%H:%M} {words}"
