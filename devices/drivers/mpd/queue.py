"""MPD's queue: what is in it, and how a source gets into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import mpd

from devices.drivers.mpd.connection import Exchange
from devices.errors import DeviceRefusedError
from devices.sources import Source, SourceKind

Status = dict[str, str]


@dataclass(frozen=True, slots=True)
class Coming:
    """The source behind the last song of the one before: ``song_id`` stands first in the queue."""

    name: str
    source: Source
    song_id: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is known to be in the server's queue: its ``files`` sorted, and where they are from."""

    name: str
    version: str
    files: list[str]
    coming: Coming | None = None


def queued_files(exchange: Exchange) -> list[str]:
    """The files and addresses in the queue, sorted."""
    return sorted(queue_in_order(exchange))


def queue_in_order(exchange: Exchange) -> list[str]:
    """The files and addresses in the queue."""
    return [str(line).removeprefix("file: ") for line in exchange.mpd.playlist()]


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


def loaded_now(exchange: Exchange, name: str, coming: Coming | None = None) -> Loaded:
    """What is in the queue, after it was changed to hold ``name``."""
    version = exchange.mpd.status().get("playlist", "")
    return Loaded(name, version, queued_files(exchange), coming)


def start(exchange: Exchange, source: Source, already: int, crossfade_s: int) -> None:
    """Bring a source into the queue behind the ``already`` entries, start it, drop those.

    The new songs come first: if they are refused, what played goes on. Raises
    `DeviceRefusedError` naming the source.
    """
    try:
        exchange.all_of(
            *bringing(source, already),
            *modes(crossfade_s, shuffled=is_shuffled(source.kind)),
            ("play", already),
        )
    except mpd.CommandError as error:
        if not _song_is_broken(error):
            raise DeviceRefusedError(why_refused(source, error)) from error
        # The new songs are in, and MPD has left the old ones: the reading will tell the rest.
    if already:
        exchange.mpd.delete((0, already))


def start_anew(exchange: Exchange, kind: SourceKind) -> None:
    """Start a stopped queue: at another song, as this one may be why it stopped."""
    shuffle = [("shuffle",)] if is_shuffled(kind) else []
    exchange.all_of(("clearerror",), *shuffle, ("play", 0))


def bringing(source: Source, already: int) -> list[tuple[object, ...]]:
    """The commands that bring a source behind the ``already`` entries."""
    bring = "load" if source.kind == "playlist" else "add"
    # In random order MPD still begins with the entry it is told to, hence the shuffle.
    shuffle = [("shuffle", (already,))] if is_shuffled(source.kind) else []
    return [(bring, source.name), *shuffle]


def modes(crossfade_s: int, *, shuffled: bool) -> list[tuple[object, ...]]:
    """The commands that let a queue play for ever."""
    return [
        ("repeat", 1),
        ("random", int(shuffled)),
        ("single", 0),
        ("consume", 0),
        ("crossfade", crossfade_s),
    ]


def is_shuffled(kind: SourceKind) -> bool:
    """Whether a source is more than one thing to play."""
    return kind != "stream"


def why_refused(source: Source, error: mpd.CommandError) -> str:
    """What a refusal of a source means."""
    if error.command == "play":
        return f"MPD's {source.kind} {source.name!r} is empty"
    if error.errno is mpd.FailureResponseCode.NO_EXIST:
        return f"MPD has no {source.kind} {source.name!r}"
    return f"MPD refuses the {source.kind} {source.name!r}: {error.msg or error}"


def _song_is_broken(error: mpd.CommandError) -> bool:
    return error.command == "play" and error.errno is not mpd.FailureResponseCode.ARG
