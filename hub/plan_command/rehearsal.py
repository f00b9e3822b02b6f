"""A day of a store in 30 seconds, drawn in the terminal. No lamp is touched."""

from __future__ import annotations

import argparse
import time
from bisect import bisect_right
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.live import Live
from rich.table import Table

from hub.asking import Asking
from hub.clock import utc_now
from hub.plan_command.drafts import the_draft
from hub.plan_command.words import local, say, which_day, zone_of_time

_BAR = 20
_FRAMES_PER_S = 20.0


def rehearse(hub: Asking, arguments: argparse.Namespace) -> None:
    """Draw it; where nobody looks (a pipe, a file), one line for each change of scene."""
    if arguments.draft:
        the_draft(hub, arguments.store)
    tz = zone_of_time(hub, arguments.store)
    query = {"draft": "true" if arguments.draft else ""}
    if arguments.day is not None:
        query["day"] = str(which_day(arguments.day, utc_now(), tz))
    rehearsal = hub.get("stores", arguments.store, "rehearsal", **query).value
    named = {scene["id"]: scene["name"] for scene in hub.get("scenes").value}
    for frame in (frame for zone in rehearsal["zones"] for frame in zone["frames"]):
        frame["scene"] = named.get(frame["scene"], frame["scene"])
    console = Console()
    if console.is_terminal:
        _play(console, rehearsal, tz, arguments.seconds)
    else:
        for line in changes(rehearsal):
            say(line)


def _play(console: Console, rehearsal: dict[str, Any], tz: ZoneInfo, lasts_s: float) -> None:
    begun, whole_s = time.monotonic(), rehearsal["lasts_s"]
    with Live(console=console, auto_refresh=False) as live:
        offset_s = 0.0
        while offset_s < whole_s:
            offset_s = min(whole_s, (time.monotonic() - begun) / lasts_s * whole_s)
            live.update(picture(rehearsal, tz, offset_s), refresh=True)
            time.sleep(1 / _FRAMES_PER_S)


def picture(rehearsal: dict[str, Any], tz: ZoneInfo, offset_s: float) -> Table:
    """All zones at one moment of the rehearsal."""
    start, end = (local(rehearsal[name], tz) for name in ("start", "end"))
    shown = (start + (end - start) * (offset_s / rehearsal["lasts_s"])).astimezone(tz)
    table = Table(title=f"{shown:%A %Y-%m-%d %H:%M}", title_justify="left")
    for heading in ("zone", "scene", "light", "music", "scent"):
        table.add_column(heading, no_wrap=True)
    for zone in rehearsal["zones"]:
        frame = frame_at(zone["frames"], offset_s)
        scent = f"{frame['fragrance']} {frame['intensity']:.0f} %" if frame["fragrance"] else ""
        music = f"{frame['music']} {frame['volume']:.0f} %" if frame["music"] else ""
        table.add_row(zone["name"], frame["scene"], _bar(frame), music, scent)
    return table


def frame_at(frames: list[dict[str, Any]], offset_s: float) -> dict[str, Any]:
    """The last frame that has begun by then."""
    index = bisect_right([frame["offset_s"] for frame in frames], offset_s)
    return frames[max(0, index - 1)]


def changes(rehearsal: dict[str, Any]) -> list[str]:
    """Each change of scene of each zone in a line, in the order of the day."""
    found: list[tuple[datetime, str]] = []
    for zone in rehearsal["zones"]:
        scene = None
        for frame in zone["frames"]:
            if frame["scene"] != scene:
                scene = frame["scene"]
                at = datetime.fromisoformat(frame["at"])
                found.append((at, f"{frame['local']}  {zone['name']}: {scene}"))
    return [line for _, line in sorted(found, key=lambda each: each[0])]


def _bar(frame: dict[str, Any]) -> str:
    """How bright the zone's brightest lamps are."""
    level = max((light["level"] for light in frame["light"].values()), default=0.0)
    lit = round(level / 100 * _BAR)
    return "█" * lit + "░" * (_BAR - lit) + f" {level:3.0f} %"
