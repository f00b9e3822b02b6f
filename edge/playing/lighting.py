"""All light of a zone, driven as one: fades and gestures, through the governor, to the lights."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from edge.clock import Moment, earliest
from edge.playing.gliding_output import GlidingOutput
from edge.playing.light_channel import TICK_S, LightChannel
from edge.playing.light_governor import LightGovernor
from edge.playing.light_output import LightOutput
from edge.tables import Zone
from scenes.fades import LightLevel

logger = logging.getLogger(__name__)

_TICK = timedelta(seconds=TICK_S)


class Lighting:
    """The lights of a zone. At most 40 updates a second, and none when nothing moves."""

    def __init__(self, channels: Sequence[LightChannel], limits: Zone) -> None:
        self.channels = tuple(channels)
        self.outputs = tuple(output for channel in channels for output in channel.outputs)
        self._worked = [output for output in self.outputs if output.worker is not None]
        self._gliding = [
            (channel, output)
            for channel in channels
            for output in channel.outputs
            if isinstance(output, GlidingOutput)
        ]
        self._full = LightLevel(limits.full_light)
        self._governor = LightGovernor(limits, [output.lamp for output in self.outputs])
        self._begun = self._alarmed = self._lagging = self._moving = False
        self._moved_at: datetime | None = None
        self._tick_at: datetime | None = None

    def step(self, moment: Moment) -> datetime | None:
        """Bring the lights towards what is due; when the next step is due."""
        if not self._begun:
            self._begun = True
            self._governor.begin(moment.steady_s)
        for output in self._worked:
            if output.poll(moment):
                self._tick_at = moment.steady
        if self._alarmed:
            self._hold_full(moment)
        elif self._is_due(moment):
            self._move(moment)
        return self._again_at(moment)

    def alarm(self, moment: Moment) -> None:
        """Full, white and steady, at once and at every light, also one that has failed."""
        if not self._begun:
            self._begun = True
            self._governor.begin(moment.steady_s)
        self._alarmed = True
        for output in self.outputs:
            output.gesture = None
            output.tell(self._full, moment)
        self._governor.settle(moment.steady_s)

    def calm(self, moment: Moment) -> None:
        """The alarm is over: back to what is due, gently."""
        self._alarmed = False
        for channel in self.channels:
            channel.leave_alarm(moment)

    def end(self, timeout_s: float) -> None:
        """Make no more calls, so that the lights can be closed; one that hangs is left."""
        for output in self._worked:
            if output.worker is not None:
                output.worker.forget()
        for output in self._worked:
            if output.worker is not None and not output.worker.end(timeout_s):
                logger.error("%s has not answered and is left to itself", output.name)

    def fading(self, moment: Moment) -> bool:
        """Whether a light is on its way, or has to wait before it may go on."""
        return not self._alarmed and (
            self._lagging
            or any(channel.fading(moment) for channel in self.channels)
            or any(output.arriving(moment) for _, output in self._gliding)
        )

    def _is_due(self, moment: Moment) -> bool:
        now = moment.steady
        if self._moved_at is not None and now < self._moved_at + _TICK:
            return False
        if self._tick_at is not None and now >= self._tick_at:
            return True
        return self._pending() or any(
            output.health.retry_at is not None and now >= output.health.retry_at
            for output in self.outputs
        )

    def _pending(self) -> bool:
        return any(channel.aimed for channel in self.channels) or any(
            output.gesture is not None for output in self.outputs
        )

    def _move(self, moment: Moment) -> None:
        now_s, governor = moment.steady_s, self._governor
        unknown = [output for output in self.outputs if output.unknown(moment)]
        for output in unknown:
            output.find()
        if unknown:
            governor.count(now_s)
        wishes: list[LightLevel | None] = []
        for channel in self.channels:
            channel.step(moment)
            level = governor.bounded(channel.level)
            wishes += [self._wish(channel, it, level, moment) for it in channel.outputs]
        answers = governor.allow(wishes, now_s)
        self._lagging = self._moving = False
        for output, wish, answer in zip(self.outputs, wishes, answers, strict=True):
            if answer is None:
                continue
            if answer is not wish:
                self._lagging = True
                self._moving = self._moving or answer is not output.lamp.given
            output.tell(answer, moment)
        dues = [
            output.steer(channel.fade or channel.rest, governor, moment)
            for channel, output in self._gliding
            if channel.fade is not None or output.gesture is not None or output.returned
        ]
        governor.settle(now_s)
        self._moved_at = moment.steady
        self._tick_at = earliest(self._next_tick(moment), *dues)

    def _wish(
        self, channel: LightChannel, output: LightOutput, level: LightLevel, moment: Moment
    ) -> LightLevel | None:
        if output.gesture is not None:
            wish = output.wish(level, moment)
            return None if wish is None else self._governor.bounded(wish)
        untouched = output.shown is None and output.health.retry_at is None and not output.returned
        if channel.fade is None and untouched:
            return None  # it holds its boot level
        return output.wish(level, moment)

    def _next_tick(self, moment: Moment) -> datetime | None:
        """When a light will have something new to be told, those that glide apart."""
        ticks = [channel.next_tick(moment) for channel in self.channels]
        shining = any(
            output.gesture is not None and not isinstance(output, GlidingOutput)
            for output in self.outputs
        )
        if shining or self._moving:
            return moment.later(TICK_S)
        if self._lagging:
            free_s = self._governor.free_at(moment.steady_s) - moment.steady_s
            ticks.append(moment.later(max(free_s, TICK_S)))
        return earliest(*ticks)

    def _hold_full(self, moment: Moment) -> None:
        for output in self.outputs:
            if output.shown is None and not output.health.waiting(moment):
                output.tell(self._full, moment)
        self._governor.settle(moment.steady_s)

    def _again_at(self, moment: Moment) -> datetime | None:
        """When to step again; never sooner than a tick from now for what is overdue already."""
        soon = moment.later(TICK_S)
        dues = [
            max(output.health.retry_at, soon)
            for output in self.outputs
            if output.health.retry_at is not None
        ]
        if not self._alarmed and self._moved_at is not None:
            soonest = self._moved_at + _TICK
            if self._tick_at is not None:
                dues.append(max(self._tick_at, soonest))
            if self._pending():
                dues.append(soonest)
        return earliest(*dues)
