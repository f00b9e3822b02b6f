"""Reading a music source's name: ``playlist:calm`` is a kind and a name."""

from __future__ import annotations

from typing import Literal, NamedTuple, cast, get_args

from devices.errors import DeviceRefusedError

SourceKind = Literal["playlist", "folder", "stream"]


class Source(NamedTuple):
    """Where music comes from, in a player's terms."""

    kind: SourceKind
    name: str


_FILE = "file:"


def parse_file(text: str) -> str:
    """Read ``file:PATH``, a file of the player's library. `DeviceRefusedError` for the rest."""
    path = text.removeprefix(_FILE)
    if not text.startswith(_FILE) or not path.strip():
        raise DeviceRefusedError(f"{text!r} is no file of the library: say file:PATH")
    return path


def parse_source(text: str) -> Source:
    """Read ``playlist:NAME``, ``folder:PATH`` or ``stream:URL``.

    Raises `DeviceRefusedError` for anything else.
    """
    kind, _, name = text.partition(":")
    if kind not in get_args(SourceKind) or not name.strip():
        raise DeviceRefusedError(
            f"{text!r} is no music source: say playlist:NAME, folder:PATH or stream:URL"
        )
    return Source(cast("SourceKind", kind), name)
