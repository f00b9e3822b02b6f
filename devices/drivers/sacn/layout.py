"""Where a fixture's channels stand among its DMX addresses, and the bytes of a light level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from devices.fixtures import Fixture
from scenes.fades import LightLevel

FULL, ZERO = "full", "zero"
"""Channels that stand still: a master dimmer, and a strobe or a program that nobody wants."""


class Layout:
    """A kind of fixture as it is set up: its channels in the order of their addresses.

    With ``bits`` 16 each of the fixture's own channels has two addresses, coarse and fine.
    """

    def __init__(self, fixture: Fixture, channels: Sequence[str], bits: int) -> None:
        self.fixture = fixture
        self._bits = bits
        self._still = {FULL: b"\xff", ZERO: b"\x00"}
        self._order = [
            self._still[name] if name in self._still else fixture.channels.index(name)
            for name in channels
        ]
        self._last = (LightLevel(0.0), self._mixed(LightLevel(0.0)))
        self.footprint = len(self._last[1])

    def encode(self, light: LightLevel) -> bytes:
        """The values at the fixture's addresses; ``light.level`` is 0 to 100."""
        # A step of a fade tells many fixtures of a kind the same.
        told, encoded = self._last
        if told != light:
            encoded = self._mixed(light)
            self._last = (light, encoded)
        return encoded

    def _mixed(self, light: LightLevel) -> bytes:
        most, size = (1 << self._bits) - 1, self._bits // 8
        values = [round(share * most).to_bytes(size, "big") for share in self.fixture.mix(light)]
        return b"".join(at if isinstance(at, bytes) else values[at] for at in self._order)


def channel_problems(fixture: Fixture, channels: Sequence[str]) -> list[str]:
    """What is wrong with an order of channels that somebody gave."""
    counted = Counter(name for name in channels if name not in (FULL, ZERO))
    if counted == Counter(fixture.channels):
        return []
    needed = ", ".join(fixture.channels)
    return [f"channels: needed are {needed}, each once, and besides only {FULL} and {ZERO}"]
