"""Tells a music player its source and its volume, and remembers what it was told.

Only the channel's loop calls it. `Said` is replaced as a whole, so other threads may look at it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from devices.capabilities import Player, SongEndPlayer
from devices.errors import DeviceRefusedError
from edge.clock import Moment
from edge.playing.health import Health
from edge.playing.player_watch import READ_S
from scenes.music_goal import OUTPUT_S, MusicGoal

SAY_AGAIN_S = 5.0
"""A server that was restarted, or that somebody else told something, is put right by then."""

QUIET = 1.0
"""Per cent; at this volume the source may change without being heard to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the player was told last; None: nothing that counts. ``volume`` is in per cent.

    A source that was told to fall silent stays the ``source`` until it is.
    """

    source: str | None = None
    volume: float | None = None

    def waiting(self, goal: MusicGoal) -> bool:
        """Whether the song that plays may end before the goal's source begins."""
        return goal.change_by is not None and self.source != goal.source

    def falling(self, goal: MusicGoal) -> bool:
        """Whether there is to be silence, and is not yet."""
        return goal.source is None and self.source is not None


class MusicTeller:
    """Says what is new, and everything once more from time to time.

    ``refused``: the goal whose source the player won't play. ``lost``: the player was away, so
    it has to come back from silence. ``again_at``: when to say everything again; None: now.
    """

    def __init__(self, player: Player, health: Health) -> None:
        self.said = Said()
        self.refused: MusicGoal | None = None
        self.lost = False
        self.again_at: datetime | None = None
        self._player = player
        self._health = health
        self._quiet_since: datetime | None = None

    def held(self, goal: MusicGoal, moment: Moment) -> bool:
        """Whether the old source is still to fall silent, although the turn is over."""
        if goal.source is None or self.said.waiting(goal) or not goal.turned(moment.steady):
            return False
        return self.said.source not in {goal.source, None} and self.refused is not goal

    def quiet(self, volume: float, moment: Moment) -> bool:
        """Whether the music may be cut off: nothing of it is on its way to an ear any more."""
        if volume > QUIET:
            self._quiet_since = None
            return False
        if self._quiet_since is None:
            self._quiet_since = moment.steady
        silent_s = (moment.steady - self._quiet_since).total_seconds()
        return self.said.source is None or silent_s >= OUTPUT_S

    def source_now(self, goal: MusicGoal, quiet: bool, moment: Moment) -> str | None:
        """What should be heard: the new source only when the old one is not heard any more."""
        going = self.said.falling(goal) or self.held(goal, moment)
        return self.said.source if going and not quiet else goal.source_at(moment.steady)

    def tell(
        self, goal: MusicGoal, source: str | None, volume: float, *, music: bool, moment: Moment
    ) -> bool:
        """Say what is due; whether the source changed. ``music``: the source may be told, too.

        Raises what the player raises.
        """
        again = self.again_at is None or moment.steady >= self.again_at
        wanted = again or (source != self.said.source and not self.said.waiting(goal))
        wanted = wanted and music
        if wanted and source is None and volume <= 0:
            self._player.silence()
        elif again or volume != self.said.volume:
            # The volume first: a louder scene before it must not be heard in this one.
            self._say_volume(volume)
        if wanted and source is not None:
            self._say_source(goal, source)
        self.lost = False
        changed = wanted and self._remember(goal, source, falls=volume > 0)
        if again:
            wait_s = READ_S if self.said.waiting(goal) else SAY_AGAIN_S
            self.again_at = moment.later(wait_s)
        return changed

    def bring_back(self, goal: MusicGoal, source: str) -> bool:
        """Say the source after something else was played; whether it is another one."""
        self.again_at = None
        self._say_source(goal, source)
        return self._remember(goal, source)

    def song_ended(self, source: str) -> None:
        """The player went over to ``source`` by itself."""
        self.said, self.again_at = replace(self.said, source=source), None

    def fell_silent(self) -> None:
        """The player was silenced; what is to be heard next is told at once."""
        self.said, self.again_at = Said(None, self.said.volume), None

    def failed(self, error: Exception, aside: bool, moment: Moment) -> None:
        """The player threw ``error``; ``aside``: in place of the music.

        One that was away is silent and comes back gently; one that only refuses goes on with
        the music it played, at the volume that is due.
        """
        refused = isinstance(error, DeviceRefusedError)
        self.lost = aside or not refused
        if not refused:
            self.refused = None
        self.said = Said(None if self.lost else self.said.source)
        self._health.failed(error, moment)
        self.again_at = self._health.retry_at if refused else None

    def _say_volume(self, volume: float) -> None:
        # Only a refused source leaves the volume to go on; a refused volume waits as any fault.
        refused, self.refused = self.refused, None
        self._player.set_volume(volume)
        self.refused = refused
        self.said = replace(self.said, volume=volume)

    def _say_source(self, goal: MusicGoal, source: str) -> None:
        self.refused = goal
        if self.said.waiting(goal) and isinstance(self._player, SongEndPlayer):
            self._player.play_at_song_end(source, goal.crossfade_s)
        else:
            self._player.play(source, goal.crossfade_s)
        self.refused = None

    def _remember(self, goal: MusicGoal, source: str | None, *, falls: bool = False) -> bool:
        """The source was told, or falls silent; whether it is another one."""
        changed = source != self.said.source and not self.said.waiting(goal)
        # What falls silent is heard until it is.
        if not self.said.waiting(goal) and (source is not None or not falls):
            self.said = replace(self.said, source=source)
        if self._health.retry_at is not None:
            self._health.recovered()
        return changed
