"""A zone's day as a table in the terminal, as the running hub plans it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from hub.asking import Asking
from scenes.errors import StemningError
from scenes.wall_time import instant_of, local_day


class NotPlannedError(StemningError, LookupError):
    """A day that no plan reaches."""

    code = "plan.not-planned"


def print_day(
    hub: str, zone: str, store: str | None, day: date | timedelta | None, now: datetime
) -> None:
    """Print a zone's day: a date, so many days from today, or today.

    `UnavailableError` when no hub answers there, `NotPlannedError` outside of its plan.
    """
    query = {"store": store} if store else {}
    plan = _ask(hub, zone, query)
    tz = ZoneInfo(plan["time_zone"])
    today = local_day(now, tz)
    chosen = today if day is None else today + day if isinstance(day, timedelta) else day
    bounds = _bounds(chosen, tz)
    if day is not None and bounds is not None:
        plan = _ask(hub, zone, {**query, **bounds})
    if not plan["slots"] or bounds is None:
        # The plan ends with a day, so that the day of its very end is not in it.
        last = _local(plan["planned_until"], tz) - timedelta(microseconds=1)
        raise NotPlannedError(
            f"nothing is planned in {plan['name']} on {chosen}: "
            f"the plan reaches from yesterday to {last:%Y-%m-%d}"
        )
    Console().print(_table(plan, tz))


def _table(plan: dict[str, Any], tz: ZoneInfo) -> Table:
    first = _local(plan["slots"][0]["since"], tz)
    table = Table(
        title=f"{plan['name']} ({plan['store']}), {first:%A %Y-%m-%d}, {plan['time_zone']}",
        title_justify="left",
    )
    for heading in ("from", "to", "scene", "layer", "why"):
        table.add_column(heading, no_wrap=heading != "why")
    for slot in plan["slots"]:
        table.add_row(
            f"{_local(slot['since'], tz):%H:%M:%S}",
            f"{_local(slot['until'], tz):%H:%M:%S}",
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


def _ask(hub: str, zone: str, query: dict[str, str]) -> dict[str, Any]:
    plan: dict[str, Any] = Asking(hub).get("zones", zone, "plan", **query).value
    return plan


def _local(instant: str, tz: ZoneInfo) -> datetime:
    return datetime.fromisoformat(instant).astimezone(tz)
