"""Plays as CSV. The README says what the columns mean; a test holds it to that."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from hub.plays.reading import Play, Stretch, plays

COLUMNS = (
    "store",
    "zone",
    "edge",
    "player",
    "started",
    "ended",
    "heard_s",
    "title",
    "artist",
    "album",
    "file",
    "source",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(engine: Engine, stretches: Sequence[Stretch]) -> Iterator[str]:
    """The header, then a line for each play; read from the database while it is asked for."""
    yield _line(COLUMNS)
    with engine.connect() as connection:
        for stretch in stretches:
            for play in plays(connection, stretch):
                yield _line(_cells(play, stretch.time_zone))


def _cells(play: Play, tz: ZoneInfo) -> tuple[str, ...]:
    started, ended = (it.astimezone(tz) for it in (play.started, play.ended))
    return (
        play.store,
        play.zone,
        play.edge,
        play.player,
        started.isoformat(timespec="seconds"),
        ended.isoformat(timespec="seconds"),
        f"{play.heard_s:.0f}",
        _text(play.title),
        _text(play.artist),
        _text(play.album),
        _text(play.file),
        _text(play.source),
    )


def _text(cell: str) -> str:
    # A station's title comes from outside, and spreadsheets run what looks like a formula.
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
