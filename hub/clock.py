"""The one place where the hub reads the time of day; everything else is given this function."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware and UTC."""
    return datetime.now(UTC)
