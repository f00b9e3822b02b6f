"""The alarm clock rings when a test says so."""

from __future__ import annotations

from hub.parts import HubParts


def ring(parts: HubParts, name: str) -> None:
    """Do what the alarm clock does one day under ``name``."""
    parts.alarm._scheduler.get_job(name).func()
