"""One file in place of the music: MPD plays one thing at a time, so the music waits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import mpd

from devices.drivers.mpd.connection import Exchange
from devices.drivers.mpd.queue import Status
from devices.errors import DeviceRefusedError

LONGEST_S = 180.0


@dataclass(frozen=True, slots=True)
class Aside:
    """The file in the queue, and where the music waits."""

    file: str
    file_id: str
    song_id: str | None
    elapsed: str | None
    crossfade: str


def check(exchange: Exchange, file: str) -> None:
    """Refuse (`DeviceRefusedError`) what isn't a file of the library, or would last too long."""
    found = exchange.mpd.find("file", file)
    if not found:
        raise DeviceRefusedError(f"MPD's library has no file {file!r}")
    duration_s = float(found[0].get("duration", "0"))
    if duration_s > LONGEST_S:
        raise DeviceRefusedError(
            f"{file!r} lasts {duration_s:.0f} s: an announcement is {LONGEST_S:.0f} s at most"
        )


def begin(exchange: Exchange, file: str, status: Status) -> Aside:
    """Play ``file`` now, once, and then nothing."""
    aside = Aside(
        file,
        str(exchange.mpd.addid(file)),
        status.get("songid"),
        # There is no place in a stream to go back to.
        status.get("elapsed") if float(status.get("duration") or 0) > 0 else None,
        status.get("xfade", "0"),
    )
    try:
        # Random stays on: switched off and on again it would mix the queue anew.
        exchange.all_of(("crossfade", 0), ("repeat", 0), ("single", 1), ("playid", aside.file_id))
    except mpd.CommandError as error:
        end(exchange, aside)
        raise DeviceRefusedError(f"MPD can't play {file!r}: {error.msg or error}") from error
    return aside


def end(exchange: Exchange, aside: Aside) -> None:
    """Go back to the song and the place in it; playing, paused or stopped as it is now."""
    exchange.all_of(("crossfade", aside.crossfade), ("repeat", 1), ("single", 0))
    if not _is_queued(exchange, aside):
        return
    # A song that somebody took out of the queue meanwhile is no error: the caller looks anyway.
    if aside.song_id is not None:
        with suppress(mpd.CommandError):
            if aside.elapsed is None:
                exchange.mpd.playid(aside.song_id)
            else:
                exchange.mpd.seekid(aside.song_id, aside.elapsed)
    exchange.mpd.deleteid(aside.file_id)


def _is_queued(exchange: Exchange, aside: Aside) -> bool:
    """Whether the file is still in the queue: a server that was restarted counts its ids anew."""
    try:
        found = exchange.mpd.playlistid(aside.file_id)
    except mpd.CommandError:
        return False
    return bool(found) and found[0].get("file") == aside.file
