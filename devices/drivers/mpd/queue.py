"""MPD's queue: what is in it, and how a source gets into it."""

from __future__ import annotations

from typing import assert_never

import mpd

from devices.drivers.mpd.connection import Exchange
from devices.errors import DeviceRefusedError
from devices.sources import Source, SourceKind


def queued_files(exchange: Exchange) -> list[str]:
    """The files and addresses in the queue, sorted."""
    return sorted(str(line).removeprefix("file: ") for line in exchange.mpd.playlist())


def files_of(exchange: Exchange, source: Source) -> list[str]:
    """The files and addresses that a source would bring, sorted; none if there is no such."""
    try:
        match source.kind:
            case "playlist":
                return sorted(exchange.mpd.listplaylist(source.name))
            case "folder":
                found = exchange.mpd.listall(source.name)
                return sorted(entry["file"] for entry in found if "file" in entry)
            case "stream":
                return [source.name]
            case _:
                assert_never(source.kind)
    except mpd.CommandError:
        return []


def start(exchange: Exchange, source: Source, already: int, crossfade_s: int) -> None:
    """Bring a source into the queue behind the ``already`` entries, start it, drop those.

    The new songs come first: if they are refused, what played goes on. Raises
    `DeviceRefusedError` naming the source.
    """
    bring = "load" if source.kind == "playlist" else "add"
    shuffled = source.kind != "stream"
    modes = [("repeat", 1), ("random", int(shuffled)), ("single", 0), ("consume", 0)]
    # In random order MPD still begins with the entry it is told to, hence the shuffle.
    shuffle = [("shuffle", (already,))] if shuffled else []
    try:
        exchange.all_of(
            (bring, source.name), *shuffle, *modes, ("crossfade", crossfade_s), ("play", already)
        )
    except mpd.CommandError as error:
        if not _song_is_broken(error):
            raise DeviceRefusedError(_why(source, error)) from error
        # The new songs are in, and MPD has left the old ones: the reading will tell the rest.
    if already:
        exchange.mpd.delete((0, already))


def start_anew(exchange: Exchange, kind: SourceKind) -> None:
    """Start a stopped queue: at another song, as this one may be why it stopped."""
    shuffle = [] if kind == "stream" else [("shuffle",)]
    exchange.all_of(("clearerror",), *shuffle, ("play", 0))


def _song_is_broken(error: mpd.CommandError) -> bool:
    return error.command == "play" and error.errno is not mpd.FailureResponseCode.ARG


def _why(source: Source, error: mpd.CommandError) -> str:
    if error.command == "play":
        return f"MPD's {source.kind} {source.name!r} is empty"
    if error.errno is mpd.FailureResponseCode.NO_EXIST:
        return f"MPD has no {source.kind} {source.name!r}"
    return f"MPD refuses the {source.kind} {source.name!r}: {error.msg or error}"
