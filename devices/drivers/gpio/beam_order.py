"""Which way somebody went through two light beams that stand side by side."""

from __future__ import annotations

from typing import Literal

from devices.capabilities import Direction

Beam = Literal["outer", "inner"]

_DIRECTIONS: dict[Beam, Direction] = {"outer": "in", "inner": "out"}


class BeamOrder:
    """Takes each change of a beam and tells a passage when both are free again.

    A passage begins with one beam and ends with the other. Whoever turns round leaves by the
    beam they came through, whatever happened in between: no passage. So does a beam that
    flickers while somebody stands at its edge. People who follow so closely that the beams are
    never free between them are one passage.

    ``longest_s``: beams that were not free for longer had a thing in them, not a person.
    Times are seconds that only run forward.
    """

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._broken: set[Beam] = set()
        self._first: Beam | None = None
        self._since_s = 0.0

    def begin(self, broken: set[Beam], at_s: float) -> None:
        """What the beams are like at the start. Who is in them came from nobody knows where."""
        self._broken = set(broken)
        self._first = None
        self._since_s = at_s

    def change(self, beam: Beam, broken: bool, at_s: float) -> Direction | None:
        """A beam was broken or is free again; the passage that ends with it, if any."""
        if broken == (beam in self._broken):
            return None
        if not broken:
            self._broken.remove(beam)
            return self._end(beam, at_s)
        if not self._broken:
            self._first, self._since_s = beam, at_s
        self._broken.add(beam)
        return None

    def blocked_s(self, at_s: float) -> float:
        """For how long the beams have not been free; 0 when they are."""
        return at_s - self._since_s if self._broken else 0.0

    def _end(self, last: Beam, at_s: float) -> Direction | None:
        if self._broken or self._first in (None, last):
            return None
        if at_s - self._since_s > self._longest_s:
            return None
        return _DIRECTIONS["outer" if last == "inner" else "inner"]
