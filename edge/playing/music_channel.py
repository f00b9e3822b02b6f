"""One music player: its source, and its volume along a fade.

A player may block for seconds (a network, a hung server), so each has its own loop and the
lights never wait for it. `MusicChannel` is what the other threads see: it takes orders, which
`MusicPerformer` carries out on the loop.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from devices.capabilities import Announcer, Player, SongEndPlayer
from edge.clock import Clock, Moment
from edge.loop import Loop
from edge.playing.agreement import Agreement, Observation
from edge.playing.announcement import Announcement, Wish
from edge.playing.gesture import Gesture
from edge.playing.health import Health
from edge.playing.music_judge import judge
from edge.playing.music_order import MusicOrder, StandingOrder
from edge.playing.music_performer import MusicPerformer
from edge.playing.player_watch import Look
from edge.playing.volume_governor import VolumeGovernor
from edge.tables import Zone
from scenes import music_goal
from scenes.fades import VolumeFade
from scenes.messages import Reading
from scenes.music_goal import MusicGoal
from scenes.scene import MusicCue


class MusicChannel:
    """Takes what one player should do, from any thread, and tells how it does."""

    def __init__(
        self,
        name: str,
        player: Player,
        health: Health,
        clock: Clock,
        governor: VolumeGovernor | None = None,
    ) -> None:
        self.name = name
        self.health = health
        self._player = player
        self._order = StandingOrder()
        self._performer = MusicPerformer(
            player, health, self._order, governor or VolumeGovernor(Zone())
        )
        self.step = self._performer.step
        self.leave = self._performer.leave
        self.loop = Loop(f"music-{name}", self.step, clock, last=self.leave)

    def join(
        self, cue: MusicCue | None, before: MusicCue | None, slot_start: datetime, moment: Moment
    ) -> None:
        """Enter a slot that may have begun long ago, as if there from its start."""
        goal = music_goal.joined(
            self._possible(cue), before, moment.steadily(slot_start), moment.steady
        )
        self._order.change(lambda order: replace(order, goal=goal))
        self.loop.wake()

    def aim(self, cue: MusicCue | None, slot_start: datetime, moment: Moment) -> None:
        """Go from the volume that is now to ``cue``; on the way there already: carry on."""
        cue = self._possible(cue)

        def aimed(order: MusicOrder) -> MusicOrder:
            old = order.goal
            if old is not None and old.leads_to(cue):
                return order
            heard = self._performer.said.source
            start = moment.steadily(slot_start)
            goal = music_goal.changed(old, cue, heard, start, moment.steady)
            return replace(order, goal=goal)

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

    def keep_within(self, scene_most: float) -> None:
        """Let nothing over the scene's music be louder than ``scene_most`` (per cent of the cap).

        Its own music is not: whoever made the scene saw to that.
        """
        if scene_most != self._order.now.scene_most:
            self._order.change(lambda order: replace(order, scene_most=scene_most))
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
        return order.goal is not None and not order.muted and self._performer.moving(order, moment)

    def level(self, moment: Moment) -> float:
        """The volume that is due, per cent."""
        return _level(self._order.now, moment)

    @property
    def look(self) -> Look | None:
        """What the player said last that is heard."""
        return self._performer.watch.look

    def observe(self, moment: Moment) -> Observation:
        """What the player did when it was last asked, at most about a second ago."""
        order, said = self._order.now, self._performer.said

        def judged(reading: Reading, volume_then: float | None) -> Agreement:
            return judge(order, said, volume_then, reading, moment)

        return self._performer.watch.observe(judged, moment)

    def _possible(self, cue: MusicCue | None) -> MusicCue | None:
        """Who can't wait for a song's end changes now."""
        if cue is None or isinstance(self._player, SongEndPlayer):
            return cue
        return msgspec.structs.replace(cue, change="now")


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
