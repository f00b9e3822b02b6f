"""A music player in memory, and the smallest driver there is: copy it to begin a new one."""

from __future__ import annotations

from devices.catalogue import Driver, Surroundings
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from devices.options import PlayerOptions
from devices.sources import parse_source
from scenes.messages import Reading


class SimulatedPlayer:
    """Does as it is told, without a sound. It has every source."""

    def __init__(self) -> None:
        self._source: str | None = None
        self._volume = 0.0
        self._closed = False

    def play(self, source: str, crossfade_s: float) -> None:
        """Play a source."""
        self._check_open()
        parse_source(source)
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
        self._source = None

    def reading(self) -> Reading:
        """What it was told last."""
        return Reading(
            volume=self._volume,
            playing=self._source is not None,
            source=self._source,
        )

    def close(self) -> None:
        """Let go of nothing: it plays on, as every player does."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise DeviceUnavailableError("the simulated player is closed")


def _make(_options: PlayerOptions, _surroundings: Surroundings) -> SimulatedPlayer:
    return SimulatedPlayer()


SIMULATED = Driver(PlayerOptions, _make, inline=True)
