"""A music player: MPD, on this machine or another."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.catalogue import Driver, Surroundings
from devices.drivers.mpd.connection import Connection, Exchange
from devices.drivers.mpd.queue import files_of, queued_files, start, start_anew
from devices.errors import DeviceConfigurationError, DeviceError, DeviceRefusedError
from devices.options import Cap, Host, PlayerOptions, Port
from devices.sources import Source, parse_source
from scenes.messages import Reading

CALL_BUDGET_S = 1.8
READING_BUDGET_S = 0.5
READING_AGE_S = 1.0
"""A status is asked for at most this often for readings."""

Status = dict[str, str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is known to be in the server's queue."""

    source: str
    version: str
    files: list[str]


class MpdOptions(PlayerOptions, frozen=True, kw_only=True):
    """``mpd``: a Music Player Daemon, here or elsewhere."""

    host: Host = "127.0.0.1"
    port: Port = 6600
    volume_cap: Cap = 100.0


class MpdPlayer:
    """Plays through an MPD server.

    ``volume_cap`` is MPD's volume (0 to 100) that a scene's 100 % means, as calibrated in the
    shop; whatever happens, the server is not left louder. Connects at the first call. A server
    that hangs costs a call 1.8 s once in five seconds and fails the others at once.

    Raises `DeviceConfigurationError` for an impossible cap.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 6600,
        volume_cap: float = 100.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 < volume_cap <= 100:
            raise DeviceConfigurationError(
                f"volume_cap of a player is above 0 and at most 100, not {volume_cap:g}"
            )
        self._cap = volume_cap
        self._clock = clock
        self._connection = Connection(host, port, self._greet, clock)
        self._volume: float | None = None
        self._server_volume: int | None = None
        self._loaded: Loaded | None = None
        self._reading = Reading(problem="MPD was not asked yet")
        self._read_at: float | None = None

    def play(self, source: str, crossfade_s: float) -> None:
        """Play a source for ever, in random order; see `Player.play`.

        ``crossfade_s`` is MPD's cross-fade between songs, in whole seconds.
        """
        wanted = parse_source(source)
        self._run(lambda exchange: self._play(exchange, source, wanted, round(crossfade_s)))

    def set_volume(self, volume: float) -> None:
        """Per cent of the cap."""
        if not 0 <= volume <= 100:
            raise DeviceRefusedError(f"a volume is 0 to 100 %, not {volume:g}")
        before, self._volume = self._volume, volume
        if before is not None and self._server_volume == self._scaled(volume):
            self._read_at = None
            return
        self._run(self._apply_volume)

    def silence(self) -> None:
        """Pause songs, so that they go on where they were; stop a stream."""
        self._run(self._silence)

    def reading(self) -> Reading:
        """What the server says, at most a second old."""
        if self._read_at is None or self._clock() - self._read_at >= READING_AGE_S:
            try:
                self._reading = self._connection.run(self._read, READING_BUDGET_S)
            except DeviceError as error:
                self._reading = Reading(problem=str(error)[:500])
            self._read_at = self._clock()
        return self._reading

    def close(self) -> None:
        """Hang up; the music plays on, so that a restarting agent makes no gap."""
        self._connection.close()

    def _run(self, work: Callable[[Exchange], None]) -> None:
        self._read_at = None
        self._connection.run(work, CALL_BUDGET_S)

    def _greet(self, exchange: Exchange) -> None:
        """Make sure of the volume before anything else: a restarted server may be at 100."""
        self._server_volume = _volume_of(exchange.mpd.status())
        self._keep_volume(exchange)

    def _keep_volume(self, exchange: Exchange) -> None:
        if self._volume is not None:
            self._apply_volume(exchange)
        elif self._server_volume is None or self._server_volume > self._cap:
            self._set_server_volume(exchange, int(self._cap))

    def _apply_volume(self, exchange: Exchange) -> None:
        wanted = self._scaled(self._volume or 0.0)
        if wanted != self._server_volume:
            self._set_server_volume(exchange, wanted)

    def _set_server_volume(self, exchange: Exchange, volume: int) -> None:
        # Without a mixer this is refused, and so nothing plays at a volume that nobody set.
        exchange.mpd.setvol(volume)
        self._server_volume = volume

    def _scaled(self, volume: float) -> int:
        return round(volume * self._cap / 100)

    def _play(self, exchange: Exchange, name: str, wanted: Source, crossfade_s: int) -> None:
        status = self._status(exchange)
        if self._loaded is None and status.get("playlistlength", "0") != "0":
            self._recognise(exchange, name, wanted, status)
        if self._loaded is not None and self._loaded.source == name:
            self._resume(exchange, wanted, status, crossfade_s)
            return
        start(exchange, wanted, int(status.get("playlistlength", "0")), crossfade_s)
        version = exchange.mpd.status().get("playlist", "")
        self._loaded = Loaded(name, version, queued_files(exchange))

    def _resume(self, exchange: Exchange, wanted: Source, status: Status, crossfade_s: int) -> None:
        """Let the loaded queue play on as it should; what plays is left alone."""
        if int(status.get("xfade", "0")) != crossfade_s:
            exchange.mpd.crossfade(crossfade_s)
        if status.get("state") == "pause":
            exchange.mpd.pause(0)
        elif status.get("state") != "play":
            start_anew(exchange, wanted.kind)

    def _recognise(self, exchange: Exchange, name: str, wanted: Source, status: Status) -> None:
        """Find out whether an earlier run of the agent has loaded this source already."""
        queued = queued_files(exchange)
        if queued == files_of(exchange, wanted):
            self._loaded = Loaded(name, status.get("playlist", ""), queued)

    def _silence(self, exchange: Exchange) -> None:
        if self._status(exchange).get("state") != "play":
            return
        # A paused stream would go on with old sound later.
        if self._loaded is not None and self._loaded.source.startswith("stream:"):
            exchange.mpd.stop()
        else:
            exchange.mpd.pause(1)

    def _read(self, exchange: Exchange) -> Reading:
        status = self._status(exchange)
        playing = status.get("state") == "play"
        return Reading(
            volume=self._told_volume(),
            playing=playing,
            source=self._loaded.source if playing and self._loaded is not None else None,
            # While it plays, an error is that of a song that was left out.
            problem=None if playing else status.get("error", "")[:500] or None,
        )

    def _status(self, exchange: Exchange) -> Status:
        """Ask how the server is, and see what somebody else did to it meanwhile."""
        status: Status = exchange.mpd.status()
        self._server_volume = _volume_of(status)
        if self._server_volume is None or self._server_volume > self._cap:
            self._keep_volume(exchange)
        loaded = self._loaded
        if loaded is not None and status.get("playlist") != loaded.version:
            # New tags of a stream change the version too; only other songs are another source.
            same = queued_files(exchange) == loaded.files
            version = status.get("playlist", "")
            self._loaded = Loaded(loaded.source, version, loaded.files) if same else None
        return status

    def _told_volume(self) -> float | None:
        """Per cent of the cap: as it was told, if the server still has it, else as it is."""
        if self._server_volume is None:
            return None
        if self._volume is not None and self._server_volume == self._scaled(self._volume):
            return self._volume
        return min(self._server_volume * 100 / self._cap, 100.0)


def _volume_of(status: Status) -> int | None:
    # Older servers say -1 for "there is no mixer", newer ones nothing.
    volume = int(status.get("volume", "-1"))
    return None if volume < 0 else volume


def _make(options: MpdOptions, surroundings: Surroundings) -> MpdPlayer:
    return MpdPlayer(options.host, options.port, options.volume_cap, surroundings.monotonic)


MPD = Driver(MpdOptions, _make)
