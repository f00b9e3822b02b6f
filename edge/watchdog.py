"""Lets systemd watch the control loop: a hung loop gets no more signs of life, so it is restarted.

Stepped by the player as its last follower, so each sign says "every zone was driven and everybody
was told"; no timer could say that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from edge.clock import Moment
from edge.playing.zone_player import ZonePlayer
from edge.service_manager import ServiceManager

SIGNS_A_PERIOD = 4
"""systemd asks for one; a step that takes long must not cost the service its life."""


class Watchdog:
    """Says ready after the first step, gives signs of life, and keeps the status line true."""

    def __init__(self, manager: ServiceManager, zones: Sequence[ZonePlayer]) -> None:
        self._manager = manager
        self._zones = zones
        self._ready = False
        self._sign_at: datetime | None = None
        self._told: str | None = None

    def step(self, moment: Moment) -> datetime | None:
        """The loop has done a whole step; when the next sign is due."""
        if not self._ready:
            self._ready = True
            self._manager.ready()
        text = ", ".join(_playing(zone) for zone in self._zones) or "only watching"
        if text != self._told:
            self._told = text
            self._manager.status(text)
        if self._manager.watchdog_s is None:
            return None
        if self._sign_at is None or moment.steady >= self._sign_at:
            self._manager.alive()
            self._sign_at = moment.later(self._manager.watchdog_s / SIGNS_A_PERIOD)
        return self._sign_at


def _playing(zone: ZonePlayer) -> str:
    if zone.safety is not None:
        return f"{zone.zone}: {zone.safety}"
    if zone.due is None:
        return f"{zone.zone}: no plan"
    return f"{zone.zone}: {zone.due.slot.scene} until {zone.due.until:%H:%M} UTC"
