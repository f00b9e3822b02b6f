"""From one source to the next at the end of a song.

The next source stands in the queue behind the song that plays, and nothing else does; so MPD
itself goes over, with its own cross-fade, also while the agent is away. In that state the queue
has an order (random off); once the song is over it leaves, and the order is random again.
"""

from __future__ import annotations

from contextlib import suppress

import mpd

from devices.drivers.mpd.connection import Exchange
from devices.drivers.mpd.queue import (
    Coming,
    Loaded,
    Status,
    bringing,
    files_of,
    is_shuffled,
    loaded_now,
    modes,
    queue_in_order,
    why_refused,
)
from devices.errors import DeviceRefusedError
from devices.sources import Source

_CHUNKS_AHEAD = 64
_CHUNK_BYTES = 4096
_CD_BYTES_S = 44100 * 4
_MARGIN_S = 0.5


def has_an_end(status: Status) -> bool:
    """Whether a song plays that ends by itself."""
    return status.get("state") == "play" and float(status.get("duration") or 0) > 0


def is_nearly_over(status: Status) -> bool:
    """Whether the song is so near its end that MPD has sent all of it to its outputs.

    Who then changes what comes next waits until the song is over (0.23; 1.5 s at a CD's rate).
    """
    left_s = float(status.get("duration") or 0) - place_of(status)[1]
    return left_s < _CHUNKS_AHEAD * _CHUNK_BYTES / _bytes_s(status.get("audio", "")) + _MARGIN_S


def place_of(status: Status) -> tuple[str, float]:
    """Which song plays, and how many seconds of it are over."""
    return status.get("songid", ""), float(status.get("elapsed") or 0)


def queue_next(
    exchange: Exchange, old: str, name: str, source: Source, status: Status, crossfade_s: int
) -> Loaded:
    """Put ``source`` behind the song that plays, and drop the rest of the source ``old``.

    Raises `DeviceRefusedError` naming the source, and then nothing changed.
    """
    at, already = int(status["song"]), int(status["playlistlength"])
    try:
        exchange.all_of(
            *bringing(source, already), *modes(crossfade_s, shuffled=False), *_but(at, already)
        )
    except mpd.CommandError as error:
        raise DeviceRefusedError(why_refused(source, error)) from error
    return loaded_now(exchange, old, Coming(name, source, status["songid"]))


def take_back(
    exchange: Exchange, loaded: Loaded, source: Source, status: Status, crossfade_s: int
) -> Loaded:
    """Let the source whose last song plays go on after all, as if nothing had been asked."""
    at, already = int(status["song"]), int(status["playlistlength"])
    exchange.all_of(
        *bringing(source, already), *modes(crossfade_s, shuffled=True), *_but(at, already)
    )
    current = queue_in_order(exchange)[0]
    for entry in exchange.mpd.playlistfind("file", current):
        if entry["pos"] != "0":
            exchange.mpd.deleteid(entry["id"])
            break
    return loaded_now(exchange, loaded.name)


def settle(exchange: Exchange, coming: Coming) -> Loaded:
    """The song is over and the next source plays: drop the song, let the order be random."""
    with suppress(mpd.CommandError):
        exchange.mpd.deleteid(coming.song_id)
    exchange.mpd.random(int(is_shuffled(coming.source.kind)))
    return loaded_now(exchange, coming.name)


def recognise(exchange: Exchange, name: str, source: Source, status: Status) -> Loaded | None:
    """Find out whether an earlier run of the agent has brought ``source`` into the queue."""
    queued, files = queue_in_order(exchange), files_of(exchange, source)
    version = status.get("playlist", "")
    if not files:
        return None
    if sorted(queued) == files:
        return Loaded(name, version, files)
    if sorted(queued[1:]) == files and status.get("random") == "0":
        first = exchange.mpd.playlistinfo(0)[0]["id"]
        return Loaded("", version, sorted(queued), Coming(name, source, first))
    return None


def _but(at: int, already: int) -> list[tuple[object, ...]]:
    """The commands that drop the first ``already`` entries but the one at ``at``."""
    behind = [("delete", (at + 1, already))] if at + 1 < already else []
    before = [("delete", (0, at))] if at else []
    return [*behind, *before]


def _bytes_s(audio: str) -> float:
    """Of MPD's ``44100:16:2`` (rate, bits and channels)."""
    try:
        rate, bits, channels = audio.split(":")
        return int(rate) * int(channels) * {"8": 1, "16": 2}.get(bits, 4)
    except ValueError:
        return _CD_BYTES_S
