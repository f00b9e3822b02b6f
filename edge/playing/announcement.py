"""An announcement: the music falls, a file is played, the music comes back.

It never starts a silent player. Between the fall and the rise the player is silent while its
volume goes where the next sound needs it, so that the governor's ramp is never heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from devices.capabilities import Announcer
from devices.errors import DeviceRefusedError
from edge.clock import Moment
from edge.playing.music_goal import OUTPUT_S
from scenes.fades import progress

DUCK_S = 1.0
LONGEST_S = 180.0
"""Whatever the player says, the music comes back by then."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A ``file:PATH``, its volume (None: as loud as the music), and what the music falls to.

    ``duck`` is in per cent of the music's own volume. Void after ``expires_at`` (wall time).
    """

    file: str
    volume: float | None
    duck: float
    expires_at: datetime


class Phase(Enum):
    """How far an announcement is."""

    ASKED = auto()
    FALL = auto()
    SET = auto()
    SPEAK = auto()
    RESET = auto()
    RISE = auto()
    OVER = auto()


class Announcement:
    """One announcement by one player; everything but ``answer`` is its loop's."""

    def __init__(self, wish: Wish, player: Announcer) -> None:
        self.phase = Phase.ASKED
        self.answer: str | None = None
        """Empty when it is under way, else why not; None: not known yet."""
        self._wish = wish
        self._player = player
        self._since: Moment | None = None

    @property
    def in_place_of_music(self) -> bool:
        """Whether the player must be told no music now."""
        return self.phase not in {Phase.ASKED, Phase.RISE, Phase.OVER}

    @property
    def over(self) -> bool:
        """Whether the music is as it was."""
        return self.phase is Phase.OVER

    def volume(self, level: float, moment: Moment) -> float:
        """Per cent wanted now, where the music would be at ``level``."""
        ducked = level * self._wish.duck / 100
        match self.phase:
            case Phase.FALL:
                return level + (ducked - level) * self._share(moment)
            case Phase.SET | Phase.SPEAK:
                return level if self._wish.volume is None else self._wish.volume
            case Phase.RESET:
                return ducked
            case Phase.RISE:
                return ducked + (level - ducked) * self._share(moment)
            case _:
                return level

    def refuse(self, reason: str) -> None:
        """It won't be, or has broken off."""
        if self.answer is None:
            self.answer = reason
        self.phase = Phase.OVER

    def step(self, there: bool, moment: Moment) -> None:
        """Go on; ``there``: the player was told the `volume` as far as it may be.

        Raises what the player raises.
        """
        match self.phase:
            case Phase.ASKED:
                self._ask(moment)
            case Phase.FALL if there and self._lasts_s(moment) >= DUCK_S + OUTPUT_S:
                self._player.silence()
                self._enter(Phase.SET, moment)
            case Phase.SET if there:
                self._player.announce()
                self._enter(Phase.SPEAK, moment)
            case Phase.SPEAK if self._lasts_s(moment) > LONGEST_S or not self._player.announcing():
                self._enter(Phase.RESET, moment)
            case Phase.RESET if there:
                self._enter(Phase.RISE, moment)
            case Phase.RISE if self._share(moment) >= 1:
                self.phase = Phase.OVER
            case _:
                pass

    def _ask(self, moment: Moment) -> None:
        if moment.utc >= self._wish.expires_at:
            self.refuse("the player did not get to it in time")
            return
        try:
            self._player.prepare(self._wish.file)
        except DeviceRefusedError as error:
            # Nothing is wrong with the player, and the music was not touched.
            self.refuse(str(error))
            return
        self.answer = ""
        self._enter(Phase.FALL, moment)

    def _enter(self, phase: Phase, moment: Moment) -> None:
        self.phase, self._since = phase, moment

    def _share(self, moment: Moment) -> float:
        since = self._since or moment
        return progress(since.steady, since.later(DUCK_S), moment.steady)

    def _lasts_s(self, moment: Moment) -> float:
        since = self._since or moment
        return (moment.steady - since.steady).total_seconds()
