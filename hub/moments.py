"""Instants in words, in the store's own time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_WEEK = timedelta(days=6)


def clock(instant: datetime, tz: ZoneInfo) -> str:
    """Wall time in the store, HH:MM."""
    return f"{instant.astimezone(tz):%H:%M}"


def moment(instant: datetime, now: datetime, tz: ZoneInfo) -> str:
    """When something is, as short as it stays clear: 18:00, tomorrow 09:00, Mon 09:00, 24 Dec."""
    local, today = instant.astimezone(tz), now.astimezone(tz).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if days in {-1, 1}:
        return f"{'tomorrow' if days > 0 else 'yesterday'} {local:%H:%M}"
    if abs(instant - now) < _WEEK:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b %H:%M}"
