"""A music player: MPD, on this machine or another."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from devices.capabilities import Track
from devices.catalogue import Driver, Surroundings
from devices.drivers.mpd import announcement, handover
from devices.drivers.mpd.announcement import Aside
from devices.drivers.mpd.connection import Connection, Exchange
from devices.drivers.mpd.queue import (
    Loaded,
    Status,
    loaded_now,
    queued_files,
    start,
    start_anew,
)
from devices.drivers.mpd.tracks import track_of
from devices.errors import DeviceConfigurationError, DeviceError, DeviceRefusedError
from devices.options import Host, PlayerOptions, Port
from devices.sources import Source, parse_file, parse_source
from scenes.messages import Reading

CALL_BUDGET_S = 1.8
READING_BUDGET_S = 0.5
READING_AGE_S = 1.0
"""A status is asked for at most this often for readings."""


MpdVolume = Annotated[float, Meta(ge=1, le=100, description="volume of MPD (1 to 100)")]
"""MPD counts in whole steps: a cap below the first of them would only ever be silence."""


class MpdOptions(PlayerOptions, frozen=True, kw_only=True):
    """``mpd``: a Music Player Daemon, here or elsewhere."""

    host: Host = "127.0.0.1"
    port: Port = 6600
    volume_cap: MpdVolume = 100.0


class MpdPlayer:
    """Plays through an MPD server.

    ``volume_cap`` is MPD's volume (1 to 100) that a scene's 100 % means, as calibrated in the
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
        if not 1 <= volume_cap <= 100:
            raise DeviceConfigurationError(
                f"volume_cap of a player is a volume of MPD from 1 to 100, not {volume_cap:g}"
            )
        self._cap = volume_cap
        self._loudest = math.floor(volume_cap)
        self._clock = clock
        self._connection = Connection(host, port, self._greet, clock)
        self._volume: float | None = None
        self._server_volume: int | None = None
        self._loaded: Loaded | None = None
        self._prepared: str | None = None
        self._aside: Aside | None = None
        self._asked_at: tuple[str, float] | None = None
        self._track: Track | None = None
        self._reading = Reading(problem="MPD was not asked yet")
        self._read_at: float | None = None

    def play(self, source: str, crossfade_s: float) -> None:
        """Play a source for ever, in random order; see `Player.play`.

        ``crossfade_s`` is MPD's cross-fade between songs, in whole seconds.
        """
        wanted = parse_source(source)
        self._run(lambda exchange: self._play(exchange, source, wanted, round(crossfade_s)))

    def play_at_song_end(self, source: str, crossfade_s: float) -> None:
        """As `play`, behind the song that plays; see `SongEndPlayer.play_at_song_end`.

        Asked in a song's last second and a half, when MPD has its end in hand already, it
        changes as the next song begins.
        """
        wanted = parse_source(source)
        self._run(lambda exchange: self._play_later(exchange, source, wanted, round(crossfade_s)))

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

    def prepare(self, file: str) -> None:
        """Look whether the file is in the library, and whether music plays."""
        path = parse_file(file)
        self._prepared = None
        self._run(lambda exchange: self._prepare(exchange, path))

    def announce(self) -> None:
        """Play the file; the music waits in the queue."""
        self._run(self._announce)

    def announcing(self) -> bool:
        """What the server says now."""
        return self._aside is not None and self._connection.run(self._is_aside, CALL_BUDGET_S)

    def track(self) -> Track | None:
        """What was heard at the last reading."""
        return self._track

    def reading(self) -> Reading:
        """What the server says, at most a second old."""
        if self._read_at is None or self._clock() - self._read_at >= READING_AGE_S:
            self._track = None
            try:
                self._reading = self._connection.run(self._read, READING_BUDGET_S)
            except DeviceError as error:
                self._reading = Reading(problem=str(error)[:500])
            self._read_at = self._clock()
        return self._reading

    def close(self) -> None:
        """Hang up; the music plays on, so that a restarting agent makes no gap."""
        if self._aside is not None:
            with suppress(DeviceError):
                self._connection.run(self._go_on, CALL_BUDGET_S)
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
        elif self._server_volume is None or self._server_volume > self._loudest:
            self._set_server_volume(exchange, self._loudest)

    def _apply_volume(self, exchange: Exchange) -> None:
        wanted = self._scaled(self._volume or 0.0)
        if wanted != self._server_volume:
            self._set_server_volume(exchange, wanted)

    def _set_server_volume(self, exchange: Exchange, volume: int) -> None:
        # Without a mixer this is refused, and so nothing plays at a volume that nobody set.
        exchange.mpd.setvol(volume)
        self._server_volume = volume

    def _scaled(self, volume: float) -> int:
        return min(round(volume * self._cap / 100), self._loudest)

    def _play(self, exchange: Exchange, name: str, wanted: Source, crossfade_s: int) -> None:
        status = self._known(exchange, name, wanted)
        self._asked_at = None
        loaded = self._loaded
        if self._heard(status) != name:
            self._start(exchange, name, wanted, status, crossfade_s)
        elif loaded is None or loaded.coming is None:
            self._resume(exchange, wanted, status, crossfade_s)
        elif loaded.coming.name == name:
            if not handover.is_nearly_over(status):
                self._loaded = handover.settle(exchange, loaded.coming)
            self._resume(exchange, wanted, status, crossfade_s)
        elif handover.is_nearly_over(status):
            self._start(exchange, name, wanted, status, crossfade_s)
        else:
            self._loaded = handover.take_back(exchange, loaded, wanted, status, crossfade_s)
            self._resume(exchange, wanted, status, crossfade_s)

    def _play_later(self, exchange: Exchange, name: str, wanted: Source, crossfade_s: int) -> None:
        status = self._known(exchange, name, wanted, later=True)
        coming = self._loaded.coming if self._loaded is not None else None
        heard = self._heard(status)
        asked_at, self._asked_at = self._asked_at, None
        place = handover.place_of(status)
        over = asked_at is not None and (place[0] != asked_at[0] or place[1] < asked_at[1])
        if coming is not None and coming.name == name and heard != name:
            self._resume(exchange, wanted, status, crossfade_s)
        elif heard == name or over or not handover.has_an_end(status):
            self._play(exchange, name, wanted, crossfade_s)
        elif handover.is_nearly_over(status):
            self._asked_at = place
        else:
            self._loaded = handover.queue_next(
                exchange, heard or "", name, wanted, status, crossfade_s
            )

    def _start(
        self, exchange: Exchange, name: str, wanted: Source, status: Status, crossfade_s: int
    ) -> None:
        start(exchange, wanted, int(status.get("playlistlength", "0")), crossfade_s)
        # An announcement has left the queue with the songs.
        self._aside = None
        self._loaded = loaded_now(exchange, name)

    def _resume(self, exchange: Exchange, wanted: Source, status: Status, crossfade_s: int) -> None:
        """Let the loaded queue play on as it should; what plays is left alone."""
        if int(status.get("xfade", "0")) != crossfade_s:
            exchange.mpd.crossfade(crossfade_s)
        if [status.get(mode) for mode in ("repeat", "single", "consume")] != ["1", "0", "0"]:
            exchange.all_of(("repeat", 1), ("single", 0), ("consume", 0))
        if status.get("state") == "pause":
            exchange.mpd.pause(0)
        elif status.get("state") != "play":
            start_anew(exchange, wanted.kind)

    def _known(
        self, exchange: Exchange, name: str, wanted: Source, *, later: bool = False
    ) -> Status:
        """The status, after an announcement has left and a queue was looked at anew."""
        status = self._status(exchange)
        loaded = self._loaded
        if self._aside is not None and loaded is not None:
            coming = loaded.coming.name if loaded.coming is not None else None
            if later or name in {loaded.name, coming}:
                status = self._go_on(exchange)
        if self._loaded is None and status.get("playlistlength", "0") != "0":
            self._loaded = handover.recognise(exchange, name, wanted, status)
        return status

    def _prepare(self, exchange: Exchange, path: str) -> None:
        if self._status(exchange).get("state") != "play":
            raise DeviceRefusedError("nothing plays, and an announcement never starts a player")
        announcement.check(exchange, path)
        self._prepared = path

    def _announce(self, exchange: Exchange) -> None:
        path, self._prepared = self._prepared, None
        if path is None:
            raise DeviceRefusedError("no announcement was prepared")
        status = self._status(exchange)
        if self._aside is not None:
            announcement.end(exchange, self._aside)
            self._aside = None
        self._aside = announcement.begin(exchange, path, status)

    def _is_aside(self, exchange: Exchange) -> bool:
        status = self._status(exchange)
        heard = self._aside is not None and _is_heard(self._aside, status)
        if not heard:
            self._read_at = None
        return heard

    def _go_on(self, exchange: Exchange) -> Status:
        """End an announcement, and let the music play on from where it was."""
        aside, self._aside = self._aside, None
        if aside is not None:
            announcement.end(exchange, aside)
        status = self._status(exchange)
        if status.get("state") == "pause":
            exchange.mpd.pause(0)
            status = self._status(exchange)
        return status

    def _silence(self, exchange: Exchange) -> None:
        status = self._status(exchange)
        if status.get("state") != "play":
            return
        # A paused stream would go on with old sound later.
        if (self._heard(status) or "").startswith("stream:"):
            exchange.mpd.stop()
        else:
            exchange.mpd.pause(1)

    def _read(self, exchange: Exchange) -> Reading:
        status = self._status(exchange)
        playing = status.get("state") == "play"
        source = self._heard(status) if playing else None
        if playing:
            self._track = track_of(exchange.mpd.currentsong(), status, source or "")
        return Reading(
            volume=self._told_volume(),
            playing=playing,
            source=source,
            # While it plays, an error is that of a song that was left out.
            problem=None if playing else status.get("error", "")[:500] or None,
        )

    def _status(self, exchange: Exchange) -> Status:
        """Ask how the server is, and see what somebody else did to it meanwhile."""
        status: Status = exchange.mpd.status()
        self._server_volume = _volume_of(status)
        if self._server_volume is None or self._server_volume > self._loudest:
            self._keep_volume(exchange)
        loaded = self._loaded
        if loaded is not None and status.get("playlist") != loaded.version:
            # New tags of a stream change the version too; only other songs are another source.
            aside = [self._aside.file] if self._aside is not None else []
            same = queued_files(exchange) == sorted([*loaded.files, *aside])
            self._loaded = replace(loaded, version=status.get("playlist", "")) if same else None
        return status

    def _heard(self, status: Status) -> str | None:
        """The source of the song that plays or waits, if it is known."""
        loaded, aside = self._loaded, self._aside
        if aside is not None and _is_heard(aside, status):
            return f"file:{aside.file}"
        if loaded is None or loaded.coming is None:
            return loaded.name if loaded is not None else None
        # Not known is the last song of an earlier run's source.
        old = status.get("songid") in {loaded.coming.song_id, None}
        return (loaded.name or None) if old else loaded.coming.name

    def _told_volume(self) -> float | None:
        """Per cent of the cap: as it was told, if the server still has it, else as it is."""
        if self._server_volume is None:
            return None
        if self._volume is not None and self._server_volume == self._scaled(self._volume):
            return self._volume
        return min(self._server_volume * 100 / self._cap, 100.0)


def _is_heard(aside: Aside, status: Status) -> bool:
    return status.get("state") == "play" and status.get("songid") == aside.file_id


def _volume_of(status: Status) -> int | None:
    # Older servers say -1 for "there is no mixer", newer ones nothing.
    volume = int(status.get("volume", "-1"))
    return None if volume < 0 else volume


def _make(options: MpdOptions, surroundings: Surroundings) -> MpdPlayer:
    return MpdPlayer(options.host, options.port, options.volume_cap, surroundings.monotonic)


MPD = Driver(MpdOptions, _make)
