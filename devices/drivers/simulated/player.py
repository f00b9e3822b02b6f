"""A music player in memory. It can announce, too; it has every source and every file."""

from __future__ import annotations

import time
from collections.abc import Callable

from devices.catalogue import Driver, Surroundings
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from devices.options import PlayerOptions
from devices.sources import parse_file, parse_source
from scenes.messages import Reading

ANNOUNCEMENT_S = 4.0
"""How long every file is."""


class SimulatedPlayer:
    """Does as it is told, without a sound. ``clock`` counts seconds (monotonic)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._source: str | None = None
        self._volume = 0.0
        self._prepared: str | None = None
        self._file = ""
        self._file_ends_at = clock()
        self._closed = False

    def play(self, source: str, crossfade_s: float) -> None:
        """Play a source."""
        self._check_open()
        parse_source(source)
        self._file_ends_at = self._clock()
        self._source = source

    def set_volume(self, volume: float) -> None:
        """Per cent, 0 to 100."""
        self._check_open()
        if not 0 <= volume <= 100:
            raise DeviceRefusedError(f"a volume is 0 to 100 %, not {volume:g}")
        self._volume = volume

    def silence(self) -> None:
        """Play nothing."""
        self._check_open()
        self._file_ends_at = self._clock()
        self._source = None

    def prepare(self, file: str) -> None:
        """Remember a file."""
        self._check_open()
        parse_file(file)
        self._prepared = None
        if self._source is None:
            raise DeviceRefusedError("nothing plays, and an announcement never starts a player")
        self._prepared = file

    def announce(self) -> None:
        """Play what was prepared, for some seconds."""
        self._check_open()
        if self._prepared is None:
            raise DeviceRefusedError("no announcement was prepared")
        self._file, self._prepared = self._prepared, None
        self._file_ends_at = self._clock() + ANNOUNCEMENT_S
        self._source = None

    def announcing(self) -> bool:
        """Whether its time is not over."""
        return self._clock() < self._file_ends_at

    def reading(self) -> Reading:
        """What it was told last."""
        source = self._file if self.announcing() else self._source
        return Reading(volume=self._volume, playing=source is not None, source=source)

    def close(self) -> None:
        """Let go of nothing: it plays on, as every player does."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise DeviceUnavailableError("the simulated player is closed")


def _make(_options: PlayerOptions, surroundings: Surroundings) -> SimulatedPlayer:
    return SimulatedPlayer(surroundings.monotonic)


SIMULATED = Driver(PlayerOptions, _make, inline=True)
