"""Instants and spans in words, in the store's own time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.api.models import Ends
from hub.moments import moment


def named_moment(name: str, instant: datetime, now: datetime, tz: ZoneInfo) -> str:
    """A named instant in full: Until closing, 20:00; Until closing tomorrow, 20:00."""
    day, _, time = moment(instant, now, tz).rpartition(" ")
    return f"{name} {day}, {time}" if day else f"{name}, {time}"


def until(instant: datetime, ends: Ends, now: datetime, tz: ZoneInfo) -> str:
    """How long something holds; an instant that only ends the plan is never named."""
    match ends:
        case "by-a-person":
            return "until somebody ends it"
        case "not-planned":
            return "no change is planned"
        case "at-the-latest":
            return f"until {moment(instant, now, tz)} at the latest"
        case "by-itself":
            return f"until {moment(instant, now, tz)}"


def age(seconds: float) -> str:
    """How long ago, without "ago"; the page ticks on with the same words (static/ages.js)."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    days = whole // 86400
    return "1 day" if days == 1 else f"{days} days"


def left(seconds: float) -> str:
    """How much of a span is left: 28:12 below an hour, else 2 h 05 min."""
    whole = max(0, -int(-seconds // 1))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
