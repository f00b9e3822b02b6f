"""Lets a player be heard for some seconds, at its fail volume."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from devices.capabilities import Player
from edge.clock import Moment
from edge.playing.music_channel import MusicChannel
from scenes.scene import MusicCue

MUSIC_TEST_S = 5.0
FADE_S = 1.0
LEAST = 10.0
"""Per cent of its cap: a fail level of nothing would test nothing."""

SOURCE = "folder:/"
"""All of a library: every player has that, whatever its playlists are called."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a test: whether it was given, and in words."""

    done: bool
    text: str


class MusicTest:
    """Plays through the agent's own channel, so that cap and ramp hold; on the player's thread."""

    def __init__(self, channel: MusicChannel, player: Player, volume: float) -> None:
        self.channel = channel
        self._player = player
        self._volume = max(volume, LEAST)
        self._began: Moment | None = None
        self._ever = False

    def begin(self, moment: Moment) -> None:
        """Play from now on."""
        self._began, self._ever = moment, True
        cue = MusicCue(source=SOURCE, volume=self._volume, crossfade_s=FADE_S)
        self.channel.aim(cue, moment.utc, moment)

    def step(self, moment: Moment) -> Answer | None:
        """End what has lasted long enough; then what came of it."""
        if self._began is None or moment.steady < self._began.later(MUSIC_TEST_S):
            return None
        self._began = None
        self.channel.aim(None, moment.utc, moment)
        problem = self.channel.health.problem
        text = problem or f"it played {SOURCE} at {self._volume:g} % of its cap"
        return Answer(problem is None, text)

    def end(self) -> None:
        """Silence what a test began, also while it still fades; its channel has ended."""
        if self._ever:
            with suppress(Exception):  # closing never raises: the others have to be closed too
                self._player.silence()
