"""The limits on a player's volume that hold on every path. Pure: time is passed in."""

from __future__ import annotations

from edge.tables import Zone

CREDIT_S = 0.2
"""A volume that stood still may make up for at most this much time in one step."""


class VolumeGovernor:
    """Never above the commissioned most, and never faster than the commissioned ramp.

    ``arrived`` says whether the last volume that was wanted is given, as far as it may be.
    """

    def __init__(self, limits: Zone) -> None:
        self._most = limits.max_volume
        self._rate = 100 / limits.ramp_s
        self._volume = 0.0
        self._at_s: float | None = None
        self.arrived = True

    def begin(self, volume: float) -> None:
        """The player gives ``volume`` now (per cent of its cap), whoever asked for it."""
        self._volume = volume

    def allow(self, wanted: float, at_s: float) -> float:
        """The volume that it may be told at ``at_s`` (steady seconds), on its way to ``wanted``.

        What is above the most now, because somebody else turned it up, comes down at once.
        """
        passed_s = CREDIT_S if self._at_s is None else min(at_s - self._at_s, CREDIT_S)
        self._at_s = at_s
        reach = self._rate * max(passed_s, 0.0)
        now = min(self._volume, self._most)
        goal = min(max(wanted, 0.0), self._most)
        self._volume = min(max(goal, now - reach), now + reach)
        self.arrived = self._volume == goal
        # Rounded for the player only (nobody hears less): rounding what is remembered would
        # hold a slow ramp.
        return min(round(self._volume, 1), self._most)
