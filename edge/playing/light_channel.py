"""The lights of one fixture group, and the fade that they follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from edge.clock import Moment
from edge.playing.light_output import LightOutput
from scenes.fades import CATCH_UP_S, LightFade, LightLevel, fade_end
from scenes.scene import LightCue

TICK_S = 0.025
LONGEST_TICK_S = 1.0
STEPS_A_FADE = 2000
"""A long fade needs no 40 updates a second: a two-thousandth of it is a step nobody sees."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class LightChannel:
    """Lights that share a fixture group and a boot level, so that one fade serves them all.

    ``rest`` is the "fade" of lights that have no plan yet: their boot level for ever.
    """

    def __init__(self, group: str, outputs: Sequence[LightOutput], boot: LightLevel) -> None:
        self.group = group
        self.outputs = tuple(outputs)
        self.aimed = False
        self.rest = LightFade(boot, boot, LONG_AGO, LONG_AGO)
        self._boot = boot
        self._level = boot
        self._stepped: datetime | None = None
        self._fade: LightFade | None = None
        for output in self.outputs:
            output.start_from(boot)

    @property
    def level(self) -> LightLevel:
        """What the fade asks for now; limits and gestures apart."""
        return self._level

    @property
    def fade(self) -> LightFade | None:
        """The way that the lights follow; None while they hold their boot levels."""
        return self._fade

    def join(
        self, cue: LightCue, before: LightCue | None, slot_start: datetime, moment: Moment
    ) -> None:
        """Enter a slot that may have begun long ago, as if there from its start."""
        target = LightLevel.of(cue)
        start = moment.steadily(slot_start)
        self._set(
            LightFade(
                origin=target if before is None else LightLevel.of(before),
                target=target,
                start=start,
                end=start + timedelta(seconds=cue.fade_s),
            )
        )

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
        self._set(
            LightFade(
                origin=self._now(moment),
                target=target,
                start=min(start, moment.steady),
                end=moment.steadily(fade_end(slot_start, cue.fade_s, moment.utc)),
            )
        )

    def leave_alarm(self, moment: Moment) -> None:
        """Begin anew from the level that is now; without a plan, go back to the boot level."""
        end = moment.later(CATCH_UP_S)
        self._set(LightFade(self._now(moment), self._boot, moment.steady, end))

    def step(self, moment: Moment) -> None:
        """Find the level that is due."""
        self.aimed = False
        self._stepped = moment.steady
        if self._fade is not None:
            self._level = self._fade.at(moment.steady)

    def fading(self, moment: Moment) -> bool:
        """Whether the level is on its way."""
        return self._fade is not None and not self._fade.done(moment.steady)

    def next_tick(self, moment: Moment) -> datetime | None:
        """When the level will have moved, or None while nothing moves."""
        if self._fade is None or self._fade.done(moment.steady):
            return None
        span_s = (self._fade.end - self._fade.start).total_seconds()
        tick_s = min(max(TICK_S, span_s / STEPS_A_FADE), LONGEST_TICK_S)
        return min(moment.later(tick_s), max(self._fade.end, moment.later(TICK_S)))

    def _set(self, fade: LightFade) -> None:
        self._fade = fade
        self.aimed = True  # it is shown at once, whenever the last step was

    def _now(self, moment: Moment) -> LightLevel:
        """What the lights give now: limits may keep them behind what was due."""
        for output in self.outputs:
            if output.gesture is None and output.health.retry_at is None:
                return output.lamp.at(moment.steady_s)
        return self._level
