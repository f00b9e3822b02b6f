"""A zone's day as a table in the terminal, as the running hub plans it."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from hub.asking import Asking
from hub.clock import utc_now
from hub.plan_command.words import local, which_day
from scenes.errors import StemningError
from scenes.wall_time import instant_of


class NotPlannedError(StemningError, LookupError):
    """A day that no plan reaches."""

    code = "plan.not-planned"


def tell_day(hub: Asking, arguments: argparse.Namespace) -> None:
    """Print a zone's day. `NotPlannedError` outside of its plan."""
    query = {"store": arguments.store or ""}
    plan = hub.get("zones", arguments.zone, "plan", **query).value
    tz = ZoneInfo(plan["time_zone"])
    chosen = which_day(arguments.day, utc_now(), tz)
    bounds = _bounds(chosen, tz)
    if arguments.day is not None and bounds is not None:
        plan = hub.get("zones", arguments.zone, "plan", **query, **bounds).value
    if not plan["slots"] or bounds is None:
        # The plan ends with a day, so that the day of its very end is not in it.
        last = local(plan["planned_until"], tz) - timedelta(microseconds=1)
        raise NotPlannedError(
            f"nothing is planned in {plan['name']} on {chosen}: "
            f"the plan reaches from yesterday to {last:%Y-%m-%d}"
        )
    Console().print(_table(plan, tz))


def _table(plan: dict[str, Any], tz: ZoneInfo) -> Table:
    first = local(plan["slots"][0]["since"], tz)
    table = Table(
        title=f"{plan['name']} ({plan['store']}), {first:%A %Y-%m-%d}, {plan['time_zone']}",
        title_justify="left",
    )
    for heading in ("from", "to", "scene", "layer", "why"):
        table.add_column(heading, no_wrap=heading != "why")
    for slot in plan["slots"]:
        table.add_row(
            f"{local(slot['since'], tz):%H:%M:%S}",
            f"{local(slot['until'], tz):%H:%M:%S}",
            slot["scene_name"],
            slot["layer"],
            slot["reason"],
        )
    return table


def _bounds(day: date, tz: ZoneInfo) -> dict[str, str] | None:
    """A day's ends for a query; None at the ends of the calendar, where it has none."""
    try:
        begin = instant_of(day, "00:00", tz)
        end = instant_of(day + timedelta(days=1), "00:00", tz)
    except (ValueError, OverflowError):
        return None
    return {"from": begin.isoformat(), "to": end.isoformat()}
