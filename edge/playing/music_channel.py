"""One music player: its source, and its volume along a fade.

A player may block for seconds (a network, a hung server), so each has its own loop and the
lights never wait for it. `MusicChannel.aim` is called by the player thread, `step` by the loop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from devices.capabilities import Player
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from edge.clock import Clock, Moment, earliest
from edge.loop import Loop
from edge.playing.agreement import Agreement, Observation, observe
from edge.playing.gesture import Gesture
from edge.playing.health import Health
from edge.playing.volume_governor import VolumeGovernor
from edge.playing.worker import LONGEST_CALL_S
from edge.tables import Zone
from scenes.fades import CATCH_UP_S, VolumeFade, fade_end
from scenes.messages import Reading
from scenes.scene import MusicCue

TICK_S = 0.1
SAY_AGAIN_S = 5.0
"""A server that was restarted, or that somebody else told something, is put right by then."""

READ_S = 1.0
SETTLE_S = 3.0
VOLUME_TOLERANCE = 3.0
"""Per cent of the cap; a cap of 40 % leaves steps of 2.5 % on a mixer that counts to 100."""


@dataclass(frozen=True, slots=True)
class MusicGoal:
    """What should be played, and how loud, as a function of steady time."""

    source: str | None
    crossfade_s: float
    volume: VolumeFade
    since: datetime


class MusicChannel:
    """Brings one player to the goal and keeps it there."""

    def __init__(
        self,
        name: str,
        player: Player,
        health: Health,
        clock: Clock,
        governor: VolumeGovernor | None = None,
    ) -> None:
        self.name = name
        self.loop = Loop(f"music-{name}", self.step, clock)
        self.health = health
        self.gesture: Gesture | None = None
        self._player = player
        self._governor = governor or VolumeGovernor(Zone())
        self._muted = self._urgent = self._begun = False
        self._calling_since: datetime | None = None
        self._lock = Lock()
        self._goal: MusicGoal | None = None
        self._said_source: str | None = None
        self._said_volume: float | None = None
        self._tick_at: datetime | None = None
        self._say_again_at: datetime | None = None
        self._lost = False
        self._reading = Reading()
        self._volume_at_reading: float | None = None
        self._read_at: datetime | None = None

    def join(
        self, cue: MusicCue | None, before: MusicCue | None, slot_start: datetime, moment: Moment
    ) -> None:
        """Enter a slot that may have begun long ago, as if there from its start."""
        crossfade_s = _crossfade_s(cue, before)
        start = moment.steadily(slot_start)
        volume = VolumeFade(
            _volume(before), _volume(cue), start, start + timedelta(seconds=crossfade_s)
        )
        self._set(MusicGoal(cue.source if cue else None, crossfade_s, volume, moment.steady))

    def aim(self, cue: MusicCue | None, slot_start: datetime, moment: Moment) -> None:
        """Go from the volume that is now to ``cue``; on the way there already: carry on."""
        old = self._goal
        source = cue.source if cue else None
        if old is not None and (old.source, old.volume.target) == (source, _volume(cue)):
            return
        crossfade_s = cue.crossfade_s if cue else (old.crossfade_s if old else 0.0)
        volume = VolumeFade(
            origin=old.volume.at(moment.steady) if old else 0.0,
            target=_volume(cue),
            start=moment.steady,
            end=moment.steadily(fade_end(slot_start, crossfade_s, moment.utc)),
        )
        self._set(MusicGoal(source, crossfade_s, volume, moment.steady))

    def mute(self, muted: bool, moment: Moment) -> None:
        """An alarm: silent at once and as long as it lasts; then back to what is due, gently."""
        with self._lock:
            self._muted = self._urgent = muted
            self.gesture = None
            if self._goal is None:
                nothing = VolumeFade(0.0, 0.0, moment.steady, moment.steady)
                self._goal = MusicGoal(None, 0.0, nothing, moment.steady)
            # Also what plays under a goal that stays the same has to be told anew.
            self._goal = replace(self._goal, since=moment.steady)
            self._tick_at = self._say_again_at = None
        self.loop.wake()

    def step(self, moment: Moment) -> datetime | None:
        """Tell the player what is new or not so; when the next step is due."""
        self._calling_since = moment.steady
        try:
            return self._step(moment)
        finally:
            self._calling_since = None

    def _step(self, moment: Moment) -> datetime | None:
        with self._lock:
            goal = self._goal
            if goal is None or (self.health.waiting(moment) and not self._urgent):
                return self.health.retry_at
            self._urgent = False
            if self._lost:
                goal = self._goal = _from_silence(goal, moment)
                self._governor.begin(0.0)
            if self._tick_at is not None and moment.steady < self._tick_at:
                return self._tick_at
            muted = self._muted
        if not self._begun:
            self._begin(moment)
        if muted:
            self._governor.begin(0.0)
        again = self._say_again_at is None or moment.steady >= self._say_again_at
        volume = 0.0 if muted else self._volume_now(goal, moment)
        source = None if muted else goal.source
        if again or volume != self._said_volume or source != self._said_source:
            self._tell(goal if source else replace(goal, source=None), volume, again, moment)
        if self._read_at is None or moment.steady >= self._read_at:
            self._read(moment)
        moving = not muted and self._moving(goal, moment)
        with self._lock:
            changed = self._goal is not goal
            self._tick_at = moment.later(TICK_S) if moving and not changed else None
        if changed:
            return moment.steady
        return self.health.retry_at or earliest(self._tick_at, self._say_again_at, self._read_at)

    def show(self, gesture: Gesture) -> None:
        """Bend the volume by ``gesture``, from now on."""
        self.gesture = gesture
        self.loop.wake()

    def fading(self, moment: Moment) -> bool:
        """Whether the volume is on its way."""
        goal = self._goal
        return goal is not None and not self._muted and self._moving(goal, moment)

    def level(self, moment: Moment) -> float:
        """The volume that is due, per cent."""
        goal = self._goal
        return goal.volume.at(moment.steady) if goal else 0.0

    def observe(self, moment: Moment) -> Observation:
        """What the player did when it was last asked, at most about a second ago."""

        def judge(reading: Reading) -> Agreement:
            return self._judge(reading, moment)

        def read() -> Reading:
            since = self._calling_since
            lasts_s = (moment.steady - since).total_seconds() if since is not None else 0.0
            if lasts_s > LONGEST_CALL_S:
                raise DeviceUnavailableError(f"it has not answered for {lasts_s:.0f} s")
            return self._reading

        return observe(self.name, read, self.health, judge)

    def _begin(self, moment: Moment) -> None:
        """A player plays on while its agent is away: its volume goes on from where it is."""
        self._begun = True
        self._read(moment)
        if self._reading.playing and self._reading.volume is not None:
            self._governor.begin(self._reading.volume)

    def _moving(self, goal: MusicGoal, moment: Moment) -> bool:
        return (
            self.gesture is not None
            or not goal.volume.done(moment.steady)
            or not self._governor.arrived
        )

    def _set(self, goal: MusicGoal) -> None:
        with self._lock:
            self._goal = goal
            self._tick_at = None
        self.loop.wake()

    def _volume_now(self, goal: MusicGoal, moment: Moment) -> float:
        volume = goal.volume.at(moment.steady)
        if self.gesture is not None:
            if self.gesture.done(moment.steady):
                self.gesture = None
            else:
                volume = self.gesture.at(volume, moment.steady)
        return self._governor.allow(volume, moment.steady_s)

    def _tell(self, goal: MusicGoal, volume: float, again: bool, moment: Moment) -> None:
        try:
            if goal.source is None and volume <= 0:
                self._player.silence()
            else:
                # The volume first: a louder scene before it must not be heard in this one.
                if again or volume != self._said_volume:
                    self._player.set_volume(volume)
                if goal.source is not None and (again or goal.source != self._said_source):
                    self._player.play(goal.source, goal.crossfade_s)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self._said_source = self._said_volume = self._say_again_at = None
            # A player that was away is silent and comes back gently; one that only refuses
            # goes on with what it played, at its volume.
            self._lost = not isinstance(error, DeviceRefusedError)
            self.health.failed(error, moment)
            return
        if again or goal.source != self._said_source:
            self._read_at = None
        self._said_source, self._said_volume = goal.source, volume
        self._lost = False
        if again:
            self._say_again_at = moment.later(SAY_AGAIN_S)
        if self.health.retry_at is not None:
            self.health.recovered()

    def _read(self, moment: Moment) -> None:
        """Ask the player how it is: here, because a hung server makes that slow too."""
        try:
            reading = self._player.reading()
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            reading = Reading(problem=f"gives no reading: {error}"[:500])
        if reading.problem is not None and self._reading.problem is None:
            # Whether it is lost shows when it is told something.
            self._say_again_at = None
        self._reading = reading
        self._volume_at_reading = self._said_volume
        self._read_at = moment.later(READ_S)

    def _judge(self, reading: Reading, moment: Moment) -> Agreement:
        goal = self._goal
        if goal is None:
            return Agreement.SETTLING
        if self._muted:
            right = not reading.playing
        elif goal.source is None:
            right = not reading.playing or not goal.volume.done(moment.steady)
        else:
            right = bool(reading.playing) and reading.source == goal.source
            said = self._volume_at_reading
            if said is not None and reading.volume is not None:
                right = right and abs(reading.volume - said) <= VOLUME_TOLERANCE
        if right:
            return Agreement.YES
        settled = (moment.steady - max(goal.since, goal.volume.end)).total_seconds() > SETTLE_S
        return Agreement.NO if settled else Agreement.SETTLING


def _from_silence(goal: MusicGoal, moment: Moment) -> MusicGoal:
    end = max(goal.volume.end, moment.later(CATCH_UP_S))
    volume = VolumeFade(0.0, goal.volume.target, moment.steady, end)
    return replace(goal, volume=volume, since=moment.steady)


def _volume(cue: MusicCue | None) -> float:
    return cue.volume if cue else 0.0


def _crossfade_s(cue: MusicCue | None, before: MusicCue | None) -> float:
    # Silence has no cue of its own: the music that ends fades as it came.
    asking = cue or before
    return asking.crossfade_s if asking else 0.0
