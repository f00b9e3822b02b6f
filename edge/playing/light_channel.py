"""The lights of one fixture group, driven along one fade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from devices.capabilities import Light
from edge.clock import Moment, earliest
from edge.playing.agreement import Agreement, Observation, observe
from edge.playing.gesture import Gesture
from edge.playing.health import Health
from scenes.fades import LightFade, LightLevel, fade_end
from scenes.messages import Reading
from scenes.scene import LightCue

TICK_S = 0.025
LONGEST_TICK_S = 1.0
STEPS_A_FADE = 2000
"""A long fade needs no 40 updates a second: a two-thousandth of it is a step nobody sees."""

LEVEL_TOLERANCE = 1.0
"""Per cent by which a light's reading may differ from what it was told (steps of its PWM)."""


class LightOutput:
    """One light: told only what is new to it, left alone while it fails."""

    def __init__(self, name: str, light: Light, health: Health) -> None:
        self.name = name
        self.health = health
        self.gesture: Gesture | None = None
        self.shown: LightLevel | None = None
        self._light = light

    def show(self, level: LightLevel, moment: Moment) -> None:
        """Shine ``level``, bent by the gesture under way."""
        if self.gesture is not None:
            level = self._bent(level, self.gesture, moment)
        if level == self.shown or self.health.waiting(moment):
            return
        # Not Health.attempt: a closure for each of a hundred lights would cost as much again.
        try:
            self._light.shine(level)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self.shown = None
            self.health.failed(error, moment)
            return
        self.shown = level
        if self.health.retry_at is not None:
            self.health.recovered()

    def begin(self, gesture: Gesture) -> None:
        """Show itself from now on; the channel's steps carry it out."""
        self.gesture = gesture

    def observe(self) -> Observation:
        """What the light does, against what it was told last."""
        return observe(self.name, self._light.reading, self.health, self._judge)

    def _bent(self, level: LightLevel, gesture: Gesture, moment: Moment) -> LightLevel:
        if gesture.done(moment.steady):
            self.gesture = None
            return level
        bent = gesture.at(level.level, moment.steady)
        return LightLevel(bent, level.temperature_k, level.colour)

    def _judge(self, reading: Reading) -> Agreement:
        if self.shown is None or reading.level is None:
            return Agreement.SETTLING
        near = abs(reading.level - self.shown.level) <= LEVEL_TOLERANCE
        return Agreement.YES if near else Agreement.NO


class LightChannel:
    """Lights that share a fixture group and a boot level, so that one fade serves them all."""

    def __init__(self, group: str, outputs: Sequence[LightOutput], boot: LightLevel) -> None:
        self.group = group
        self.outputs = tuple(outputs)
        self._level = boot
        self._stepped: datetime | None = None
        self._tick_at: datetime | None = None
        self._fade: LightFade | None = None

    @property
    def level(self) -> LightLevel:
        """What the lights were told last, gestures apart."""
        return self._level

    def join(
        self, cue: LightCue, before: LightCue | None, slot_start: datetime, moment: Moment
    ) -> None:
        """Enter a slot that may have begun long ago, as if there from its start."""
        target = LightLevel.of(cue)
        start = moment.steadily(slot_start)
        self._fade = LightFade(
            origin=target if before is None else LightLevel.of(before),
            target=target,
            start=start,
            end=start + timedelta(seconds=cue.fade_s),
        )
        # Whatever the function says now is shown, also when it equals the boot level.
        self._level = self._fade.at(moment.steady)

    def aim(self, cue: LightCue, slot_start: datetime, moment: Moment) -> None:
        """Fade from the level that is now to ``cue``; on the way there already: carry on."""
        target = LightLevel.of(cue)
        if self._fade is not None and self._fade.target == target:
            return
        # The lights have stood at their level since the last step, so the fade may use the time
        # from then on, up to one tick: the first step comes at once, and no step is larger
        # than the fade's slope allows. In time, this is the slot's start itself.
        start = max(moment.steadily(slot_start), moment.later(-TICK_S))
        if self._stepped is not None:
            start = max(start, self._stepped)
        self._fade = LightFade(
            origin=self._level,
            target=target,
            start=min(start, moment.steady),
            end=moment.steadily(fade_end(slot_start, cue.fade_s, moment.utc)),
        )
        self._tick_at = None  # a new scene is shown at once, whenever the last step was

    def step(self, moment: Moment) -> datetime | None:
        """Bring the lights to the level that is due; when the next step is due."""
        if self._tick_at is not None and moment.steady < self._tick_at:
            # Somebody else woke the loop: no reason for more updates a second.
            return self._tick_at
        if self._fade is not None:
            self._level = self._fade.at(moment.steady)
        self._stepped = moment.steady
        if self._fade is not None or any(output.gesture for output in self.outputs):
            for output in self.outputs:
                output.show(self._level, moment)
        self._tick_at = self._next_tick(moment)
        retries = (output.health.retry_at for output in self.outputs)
        return earliest(self._tick_at, *retries)

    def fading(self, moment: Moment) -> bool:
        """Whether the lights are on their way."""
        return self._fade is not None and not self._fade.done(moment.steady)

    def _next_tick(self, moment: Moment) -> datetime | None:
        """When something will have moved, or None while nothing moves."""
        if any(output.gesture for output in self.outputs):
            return moment.later(TICK_S)
        if self._fade is None or self._fade.done(moment.steady):
            return None
        span_s = (self._fade.end - self._fade.start).total_seconds()
        tick_s = min(max(TICK_S, span_s / STEPS_A_FADE), LONGEST_TICK_S)
        return min(moment.later(tick_s), max(self._fade.end, moment.later(TICK_S)))
