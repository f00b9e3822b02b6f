"""Plays, put together from the raw events."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Engine, literal_column, select
from sqlmodel import col

from hub.errors import UnknownStoreError
from hub.plays.errors import PlaysRangeError
from hub.tables import EventRow, StoreRow
from scenes.messages import TrackPlayed
from scenes.units import EARLIEST, LATEST
from scenes.wall_time import instant_of

LONGEST_PAUSE = timedelta(days=1)
_AT_ONCE = 1000
_FIRST_DAY, _LAST_DAY = EARLIEST.date() + 2 * LONGEST_PAUSE, LATEST.date() - 3 * LONGEST_PAUSE
# Written out, so that the databases see that the small index of plays is enough.
_IS_PLAY = literal_column("kind") == literal_column("'track-played'")
_decoder = msgspec.json.Decoder(TrackPlayed)


@dataclass(slots=True)
class Play:
    """One play of one track; ``heard_s`` is less than its length where it was interrupted."""

    store: str
    zone: str
    edge: str
    player: str
    started: datetime
    ended: datetime
    heard_s: float
    title: str
    artist: str
    album: str
    file: str
    source: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """The plays of a store that are asked for start in [start, end), None: without that limit."""

    store: str
    time_zone: ZoneInfo
    start: datetime | None
    end: datetime | None

    def holds(self, play: Play) -> bool:
        """Whether a play is asked for."""
        after = self.start is None or play.started >= self.start
        return after and (self.end is None or play.started < self.end)


def stretches(
    engine: Engine, store: str | None, first: date | None, last: date | None
) -> list[Stretch]:
    """What is meant by a store (None: every one) and local days, both included.

    `UnknownStoreError`, or `PlaysRangeError` when the days are in the wrong order.
    """
    if first is not None and last is not None and last < first:
        raise PlaysRangeError(f"the last day {last} lies before the first day {first}")
    query: Any = select(col(StoreRow.id), col(StoreRow.time_zone)).order_by(col(StoreRow.id))
    with engine.connect() as connection:
        zones = {row.id: ZoneInfo(row.time_zone) for row in connection.execute(query)}
    if store is not None and store not in zones:
        raise UnknownStoreError(f"no store is called {store!r}")
    return [
        Stretch(
            name,
            tz,
            None if first is None else _instant(first, "00:00", tz),
            None if last is None else _instant(last, "24:00", tz),
        )
        for name, tz in zones.items()
        if store in {None, name}
    ]


def plays(connection: Connection, stretch: Stretch) -> Iterator[Play]:
    """The plays of a stretch, by their starts."""
    under_way: dict[tuple[str, ...], Play] = {}
    in_order: deque[Play] = deque()
    for edge, event in _events(connection, stretch):
        key = (edge, event.device or "", event.file, event.title, event.artist)
        before = under_way.get(key)
        if before is not None and _goes_on(before, event):
            before.ended = event.until
            before.heard_s += (event.until - event.at).total_seconds()
        else:
            under_way[key] = _play(stretch.store, edge, event)
            in_order.append(under_way[key])
        # What can't go on any more needn't be kept.
        while in_order and in_order[0].ended + LONGEST_PAUSE < event.at:
            play = in_order.popleft()
            if stretch.holds(play):
                yield play
    yield from (play for play in in_order if stretch.holds(play))


def _goes_on(play: Play, event: TrackPlayed) -> bool:
    return event.continued and play.ended <= event.at <= play.ended + LONGEST_PAUSE


def _events(connection: Connection, stretch: Stretch) -> Iterator[tuple[str, TrackPlayed]]:
    """The events of a stretch and of a day on both sides, where its plays may begin and end."""
    query: Any = select(col(EventRow.edge), col(EventRow.body)).where(
        _IS_PLAY, col(EventRow.store) == stretch.store
    )
    if stretch.start is not None:
        query = query.where(col(EventRow.at) >= stretch.start - LONGEST_PAUSE)
    if stretch.end is not None:
        query = query.where(col(EventRow.at) < stretch.end + LONGEST_PAUSE)
    query = query.order_by(col(EventRow.at), col(EventRow.id))
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield row.edge, _decoder.decode(row.body)


def _play(store: str, edge: str, event: TrackPlayed) -> Play:
    return Play(
        store=store,
        zone=event.zone or "",
        edge=edge,
        player=event.device or "",
        started=event.at,
        ended=event.until,
        heard_s=(event.until - event.at).total_seconds(),
        title=event.title,
        artist=event.artist,
        album=event.album,
        file=event.file,
        source=event.source,
    )


def _instant(day: date, wall_time: str, tz: ZoneInfo) -> datetime:
    # No shop was or will be open outside of these, and calendars end near theirs.
    return instant_of(min(max(day, _FIRST_DAY), _LAST_DAY), wall_time, tz)
