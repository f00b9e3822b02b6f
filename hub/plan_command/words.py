"""Times and stores as a terminal shows them."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.asking import Asking
from scenes.wall_time import local_day


def say(text: str) -> None:
    """One line."""
    sys.stdout.write(f"{text}\n")


def local(instant: str, tz: ZoneInfo) -> datetime:
    """An instant of the API as the store's clocks show it."""
    return datetime.fromisoformat(instant).astimezone(tz)


def zone_of_time(hub: Asking, store: str) -> ZoneInfo:
    """The time zone of a store."""
    return ZoneInfo(hub.get("stores", store).value["time_zone"])


def which_day(chosen: date | timedelta | None, now: datetime, tz: ZoneInfo) -> date:
    """A day as it was typed: a date, so many days from today, or today."""
    today = local_day(now, tz)
    if chosen is None:
        return today
    return today + chosen if isinstance(chosen, timedelta) else chosen
