"""Carries out what a music channel was asked: every call to its player is made here.

All of it runs on the channel's loop, but for what other threads may look at: `MusicPerformer.said`,
``watch`` and ``moving``.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from devices.capabilities import Player
from edge.clock import Moment, earliest
from edge.playing.announcement import Announcement
from edge.playing.health import Health
from edge.playing.music_order import MusicOrder, StandingOrder
from edge.playing.music_teller import MusicTeller, Said
from edge.playing.player_watch import PlayerWatch
from edge.playing.volume_governor import VolumeGovernor
from scenes import music_goal
from scenes.music_goal import MusicGoal

logger = logging.getLogger(__name__)

TICK_S = 0.05
SILENCE = "the shop is to be silent now"


class MusicPerformer:
    """Brings one player to the standing order and keeps it there."""

    def __init__(
        self, player: Player, health: Health, order: StandingOrder, governor: VolumeGovernor
    ) -> None:
        self.watch = PlayerWatch(player, health)
        self._player = player
        self._health = health
        self._order = order
        self._governor = governor
        self._teller = MusicTeller(player, health)
        self._stepped = MusicOrder()
        self._begun = False
        self._tick_at: datetime | None = None

    @property
    def said(self) -> Said:
        """What the player was told last."""
        return self._teller.said

    def moving(self, order: MusicOrder, moment: Moment) -> bool:
        """Whether the volume is on its way."""
        return (
            order.gesture is not None
            or order.announcement is not None
            or (order.goal is not None and not order.goal.done(moment.steady))
            or not self._governor.arrived
        )

    def step(self, moment: Moment) -> datetime | None:
        """Tell the player what is new or not so; when the next step is due."""
        with self.watch.calling(moment):
            return self._step(moment)

    def leave(self, moment: Moment) -> None:
        """The loop ends: an announcement under way gives the player back to the music.

        Nobody else would: the player goes on as it is, at the volume that it has.
        """
        order = self._order.now
        announcement, goal = order.announcement, order.goal
        if announcement is None or goal is None:
            return
        under_way = announcement.under_way
        self._drop(announcement, "the agent ends")
        if not under_way:
            return
        with self.watch.calling(moment):
            try:
                self._give_back(order, goal, moment)
            except Exception as error:  # noqa: BLE001 - whatever a driver throws
                logger.warning("%s does not take its music back: %s", self._health.device, error)

    def _give_back(self, order: MusicOrder, goal: MusicGoal, moment: Moment) -> None:
        self._player.silence()
        source = goal.source_at(moment.steady)
        if order.muted or source is None:
            return
        volume = goal.at(moment.steady)
        volume = volume if order.most is None else min(volume, order.most)
        self._governor.begin(volume)
        self._player.set_volume(self._governor.allow(volume, moment.steady_s))
        self._teller.bring_back(goal, source)

    def _step(self, moment: Moment) -> datetime | None:
        order = self._order.now
        urgent = order.muted and not self._stepped.muted
        waiting = self._health.waiting(moment) and not urgent
        if order.goal is None or (waiting and self._teller.refused is not order.goal):
            return self._health.retry_at
        if self._teller.lost:
            self._governor.begin(0.0)
        order = self._order.change(lambda order: self._corrected(order, moment))
        if order is self._stepped and self._tick_at is not None and moment.steady < self._tick_at:
            return self._tick_at
        if order.muted is not self._stepped.muted:
            self._teller.again_at = None
        self._stepped = order
        leaving = order.goal is not None and self._carry_out(order, order.goal, moment)
        moving = leaving or self.moving(order, moment)
        self._tick_at = moment.later(TICK_S) if moving and not order.muted else None
        if self._order.now.goal is not order.goal:
            return moment.steady
        if self._health.retry_at is not None and self._teller.refused is not order.goal:
            return self._health.retry_at
        due = earliest(self._tick_at, self._teller.again_at, self.watch.due_at)
        return earliest(due, self._health.retry_at)

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
        left_alone = self._health.waiting(moment) and not order.muted
        try:
            music = not aside and not left_alone
            if self._teller.tell(goal, source, volume, music=music, moment=moment):
                self.watch.due_at = None
            if announcement is not None:
                self._go_on(announcement, level, goal, moment)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self._teller.failed(error, aside, moment)
            if announcement is not None:
                self._drop(announcement, str(error))
        if self.watch.due(moment):
            self._read(goal, moment)
        return held or self._teller.said.falling(goal)

    def _begin(self, moment: Moment) -> None:
        """A player plays on while its agent is away: its volume goes on from where it is."""
        self._begun = True
        self.watch.read(None, moment)
        reading = self.watch.reading
        self._teller.said = Said(reading.source)
        if reading.playing and reading.volume is not None:
            self._governor.begin(reading.volume)

    def _corrected(self, order: MusicOrder, moment: Moment) -> MusicOrder:
        """The order after what the player made of it."""
        goal, said = order.goal, self._teller.said
        if goal is None:
            return order
        if self._teller.lost:
            return replace(order, goal=music_goal.from_silence(goal, moment.steady))
        if said.waiting(goal) and goal.change_by is not None and moment.steady >= goal.change_by:
            return replace(order, goal=music_goal.at_last(goal, said.source, moment.steady))
        return order

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
        # Music that is on its way down from a louder scene is not cut: its fade would be a jump.
        volume = min(volume, max(order.scene_most, level))
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
            self.watch.due_at = None

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
            if goal is None:
                return order
            return replace(order, goal=music_goal.from_silence(goal, moment.steady))

        self._order.change(risen)

    def _read(self, goal: MusicGoal, moment: Moment) -> None:
        """Ask the player how it is: here, because a hung server makes that slow too."""
        teller = self._teller
        if self.watch.read(teller.said.volume, moment):
            # Whether it is lost shows when it is told something.
            teller.again_at = None
        source = self.watch.reading.source
        if source is not None and source == goal.source and teller.said.waiting(goal):
            teller.song_ended(source)
