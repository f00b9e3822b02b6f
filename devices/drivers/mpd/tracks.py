"""What MPD says of the song that plays, for the play log."""

from __future__ import annotations

from typing import Any

from devices.capabilities import Track
from devices.drivers.mpd.queue import Status


def track_of(song: dict[str, Any], status: Status, source: str) -> Track | None:
    """The track that is heard, or None. A stream's title is what the station sends."""
    if status.get("state") != "play" or "file" not in song:
        return None
    # Internet radio goes on for ever: how long it has been on is no place in a song.
    ends = float(status.get("duration") or 0) > 0
    return Track(
        file=str(song["file"]),
        source=source,
        title=_text(song, "title"),
        artist=_text(song, "artist"),
        album=_text(song, "album"),
        elapsed_s=float(status.get("elapsed") or 0) if ends else None,
    )


def _text(song: dict[str, Any], tag: str) -> str:
    # A tag that a song has several times comes as a list.
    value = song.get(tag, "")
    return "; ".join(value) if isinstance(value, list) else str(value)
