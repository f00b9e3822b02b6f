"""An announcement: the music falls, a file is played, the music comes back.

It never starts a silent player. Between the fall and the rise the player is silent for a moment
before and after the file: there its volume is set for the next sound, without a ramp.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from devices.capabilities import Announcer
from devices.errors import DeviceRefusedError
from edge.clock import Moment
from scenes.fades import progress
from scenes.music_goal import OUTPUT_S

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
    FADE_OUT = auto()
    OVER = auto()


_TOUCHED = frozenset({Phase.FALL, Phase.SET, Phase.SPEAK, Phase.RESET, Phase.RISE, Phase.FADE_OUT})


class Announcement:
    """One announcement by one player; everything but ``answer`` is its loop's.

    Whatever becomes of the scene meanwhile, it falls from, and is as loud as, the music was.
    """

    def __init__(self, wish: Wish, player: Announcer) -> None:
        self.phase = Phase.ASKED
        self.answer: str | None = None
        """Empty when it is under way, else why not; None: not known yet."""
        self.left_silence = False
        """Once it is over: whether nothing is heard any more, of the file or of the music."""
        self._wish = wish
        self._player = player
        self._since: Moment | None = None
        self._level = 0.0
        self._loudness = 0.0
        self._spoke = False

    @property
    def under_way(self) -> bool:
        """Whether the player is not as it was."""
        return self.phase in _TOUCHED

    @property
    def in_place_of_music(self) -> bool:
        """Whether the player must be told no music now."""
        return self.under_way and self.phase is not Phase.RISE

    @property
    def over(self) -> bool:
        """Whether it does nothing any more."""
        return self.phase is Phase.OVER

    def silent(self, moment: Moment) -> bool:
        """Whether nothing is heard, so that the volume may go anywhere at once."""
        return self.phase is Phase.SET or (self.phase is Phase.RESET and self._is_still(moment))

    def volume(self, level: float, moment: Moment) -> float:
        """Per cent wanted now, where the music would be at ``level``."""
        duck = self._wish.duck / 100
        match self.phase:
            case Phase.FALL:
                return self._level * (1 + (duck - 1) * self._share(moment))
            case Phase.SET | Phase.SPEAK:
                return self._loudness
            case Phase.RESET:
                return level * duck if self._is_still(moment) else self._loudness
            case Phase.RISE:
                return level * (duck + (1 - duck) * self._share(moment))
            case Phase.FADE_OUT:
                return self._level * (1 - self._share(moment))
            case _:
                return level

    def refuse(self, reason: str) -> None:
        """It won't be, or has broken off."""
        if self.answer is None:
            self.answer = reason
        self.phase = Phase.OVER

    def fade_out(self, volume: float, reason: str, moment: Moment) -> None:
        """There is to be silence: what is heard now, at ``volume``, falls, and that is all."""
        if not self.under_way or self.silent(moment):
            self.left_silence = self.under_way
            self.refuse(reason)
        elif self.phase is not Phase.FADE_OUT:
            self._level = volume
            self._spoke = self.phase is Phase.SPEAK
            self._enter(Phase.FADE_OUT, moment)

    def step(self, there: bool, level: float, target: float, moment: Moment) -> None:
        """Go on; ``there``: the player was told the `volume` as far as it may be.

        The music would be at ``level``, on its way to ``target`` (both in per cent). Raises what
        the player raises.
        """
        lasts_s = self._lasts_s(moment)
        match self.phase:
            case Phase.ASKED:
                self._ask(level, target, moment)
            case Phase.FALL if there and lasts_s >= DUCK_S + OUTPUT_S:
                self._player.silence()
                self._enter(Phase.SET, moment)
            case Phase.SET if there:
                self._player.announce()
                self._enter(Phase.SPEAK, moment)
            case Phase.SPEAK if not self._player.announcing():
                self._enter(Phase.RESET, moment)
            case Phase.SPEAK if lasts_s > LONGEST_S:
                self.fade_out(self._loudness, "", moment)
            case Phase.RESET if there and self._is_still(moment):
                self._enter(Phase.RISE, moment)
            case Phase.RISE if self._share(moment) >= 1:
                self.phase = Phase.OVER
            case Phase.FADE_OUT:
                self._end_fade(there and lasts_s >= DUCK_S + OUTPUT_S)
            case _:
                pass

    def _end_fade(self, there: bool) -> None:
        # A file may end before a slow ramp does.
        if there or (self._spoke and not self._player.announcing()):
            self._player.silence()
            self.left_silence = True
            self.phase = Phase.OVER

    def _is_still(self, moment: Moment) -> bool:
        """Whether what sounded last is out of the sound card, too."""
        return self._lasts_s(moment) >= OUTPUT_S

    def _ask(self, level: float, target: float, moment: Moment) -> None:
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
        self._level = level
        # Music that has only begun to rise is no measure of how loud it is here.
        self._loudness = max(level, target) if self._wish.volume is None else self._wish.volume
        self._enter(Phase.FALL, moment)

    def _enter(self, phase: Phase, moment: Moment) -> None:
        self.phase, self._since = phase, moment

    def _share(self, moment: Moment) -> float:
        since = self._since or moment
        return progress(since.steady, since.later(DUCK_S), moment.steady)

    def _lasts_s(self, moment: Moment) -> float:
        since = self._since or moment
        return (moment.steady - since.steady).total_seconds()
