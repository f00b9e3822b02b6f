"""One music player: its source, and its volume along a fade.

A player may block for seconds (a network, a hung server), so each has its own loop and the
lights never wait for it. The player thread changes the order, the loop's `MusicChannel.step`
carries it out; whatever is not the order is the loop's alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from devices.capabilities import Announcer, Player, SongEndPlayer
from edge.clock import Clock, Moment, earliest
from edge.loop import Loop
from edge.playing import music_goal
from edge.playing.agreement import Agreement, Observation
from edge.playing.announcement import Announcement, Wish
from edge.playing.gesture import Gesture
from edge.playing.health import Health
from edge.playing.music_goal import MusicGoal, from_silence
from edge.playing.music_judge import judge
from edge.playing.music_order import MusicOrder, StandingOrder
from edge.playing.music_teller import MusicTeller, Said
from edge.playing.player_watch import Look, PlayerWatch
from edge.playing.volume_governor import VolumeGovernor
from edge.tables import Zone
from scenes.fades import VolumeFade
from scenes.messages import Reading
from scenes.scene import MusicCue

TICK_S = 0.05
SILENCE = "the shop is to be silent now"


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
        self._player = player
        self._watch = PlayerWatch(player, health)
        self._teller = MusicTeller(player, health)
        self._governor = governor or VolumeGovernor(Zone())
        self._order = StandingOrder()
        self._stepped = MusicOrder()
        self._begun = False
        self._tick_at: datetime | None = None

    def join(
        self, cue: MusicCue | None, before: MusicCue | None, slot_start: datetime, moment: Moment
    ) -> None:
        """Enter a slot that may have begun long ago, as if there from its start."""
        goal = music_goal.joined(self._possible(cue), before, slot_start, moment)
        self._order.change(lambda order: replace(order, goal=goal))
        self.loop.wake()

    def aim(self, cue: MusicCue | None, slot_start: datetime, moment: Moment) -> None:
        """Go from the volume that is now to ``cue``; on the way there already: carry on."""
        cue = self._possible(cue)

        def aimed(order: MusicOrder) -> MusicOrder:
            old = order.goal
            if old is not None and old.leads_to(cue):
                return order
            heard = self._teller.said.source
            return replace(order, goal=music_goal.changed(old, cue, heard, slot_start, moment))

        self._order.change(aimed)
        self.loop.wake()

    def mute(self, muted: bool, moment: Moment) -> None:
        """An alarm: silent at once and as long as it lasts; then back to what is due, gently."""
        nothing = VolumeFade(0.0, 0.0, moment.steady, moment.steady)

        def changed(order: MusicOrder) -> MusicOrder:
            # Also what plays under a goal that stays the same has to be told anew.
            goal = order.goal or MusicGoal(None, 0.0, nothing, moment.steady)
            goal = replace(goal, since=moment.steady)
            return replace(order, goal=goal, muted=muted, gesture=None)

        self._order.change(changed)
        self.loop.wake()

    def hold_to(self, most: float | None) -> None:
        """Be no louder than ``most`` (per cent of the cap), from any thread; None: no longer."""
        if most != self._order.now.most:
            self._order.change(lambda order: replace(order, most=most))
            self.loop.wake()

    def show(self, gesture: Gesture) -> None:
        """Bend the volume by ``gesture``, from now on."""
        self._order.change(lambda order: replace(order, gesture=gesture))
        self.loop.wake()

    def announce(self, wish: Wish, moment: Moment) -> Announcement | str:
        """Begin an announcement, or say why not; its ``answer`` comes when the player has it."""
        if not isinstance(self._player, Announcer):
            return "this player can't announce"
        if self.health.problem is not None:
            return self.health.problem
        wished = Announcement(wish, self._player)
        why_not = ""

        def announcing(order: MusicOrder) -> MusicOrder:
            nonlocal why_not
            why_not = _why_no_announcement(order, moment)
            return order if why_not else replace(order, announcement=wished)

        self._order.change(announcing)
        self.loop.wake()
        return why_not or wished

    @property
    def gesture(self) -> Gesture | None:
        """What bends the volume now."""
        return self._order.now.gesture

    @property
    def announcing(self) -> bool:
        """Whether an announcement is under way."""
        return self._order.now.announcement is not None

    def fading(self, moment: Moment) -> bool:
        """Whether the volume is on its way."""
        order = self._order.now
        return order.goal is not None and not order.muted and self._moving(order, moment)

    def level(self, moment: Moment) -> float:
        """The volume that is due, per cent."""
        return _level(self._order.now, moment)

    @property
    def look(self) -> Look | None:
        """What the player said last that is heard."""
        return self._watch.look

    def observe(self, moment: Moment) -> Observation:
        """What the player did when it was last asked, at most about a second ago."""
        order, said = self._order.now, self._teller.said

        def judged(reading: Reading, volume_then: float | None) -> Agreement:
            return judge(order, said, volume_then, reading, moment)

        return self._watch.observe(judged, moment)

    def step(self, moment: Moment) -> datetime | None:
        """Tell the player what is new or not so; when the next step is due."""
        with self._watch.calling(moment):
            return self._step(moment)

    def _step(self, moment: Moment) -> datetime | None:
        order = self._order.now
        urgent = order.muted and not self._stepped.muted
        waiting = self.health.waiting(moment) and not urgent
        if order.goal is None or (waiting and self._teller.refused is not order.goal):
            return self.health.retry_at
        if self._teller.lost:
            self._governor.begin(0.0)
        order = self._order.change(lambda order: self._corrected(order, moment))
        if order is self._stepped and self._tick_at is not None and moment.steady < self._tick_at:
            return self._tick_at
        if order.muted is not self._stepped.muted:
            self._teller.again_at = None
        self._stepped = order
        leaving = order.goal is not None and self._carry_out(order, order.goal, moment)
        moving = leaving or self._moving(order, moment)
        self._tick_at = moment.later(TICK_S) if moving and not order.muted else None
        if self._order.now.goal is not order.goal:
            return moment.steady
        if self.health.retry_at is not None and self._teller.refused is not order.goal:
            return self.health.retry_at
        due = earliest(self._tick_at, self._teller.again_at, self._watch.due_at)
        return earliest(due, self.health.retry_at)

    def _carry_out(self, order: MusicOrder, goal: MusicGoal, moment: Moment) -> bool:
        """Tell what is due; whether an old source was or is on its way out."""
        if not self._begun:
            self._begin(moment)
        if order.muted:
            self._governor.begin(0.0)
        announcement = self._allowed(order, moment)
        if announcement is None and order.announcement is not None and not order.muted:
            return False
        held = self._teller.held(goal, moment)
        level = self._music_level(goal, announcement, moment)
        volume = 0.0 if order.muted else self._volume_now(order, level, announcement, moment)
        quiet = self._teller.quiet(volume, moment) or order.muted
        source = None if order.muted else self._teller.source_now(goal, quiet, moment)
        aside = announcement is not None and announcement.in_place_of_music
        left_alone = self.health.waiting(moment) and not order.muted
        try:
            music = not aside and not left_alone
            if self._teller.tell(goal, source, volume, music=music, moment=moment):
                self._watch.due_at = None
            if announcement is not None:
                self._go_on(announcement, level, goal, moment)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self._teller.failed(error, aside, moment)
            if announcement is not None:
                self._drop(announcement, str(error))
        if self._watch.due(moment):
            self._read(goal, moment)
        return held or self._teller.said.falling(goal)

    def _begin(self, moment: Moment) -> None:
        """A player plays on while its agent is away: its volume goes on from where it is."""
        self._begun = True
        self._watch.read(None, moment)
        reading = self._watch.reading
        self._teller.said = Said(reading.source)
        if reading.playing and reading.volume is not None:
            self._governor.begin(reading.volume)

    def _corrected(self, order: MusicOrder, moment: Moment) -> MusicOrder:
        """The order after what the player made of it."""
        goal, said = order.goal, self._teller.said
        if goal is None:
            return order
        if self._teller.lost:
            return replace(order, goal=from_silence(goal, moment))
        if said.waiting(goal) and goal.change_by is not None and moment.steady >= goal.change_by:
            return replace(order, goal=music_goal.at_last(goal, said.source, moment))
        return order

    def _possible(self, cue: MusicCue | None) -> MusicCue | None:
        """Who can't wait for a song's end changes now."""
        if cue is None or isinstance(self._player, SongEndPlayer):
            return cue
        return msgspec.structs.replace(cue, change="now")

    def _moving(self, order: MusicOrder, moment: Moment) -> bool:
        return (
            order.gesture is not None
            or order.announcement is not None
            or (order.goal is not None and not order.goal.done(moment.steady))
            or not self._governor.arrived
        )

    def _music_level(
        self, goal: MusicGoal, announcement: Announcement | None, moment: Moment
    ) -> float:
        """Where the music would be, per cent. In its place, no old source has to fall silent."""
        aside = announcement is not None and announcement.in_place_of_music
        held = not aside and self._teller.held(goal, moment)
        return 0.0 if held else goal.at(moment.steady)

    def _volume_now(
        self, order: MusicOrder, level: float, announcement: Announcement | None, moment: Moment
    ) -> float:
        volume = level
        if announcement is not None:
            volume = announcement.volume(volume, moment)
        gesture = order.gesture
        if gesture is not None and gesture.done(moment.steady):
            self._order.change(lambda order: order.without_gesture(gesture))
        elif gesture is not None:
            volume = gesture.at(volume, moment.steady)
        if order.most is not None:
            volume = min(volume, order.most)
        if announcement is not None and announcement.silent(moment):
            # Nobody hears a ramp now: it would only be a long silence.
            self._governor.begin(volume)
        return self._governor.allow(volume, moment.steady_s)

    def _go_on(
        self, announcement: Announcement, level: float, goal: MusicGoal, moment: Moment
    ) -> None:
        """Let the announcement go on; the music comes back when it is over."""
        aside = announcement.in_place_of_music
        announcement.step(self._governor.arrived, level, goal.target, moment)
        if announcement.over:
            self._finish(announcement, moment)
            return
        source = goal.source_at(moment.steady)
        # Back at the volume it has now, before that rises.
        back = aside and not announcement.in_place_of_music and source is not None
        if back and source is not None and self._teller.bring_back(goal, source):
            self._watch.due_at = None

    def _allowed(self, order: MusicOrder, moment: Moment) -> Announcement | None:
        """The announcement, unless silence has ended it; its fall to that is a part of it."""
        announcement = order.announcement
        if announcement is None:
            return None
        if order.muted:
            self._drop(announcement, SILENCE)
            return None
        if order.goal is not None and order.goal.source is None:
            announcement.fade_out(self._teller.said.volume or 0.0, SILENCE, moment)
        if announcement.over:
            self._finish(announcement, moment)
            return None
        return announcement

    def _drop(self, announcement: Announcement, reason: str = "") -> None:
        """It is over, or breaks off because of ``reason``."""
        announcement.refuse(reason)
        self._order.change(lambda order: order.without_announcement(announcement))

    def _finish(self, announcement: Announcement, moment: Moment) -> None:
        """It is over; if it has left silence, what is due begins there."""
        self._drop(announcement)
        if not announcement.left_silence:
            return
        self._governor.begin(0.0)
        self._teller.fell_silent()

        def risen(order: MusicOrder) -> MusicOrder:
            goal = order.goal
            return order if goal is None else replace(order, goal=from_silence(goal, moment))

        self._order.change(risen)

    def _read(self, goal: MusicGoal, moment: Moment) -> None:
        """Ask the player how it is: here, because a hung server makes that slow too."""
        teller = self._teller
        if self._watch.read(teller.said.volume, moment):
            # Whether it is lost shows when it is told something.
            teller.again_at = None
        source = self._watch.reading.source
        if source is not None and source == goal.source and teller.said.waiting(goal):
            teller.song_ended(source)


def _level(order: MusicOrder, moment: Moment) -> float:
    return order.goal.at(moment.steady) if order.goal is not None else 0.0


def _why_no_announcement(order: MusicOrder, moment: Moment) -> str:
    """Why none can be under this order; empty: it can."""
    if order.muted or order.goal is None or order.goal.source is None or _level(order, moment) <= 0:
        return "it is silent in this scene, and an announcement never starts music"
    if order.gesture is not None:
        return "it is showing itself already"
    if order.announcement is not None:
        return "an announcement is under way"
    return ""
