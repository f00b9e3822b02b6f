"""One music player: its source, and its volume along a fade.

A player may block for seconds (a network, a hung server), so each has its own loop and the
lights never wait for it. `MusicChannel.aim` is called by the player thread, `step` by the loop.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from threading import Lock

import msgspec

from devices.capabilities import Announcer, Player, SongEndPlayer
from devices.errors import DeviceRefusedError
from edge.clock import Clock, Moment, earliest
from edge.loop import Loop
from edge.playing import music_goal
from edge.playing.agreement import Agreement, Observation
from edge.playing.announcement import Announcement, Wish
from edge.playing.gesture import Gesture
from edge.playing.health import Health
from edge.playing.music_goal import OUTPUT_S, MusicGoal
from edge.playing.player_watch import READ_S, Look, PlayerWatch
from edge.playing.volume_governor import VolumeGovernor
from edge.tables import Zone
from scenes.fades import VolumeFade
from scenes.messages import Reading
from scenes.scene import MusicCue

TICK_S = 0.05
SAY_AGAIN_S = 5.0
"""A server that was restarted, or that somebody else told something, is put right by then."""

SETTLE_S = 3.0
VOLUME_TOLERANCE = 3.0
"""Per cent of the cap; a cap of 40 % leaves steps of 2.5 % on a mixer that counts to 100."""

QUIET = 1.0
"""Per cent; at this volume the source may change without being heard to."""


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
        self._watch = PlayerWatch(player, health)
        self._governor = governor or VolumeGovernor(Zone())
        self._muted = self._urgent = self._begun = False
        self._lock = Lock()
        self._goal: MusicGoal | None = None
        self._most: float | None = None
        self._announcement: Announcement | None = None
        self._said_source: str | None = None
        self._said_volume: float | None = None
        self._quiet_since: datetime | None = None
        self._refused: MusicGoal | None = None
        self._tick_at: datetime | None = None
        self._say_again_at: datetime | None = None
        self._lost = False

    def join(
        self, cue: MusicCue | None, before: MusicCue | None, slot_start: datetime, moment: Moment
    ) -> None:
        """Enter a slot that may have begun long ago, as if there from its start."""
        self._set(music_goal.joined(self._possible(cue), before, slot_start, moment))

    def aim(self, cue: MusicCue | None, slot_start: datetime, moment: Moment) -> None:
        """Go from the volume that is now to ``cue``; on the way there already: carry on."""
        old, cue = self._goal, self._possible(cue)
        if old is not None and old.leads_to(cue):
            return
        self._set(music_goal.changed(old, cue, self._said_source, slot_start, moment))

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

    def hold_to(self, most: float | None) -> None:
        """Be no louder than ``most`` (per cent of the cap), from any thread; None: no longer."""
        if most != self._most:
            self._most = most
            self.loop.wake()

    def step(self, moment: Moment) -> datetime | None:
        """Tell the player what is new or not so; when the next step is due."""
        with self._watch.calling(moment):
            return self._step(moment)

    def _step(self, moment: Moment) -> datetime | None:
        with self._lock:
            goal = self._goal
            waiting = self.health.waiting(moment) and not self._urgent
            if goal is None or (waiting and self._refused is not goal):
                return self.health.retry_at
            self._urgent = False
            goal = self._goal = self._corrected(goal, moment)
            if self._tick_at is not None and moment.steady < self._tick_at:
                return self._tick_at
            muted = self._muted
        if not self._begun:
            self._begin(moment)
        if muted:
            self._governor.begin(0.0)
        if muted or goal.source is None:
            self._break_off("the shop is to be silent now")
        again = self._say_again_at is None or moment.steady >= self._say_again_at
        held = self._held(goal, moment)
        volume = 0.0 if muted else self._volume_now(goal, moment)
        quiet = self._quiet(volume, moment) or muted
        source = None if muted else self._source_now(goal, quiet, moment)
        self._tell(goal, source, volume, again, moment)
        if self._watch.due(moment):
            self._read(moment)
        falling = goal.source is None and self._said_source is not None
        moving = not muted and (held or falling or self._moving(goal, moment))
        with self._lock:
            changed = self._goal is not goal
            self._tick_at = moment.later(TICK_S) if moving and not changed else None
        if changed:
            return moment.steady
        if self.health.retry_at is not None and self._refused is not goal:
            return self.health.retry_at
        due = earliest(self._tick_at, self._say_again_at, self._watch.due_at)
        return earliest(due, self.health.retry_at)

    def show(self, gesture: Gesture) -> None:
        """Bend the volume by ``gesture``, from now on."""
        self.gesture = gesture
        self.loop.wake()

    def announce(self, wish: Wish, moment: Moment) -> Announcement | str:
        """Begin an announcement, or say why not; its ``answer`` comes when the player has it."""
        goal = self._goal
        if not isinstance(self._player, Announcer):
            return "this player can't announce"
        if self.health.problem is not None:
            return self.health.problem
        if self._muted or goal is None or goal.source is None or self.level(moment) <= 0:
            return "it is silent in this scene, and an announcement never starts music"
        if self.gesture is not None:
            return "it is showing itself already"
        with self._lock:
            if self._announcement is not None:
                return "an announcement is under way"
            announcement = self._announcement = Announcement(wish, self._player)
            self._tick_at = None
        self.loop.wake()
        return announcement

    @property
    def announcing(self) -> bool:
        """Whether an announcement is under way."""
        return self._announcement is not None

    def fading(self, moment: Moment) -> bool:
        """Whether the volume is on its way."""
        goal = self._goal
        return goal is not None and not self._muted and self._moving(goal, moment)

    def level(self, moment: Moment) -> float:
        """The volume that is due, per cent."""
        goal = self._goal
        return goal.at(moment.steady) if goal else 0.0

    @property
    def look(self) -> Look | None:
        """What the player said last that is heard."""
        return self._watch.look

    def observe(self, moment: Moment) -> Observation:
        """What the player did when it was last asked, at most about a second ago."""

        def judge(reading: Reading) -> Agreement:
            return self._judge(reading, moment)

        return self._watch.observe(judge, moment)

    def _begin(self, moment: Moment) -> None:
        """A player plays on while its agent is away: its volume goes on from where it is."""
        self._begun = True
        self._read(moment)
        reading = self._watch.reading
        self._said_source = reading.source
        if reading.playing and reading.volume is not None:
            self._governor.begin(reading.volume)

    def _corrected(self, goal: MusicGoal, moment: Moment) -> MusicGoal:
        """The goal after what the player made of it."""
        if self._lost:
            self._governor.begin(0.0)
            return music_goal.from_silence(goal, moment)
        if self._waiting(goal) and goal.change_by is not None and moment.steady >= goal.change_by:
            return music_goal.at_last(goal, self._said_source, moment)
        return goal

    def _possible(self, cue: MusicCue | None) -> MusicCue | None:
        """Who can't wait for a song's end changes now."""
        if cue is None or isinstance(self._player, SongEndPlayer):
            return cue
        return msgspec.structs.replace(cue, change="now")

    def _waiting(self, goal: MusicGoal) -> bool:
        """Whether the song that plays may end before the goal's source begins."""
        return goal.change_by is not None and self._said_source != goal.source

    def _held(self, goal: MusicGoal, moment: Moment) -> bool:
        """Whether the old source is still to fall silent, although the turn is over."""
        if goal.source is None or self._waiting(goal) or not goal.turned(moment.steady):
            return False
        return self._said_source not in {goal.source, None} and self._refused is not goal

    def _moving(self, goal: MusicGoal, moment: Moment) -> bool:
        return (
            self.gesture is not None
            or self._announcement is not None
            or not goal.done(moment.steady)
            or not self._governor.arrived
        )

    def _set(self, goal: MusicGoal) -> None:
        with self._lock:
            self._goal = goal
            self._tick_at = None
        self.loop.wake()

    def _volume_now(self, goal: MusicGoal, moment: Moment) -> float:
        volume = 0.0 if self._held(goal, moment) else goal.at(moment.steady)
        if self._announcement is not None:
            volume = self._announcement.volume(volume, moment)
        if self.gesture is not None:
            if self.gesture.done(moment.steady):
                self.gesture = None
            else:
                volume = self.gesture.at(volume, moment.steady)
        if self._most is not None:
            volume = min(volume, self._most)
        return self._governor.allow(volume, moment.steady_s)

    def _quiet(self, volume: float, moment: Moment) -> bool:
        """Whether the music may be cut off: nothing of it is on its way to an ear any more."""
        if volume > QUIET:
            self._quiet_since = None
            return False
        if self._quiet_since is None:
            self._quiet_since = moment.steady
        silent_s = (moment.steady - self._quiet_since).total_seconds()
        return self._said_source is None or silent_s >= OUTPUT_S

    def _source_now(self, goal: MusicGoal, quiet: bool, moment: Moment) -> str | None:
        """What should be heard: the new source only when the old one is not heard any more."""
        if not goal.turned(moment.steady):
            return goal.leaving
        falling = goal.source is None and self._said_source is not None
        if (falling or self._held(goal, moment)) and not quiet:
            return self._said_source
        return goal.source

    def _tell(
        self, goal: MusicGoal, source: str | None, volume: float, again: bool, moment: Moment
    ) -> None:
        announcement = self._announcement
        aside = announcement is not None and announcement.in_place_of_music
        wanted = again or (source != self._said_source and not self._waiting(goal))
        wanted = wanted and not aside and not self._left_alone(moment)
        try:
            if wanted and source is None and volume <= 0:
                self._player.silence()
            elif again or volume != self._said_volume:
                # The volume first: a louder scene before it must not be heard in this one.
                self._say_volume(volume)
            if wanted and source is not None:
                self._say_source(goal, source)
            self._told(goal, source, volume, moment, wanted)
            if again:
                wait_s = READ_S if self._waiting(goal) else SAY_AGAIN_S
                self._say_again_at = moment.later(wait_s)
            if announcement is not None and self._continue(announcement, moment):
                # Back at the volume it has now, before that rises.
                self._say_again_at = None
                if source is not None:
                    self._say_source(goal, source)
                    self._told(goal, source, volume, moment, wanted=True)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self._failed(error, moment)

    def _say_volume(self, volume: float) -> None:
        # Only a refused source leaves the volume to go on; a refused volume waits as any fault.
        refused, self._refused = self._refused, None
        self._player.set_volume(volume)
        self._refused = refused

    def _say_source(self, goal: MusicGoal, source: str) -> None:
        self._refused = goal
        if self._waiting(goal) and isinstance(self._player, SongEndPlayer):
            self._player.play_at_song_end(source, goal.crossfade_s)
        else:
            self._player.play(source, goal.crossfade_s)
        self._refused = None

    def _told(
        self, goal: MusicGoal, source: str | None, volume: float, moment: Moment, wanted: bool
    ) -> None:
        self._said_volume = volume
        self._lost = False
        if not wanted:
            return
        if source != self._said_source and not self._waiting(goal):
            self._watch.due_at = None
        # What falls silent is heard until it is.
        if source is not None and not self._waiting(goal):
            self._said_source = source
        elif source is None and volume <= 0:
            self._said_source = None
        if self.health.retry_at is not None:
            self.health.recovered()

    def _continue(self, announcement: Announcement, moment: Moment) -> bool:
        """Go on with it; whether the music is to come back now."""
        aside = announcement.in_place_of_music
        announcement.step(self._governor.arrived, moment)
        if announcement.over:
            self._announcement = None
        return aside and not announcement.in_place_of_music

    def _break_off(self, reason: str) -> None:
        announcement, self._announcement = self._announcement, None
        if announcement is not None:
            announcement.refuse(reason)

    def _failed(self, error: Exception, moment: Moment) -> None:
        refused = isinstance(error, DeviceRefusedError)
        # A player that was away is silent and comes back gently; one that only refuses goes on
        # with what it played, at the volume that is due.
        self._lost = not refused
        if not refused:
            self._said_source = self._refused = None
        self._said_volume = self._say_again_at = None
        self._break_off(str(error))
        self.health.failed(error, moment)
        if refused:
            self._say_again_at = self.health.retry_at

    def _left_alone(self, moment: Moment) -> bool:
        """Whether the player failed and its next try isn't due yet; an alarm waits for nothing."""
        return self.health.waiting(moment) and not self._muted

    def _read(self, moment: Moment) -> None:
        """Ask the player how it is: here, because a hung server makes that slow too."""
        if self._watch.read(self._said_volume, moment):
            # Whether it is lost shows when it is told something.
            self._say_again_at = None
        goal = self._goal
        if goal is not None and self._waiting(goal) and self._watch.reading.source == goal.source:
            # The song is over.
            self._said_source, self._say_again_at = goal.source, None

    def _judge(self, reading: Reading, moment: Moment) -> Agreement:
        goal = self._goal
        if goal is None or self._announcement is not None:
            return Agreement.SETTLING
        if self._muted:
            right = not reading.playing
        elif goal.source is None:
            right = not reading.playing or not goal.done(moment.steady)
        else:
            right = bool(reading.playing)
            right = right and (reading.source == goal.source or self._waiting(goal))
            said = self._watch.volume_then
            if said is not None and reading.volume is not None:
                right = right and abs(reading.volume - said) <= VOLUME_TOLERANCE
        if right:
            return Agreement.YES
        settled = (moment.steady - goal.settled_at).total_seconds() > SETTLE_S
        return Agreement.NO if settled else Agreement.SETTLING
