"""Wonders aloud when the hub has no plan for a zone: most often its name is misspelt."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from edge.clock import Moment
from edge.playing.zone_player import ZonePlayer

logger = logging.getLogger(__name__)

PATIENCE_S = 10.0
"""A retained plan comes within a second of the connection; a hub that starts takes a few."""


class PlanWait:
    """Says once for each zone that it has no plan although the broker has been there a while."""

    def __init__(
        self, store: str, zones: Sequence[ZonePlayer], connected: Callable[[], bool]
    ) -> None:
        self._store = store
        self._zones = tuple(zones)
        self._connected = connected
        self._since: datetime | None = None
        self._told: set[str] = set()

    def step(self, moment: Moment) -> datetime | None:
        """Look, on the player's thread; when to look again (steady time)."""
        if not self._connected():
            self._since = None
            return None
        if self._since is None:
            self._since = moment.steady
            return moment.later(PATIENCE_S)
        if (moment.steady - self._since).total_seconds() >= PATIENCE_S:
            for zone in self._zones:
                # A plan that was refused came, and that was logged.
                if zone.plan is None and zone.refused is None and zone.zone not in self._told:
                    self._told.add(zone.zone)
                    logger.warning(
                        "no plan for zone %s of store %s: is that its name in the shop file?",
                        zone.zone,
                        self._store,
                    )
        return None
