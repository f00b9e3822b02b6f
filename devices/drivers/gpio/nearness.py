"""Whether somebody stands before a distance sensor, from distances that jump and go missing."""

from __future__ import annotations

IN_A_ROW = 2
"""So many near distances make somebody: a single one is a stray echo."""


class Nearness:
    """Takes one distance after the other. Times are seconds that only run forward.

    Somebody is there from the second distance in a row of at most ``near_cm``, until none has
    been below ``near_cm + hysteresis_cm`` for ``hold_s``. Distances that are missed say neither
    one nor the other; after ``silence_s`` without any, nothing is known.
    """

    def __init__(
        self, near_cm: float, hysteresis_cm: float, hold_s: float, silence_s: float, at_s: float
    ) -> None:
        self.present = False
        self._near_cm = near_cm
        self._far_cm = near_cm + hysteresis_cm
        self._hold_s = hold_s
        self._silence_s = silence_s
        self._row = 0
        self._near_s = at_s
        self._heard_s = at_s

    def hear(self, distance_cm: float, at_s: float) -> None:
        """A distance; infinite when nothing is in range."""
        self._heard_s = at_s
        self._row = self._row + 1 if distance_cm <= self._near_cm else 0
        if self._row >= IN_A_ROW:
            self.present = True
        if self.present and distance_cm < self._far_cm:
            self._near_s = at_s
        elif at_s - self._near_s >= self._hold_s:
            self.present = False

    def silent(self, at_s: float) -> bool:
        """Whether the last distance is so long ago that nothing is known any more."""
        return at_s - self._heard_s > self._silence_s
