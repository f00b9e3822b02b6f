"""The play log: which track each player was heard with, for licence reports.

A track is recorded when it ends or changes, from what the player itself says every second. A
restart in the middle of a song makes two records of it, of which the second says ``continued``;
what was heard between the last look before a kill and the first one after is in neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from devices.capabilities import Track
from edge.clock import Moment
from edge.playing.music_channel import MusicChannel
from edge.playing.player_watch import Look
from edge.playing.zone_player import ZonePlayer
from scenes.messages import AnyEvent, TrackPlayed

LOOK_S = 1.0
BLIND_AFTER = timedelta(seconds=5)
"""Longer between two looks (a hung player, a sleeping machine) and nothing is claimed."""

LONGEST = timedelta(hours=1)
"""A station that tells no titles is recorded in parts, so that a kill loses an hour at most."""

_CLOCK_STEP = timedelta(seconds=1)
_UNSURE_S = 2.0
_TITLE_WITHIN = timedelta(seconds=10)
_LONGEST_TEXT = 1000


class _Heard:
    """A track under way."""

    def __init__(self, track: Track, at: datetime, look: Look, continued: bool) -> None:
        self.track = track
        self.at = at
        self.looked = look
        self.continued = continued


class PlayLog:
    """Watches one player of a zone and records what is heard. Steps on the player thread."""

    def __init__(
        self, zone: ZonePlayer, music: MusicChannel, record: Callable[[AnyEvent], None]
    ) -> None:
        self._zone = zone
        self._music = music
        self._record = record
        self._heard: _Heard | None = None
        self._last: Look | None = None

    def step(self, moment: Moment) -> datetime | None:
        """Take the player's last word; when to look again (steady time)."""
        look = self._music.look
        if self._zone.clock_wrong(moment):
            # When it was heard, nobody could say.
            self._heard = self._last = None
        elif look is not None and look is not self._last:
            self._take(look)
            self._last = look
        elif look is not None and moment.steady - look.moment.steady > BLIND_AFTER:
            self._end(look.moment.utc)
        return moment.later(LOOK_S)

    def close(self) -> None:
        """The agent ends: record what is left, as far as it was looked at."""
        if self._heard is not None:
            self._end(self._heard.looked.moment.utc)

    def _take(self, look: Look) -> None:
        last = self._last
        if last is not None and _blind(last.moment, look.moment):
            self._end(last.moment.utc)
            last = None
        heard, track = self._heard, look.track
        if heard is not None and track is not None and _goes_on(heard, track, look):
            # After a restart the source is known a little later than the song.
            track = replace(track, source=track.source or heard.track.source)
            heard.track, heard.looked = track, look
            if look.moment.utc - heard.at >= LONGEST:
                self._end(look.moment.utc)
                self._heard = _Heard(track, look.moment.utc, look, continued=True)
            return
        begins_at, continued = _beginning(track, look, last)
        self._end(begins_at)
        if track is not None:
            self._heard = _Heard(track, begins_at, look, continued)

    def _end(self, until: datetime) -> None:
        heard, self._heard = self._heard, None
        if heard is None or until <= heard.at:
            return
        texts = {
            name: text[:_LONGEST_TEXT]
            for name, text in msgspec.to_builtins(heard.track).items()
            if name != "elapsed_s"
        }
        self._record(
            TrackPlayed(
                seq=1,
                at=heard.at,
                until=until,
                zone=self._zone.zone,
                device=self._music.name,
                continued=heard.continued,
                **texts,
            )
        )


def _blind(before: Moment, after: Moment) -> bool:
    """Nobody looked for too long, or the wall clock was set in between."""
    steady = after.steady - before.steady
    return steady > BLIND_AFTER or abs(after.utc - before.utc - steady) > _CLOCK_STEP


def _goes_on(heard: _Heard, track: Track, look: Look) -> bool:
    """Whether it is the same play of the same track."""
    before = heard.track
    if before.file != track.file:
        return False
    if before.elapsed_s is not None and track.elapsed_s is not None:
        return track.elapsed_s >= before.elapsed_s - _UNSURE_S
    if not before.title and look.moment.utc - heard.at < _TITLE_WITHIN:
        # A station tells its first title a little after its first sound.
        return True
    return (before.title, before.artist) == (track.title, track.artist)


def _beginning(track: Track | None, look: Look, last: Look | None) -> tuple[datetime, bool]:
    """Since when it is heard (or nothing is), and whether it had begun before that."""
    now = look.moment.utc
    if track is None:
        return now, False
    if track.elapsed_s is None:
        return now, last is None
    seen_s = (look.moment.steady - last.moment.steady).total_seconds() if last else 0.0
    if track.elapsed_s <= seen_s + _UNSURE_S:
        return now - timedelta(seconds=min(track.elapsed_s, seen_s)), False
    return now, True
