"""One light that carries a fade out by itself: told once, with the time that is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devices.capabilities import GlidingLight
from edge.clock import Moment, earliest
from edge.playing.gesture import Gesture
from edge.playing.health import Health
from edge.playing.lamp import Course
from edge.playing.light_governor import LightGovernor
from edge.playing.light_output import LEVEL_TOLERANCE, SETTLE_S, LightOutput
from edge.playing.worker import Worker
from scenes.fades import LightFade, LightLevel, lightness


@dataclass(frozen=True, slots=True)
class Way:
    """Where a light should be going, until when, and what for."""

    aim: tuple[object, str]
    target: LightLevel
    end: datetime


class GlidingOutput(LightOutput):
    """One light with transitions of its own.

    A light that is new here, or back from a fault, first goes to the middle of the fade and
    from there glides the rest. What the governor does not allow yet is asked again.
    """

    def __init__(
        self,
        name: str,
        light: GlidingLight,
        health: Health,
        *,
        worker: Worker | None = None,
        fail_level: float = 0.0,
        lease_s: float = 3.0,
    ) -> None:
        super().__init__(name, light, health, worker=worker, fail_level=fail_level, lease_s=lease_s)
        self._gliding_light = light
        self._aim: tuple[object, str] | None = None
        self._lost = True
        self._held = False
        self._ends_s = 0.0

    def wish(self, level: LightLevel, moment: Moment) -> LightLevel | None:
        """None: it is steered, not shone step by step."""
        return None

    def steer(self, fade: LightFade, governor: LightGovernor, moment: Moment) -> datetime | None:
        """Send the light on the way that is due; when there is something to do again."""
        self._held = False
        if not self.listens(moment):
            return None
        if self.gesture is not None and self.gesture.done(moment.steady):
            self.gesture = None
        way = self._way(fade, governor, moment)
        if way.aim != self._aim:
            self._go(way, governor, moment)
        now_s = moment.steady_s
        again_s = governor.free_at(now_s) if self._held else self._ends_s
        again = moment.later(again_s - now_s) if again_s > now_s else None
        if self.gesture is None or moment.steady >= self.gesture.middle:
            return again
        return earliest(again, self.gesture.middle)

    def tell(self, level: LightLevel, moment: Moment) -> None:
        """Shine ``level`` at once: whatever way it was on, is over."""
        if self.lamp.course is not None:
            self.shown = None  # it was told to be there later
        super().tell(level, moment)
        self._aim, self._ends_s = None, 0.0

    def fall_back(self, fade_s: float, at_s: float) -> bool:
        """All the way to the fail level, told once; the light takes its time by itself."""
        to_the_eye = abs(lightness(self.fail_level.level) - lightness(self.lamp.level(at_s)))
        lasts_s = to_the_eye / 100 * fade_s
        self.shown, self._aim, self._lost, self._ends_s = None, None, True, 0.0
        self.lamp.send(self.fail_level, lasts_s, at_s)
        call = self._gliding(self.fail_level, lasts_s, self.lamp.course)
        if self.worker is None:
            call()
        else:
            self.worker.do(call)
        return True

    def arriving(self, moment: Moment) -> bool:
        return self._held or moment.steady_s < self._ends_s

    def fail(self, error: Exception, moment: Moment) -> None:
        super().fail(error, moment)
        self.lose()

    def lose(self) -> None:
        super().lose()
        self._aim, self._lost, self._ends_s = None, True, 0.0

    def _way(self, fade: LightFade, governor: LightGovernor, moment: Moment) -> Way:
        now = moment.steady
        gesture = self.gesture
        if gesture is not None:
            return self._gesture_way(gesture, fade, governor, moment)
        if self._lost:
            middle = governor.bounded(fade.at(now))
            gap = abs(self.lamp.level(moment.steady_s) - middle.level)
            regained = self._aim == (fade, "middle") and moment.steady_s >= self._ends_s
            self._lost = not (regained or gap <= LEVEL_TOLERANCE or fade.done(now))
        if self._lost:
            lasts_s = governor.shortest_s(self.lamp, middle, moment.steady_s)
            arrival = moment.later(lasts_s)
            return Way((fade, "middle"), governor.bounded(fade.at(arrival)), arrival)
        return Way((fade, "end"), governor.bounded(fade.target), fade.end)

    def _gesture_way(
        self, gesture: Gesture, fade: LightFade, governor: LightGovernor, moment: Moment
    ) -> Way:
        base = fade.at(gesture.end)
        if moment.steady >= gesture.middle:
            return Way((gesture, "back"), governor.bounded(base), gesture.end)
        peak = LightLevel(gesture.peak, base.temperature_k, base.colour)
        return Way((gesture, "there"), governor.bounded(peak), gesture.middle)

    def _go(self, way: Way, governor: LightGovernor, moment: Moment) -> None:
        now_s = moment.steady_s
        if self.shown == way.target and self.lamp.course is None:
            self._aim = way.aim
            return
        left_s = (way.end - moment.steady).total_seconds()
        lasts_s = max(left_s, governor.shortest_s(self.lamp, way.target, now_s))
        if self.shown is None and not self._found:
            lasts_s = max(lasts_s, governor.fade_s)  # it may be anywhere
        if not governor.glide(self.lamp, way.target, lasts_s, now_s):
            self._held = True
            return
        call = self._gliding(way.target, lasts_s, self.lamp.course)
        try:
            if self.worker is None:
                call()
            else:
                self.worker.do(call)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self.fail(error, moment)
            return
        self._accepted(way.target, moment)
        self._aim, self._ends_s = way.aim, now_s + lasts_s

    def _gliding(
        self, target: LightLevel, lasts_s: float, course: Course | None
    ) -> Callable[[], None]:
        def call() -> None:
            self._gliding_light.glide(target, lasts_s)
            self._sure = (target, course)

        return call

    def _settling(self, moment: Moment) -> bool:
        return moment.steady_s < self._ends_s + SETTLE_S or super()._settling(moment)
