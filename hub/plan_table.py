"""A zone's day as a table in the terminal, as the running hub plans it."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from hub.errors import UnavailableError
from scenes.errors import StemningError
from scenes.wall_time import instant_of

_TIMEOUT_S = 10.0


class AskedInVainError(StemningError, LookupError):
    """The hub answered that it can't say."""

    code = "plan.refused"


class DayError(StemningError, ValueError):
    """A day that is none."""

    code = "plan.day"


def print_day(hub: str, zone: str, store: str | None, day: str | None) -> None:
    """Print a zone's day; `UnavailableError` when no hub answers there."""
    query = {"store": store} if store else {}
    plan = _ask(hub, zone, query)
    tz = ZoneInfo(plan["time_zone"])
    if day is not None:
        plan = _ask(hub, zone, {**query, **_bounds(day, tz)})
    console = Console()
    if not plan["slots"]:
        console.print(
            f"Nothing is planned in {plan['name']} on {day}: the plan reaches from "
            f"yesterday to {_local(plan['planned_until'], tz):%Y-%m-%d}."
        )
        return
    console.print(_table(plan, tz))


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


def _bounds(day: str, tz: ZoneInfo) -> dict[str, str]:
    try:
        chosen = date.fromisoformat(day)
        begin = instant_of(chosen, "00:00", tz)
        end = instant_of(chosen + timedelta(days=1), "00:00", tz)
    except (ValueError, OverflowError):
        raise DayError(f"{day!r} is no day; write it as 2026-12-24") from None
    return {"from": begin.isoformat(), "to": end.isoformat()}


def _ask(hub: str, zone: str, query: dict[str, str]) -> dict[str, Any]:
    path = f"/api/v1/zones/{urllib.parse.quote(zone, safe='')}/plan"
    url = f"{hub.rstrip('/')}{path}?{urllib.parse.urlencode(query)}"
    if not url.startswith(("http://", "https://")):
        raise UnavailableError(f"{hub!r} is no address of a hub; write http://127.0.0.1:8080")
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 (checked)
            plan: dict[str, Any] = json.load(answer)
            return plan
    except urllib.error.HTTPError as error:
        raise AskedInVainError(_said(error)) from error
    except (OSError, ValueError) as error:
        raise UnavailableError(
            f"no hub answers at {hub}: start it with 'stemning hub', or say where with --hub"
        ) from error


def _said(error: urllib.error.HTTPError) -> str:
    with error:
        try:
            return str(json.load(error)["message"])
        except (ValueError, KeyError, TypeError, OSError):
            return f"the hub answered {error.code}"


def _local(instant: str, tz: ZoneInfo) -> datetime:
    return datetime.fromisoformat(instant).astimezone(tz)
