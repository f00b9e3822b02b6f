"""The limits on a zone's light that hold on every path. Pure: time is passed in.

Between what the scenes, gestures and returns ask and what the lights are told: no level below
the commissioned minimum, none changed faster than the commissioned fade, and no more flashes in
a second than commissioned, over the sums of all lights' levels, luminance and saturated red.
What may not be yet, waits; whoever asks again gets it as soon as it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edge.playing.flash_watch import FlashWatch
from edge.playing.hue_limits import lit, towards
from edge.playing.lamp import Lamp, Sight, sight
from edge.tables import Zone
from scenes.fades import LightLevel, lightness

CREDIT_S = 0.05
"""A light that stood still may make up for at most this much time in one step."""

LOOK_AGAIN_S = 0.1
"""When what waits depends on lights that glide, nobody can say shortly when it may be."""

_MARGIN = 0.98
GENERAL_CHANGE = 0.1 * _MARGIN
"""A share of the light of all fixtures at full; a change by a tenth of it may be half a flash."""

RED_CHANGE = 20 / 320 * _MARGIN
"""The same for saturated red (WCAG 2.3.1: (R - G - B) x 320 changes by more than 20)."""

CHANGES = (GENERAL_CHANGE, RED_CHANGE, GENERAL_CHANGE)
"""For each of what is seen of the lights (`edge.playing.lamp.Sight`)."""

_Wish = LightLevel | None
_Keep = Callable[[float], bool]


class LightGovernor:
    """Governs the lamps of one zone, as one batch a step.

    A step is `allow`, then telling the lights, then setting each lamp's ``given`` to what was
    told, then `settle`. Lamps that glide are asked for one at a time, with `glide`. ``fade_s`` is
    the least time from dark to full.
    """

    def __init__(self, limits: Zone, lamps: Sequence[Lamp]) -> None:
        self.held = False
        self._minimum = limits.minimum_light
        self.fade_s = limits.fade_s
        self._flashes = limits.flashes_per_second
        self._lamps = tuple(lamps)
        self._scale = 1 / (100 * max(len(self._lamps), 1))
        self._gliding: list[Lamp] = []
        self._watches: tuple[FlashWatch, ...] = ()
        self._at_s = self._allowed_at_s = 0.0

    def begin(self, at_s: float) -> None:
        """Start to count, from what the lamps give now."""
        self._watches = tuple(
            FlashWatch(change, self._flashes, at_s, value)
            for change, value in zip(CHANGES, self._sums(at_s), strict=True)
        )
        self._at_s = at_s
        self._allowed_at_s = at_s - CREDIT_S

    def bounded(self, level: LightLevel) -> LightLevel:
        """``level``, or what gives the minimum of light in its hue, or near to it."""
        return level if self._minimum <= 0 else lit(level, self._minimum)

    def allow(self, wishes: Sequence[_Wish], at_s: float) -> list[_Wish]:
        """What each lamp may be told now, on its way to its wish; ``wishes`` are `bounded`.

        A lamp whose wish is None is left as it is. Who gets the very object it wished has
        arrived. ``held`` says whether somebody waits for the sake of the flashes.
        """
        self._advance(at_s)
        reach = 100 / self.fade_s * min(at_s - self._allowed_at_s, CREDIT_S)
        self._allowed_at_s = at_s
        answers = self._within_reach(wishes, reach)
        self.held = not self._fits(answers, at_s)
        if self.held:
            for keep in (_rises, _falls, _stays):
                fewer = self._held(answers, keep)
                if self._fits(fewer, at_s):
                    return fewer
        return answers

    def glide(self, lamp: Lamp, target: LightLevel, duration_s: float, at_s: float) -> bool:
        """Send ``lamp`` on its way unless that would flash too much; whether it may go."""
        self._advance(at_s)
        given, course, gliding = lamp.given, lamp.course, self._gliding
        lamp.send(target, duration_s, at_s)
        self._gliding = [*(it for it in gliding if it is not lamp), lamp]
        if self._keeps(at_s, self._sums(at_s)):
            return True
        lamp.given, lamp.course, self._gliding = given, course, gliding
        return False

    def shortest_s(self, lamp: Lamp, target: LightLevel, at_s: float) -> float:
        """The least time in which ``lamp`` may glide to ``target``."""
        ways = zip(lamp.sight(at_s), sight(target), strict=True)
        longest = max(max(abs(lightness(to) - lightness(now)), abs(to - now)) for now, to in ways)
        return longest / 100 * self.fade_s

    def count(self, at_s: float) -> None:
        """Count what the lamps give now, also what nobody asked for."""
        self._advance(at_s)
        for watch, value in zip(self._watching(), self._sums(at_s), strict=True):
            watch.follow(at_s, at_s, value)

    def settle(self, at_s: float) -> None:
        """The step is done: count what it gave."""
        self.count(at_s)
        self._allowed_at_s = at_s

    def free_at(self, at_s: float) -> float:
        """When to ask again for what is ``held``."""
        crowded = [watch.free_at(at_s) for watch in self._watching() if watch.crowded(at_s)]
        return min(crowded, default=at_s + LOOK_AGAIN_S)

    def _within_reach(self, wishes: Sequence[_Wish], reach: float) -> list[_Wish]:
        answers: list[_Wish] = []
        given: _Wish = None
        wish: _Wish = None
        answer: _Wish = None
        for lamp, wished in zip(self._lamps, wishes, strict=True):
            # Lights of a group share their objects: the sum is done once for all of them.
            if wished is not None and (wished is not wish or lamp.given is not given):
                wish, given = wished, lamp.given
                answer = towards(given, wish, reach, self._minimum)
            answers.append(None if wished is None else answer)
        return answers

    def _fits(self, answers: Sequence[_Wish], at_s: float) -> bool:
        """Whether these steps keep the limits, also if any of the lights fails to take its own."""
        rise = fall = 0.0
        rises, falls = [0.0] * len(CHANGES), [0.0] * len(CHANGES)
        for lamp, answer in zip(self._lamps, answers, strict=True):
            given = lamp.given
            if answer is None or answer is given:
                continue
            if _is_plain(answer) and _is_plain(given):
                change = answer.level - given.level
                rise, fall = (rise + change, fall) if change > 0 else (rise, fall + change)
                continue
            for number, (to, now) in enumerate(zip(sight(answer), sight(given), strict=True)):
                rises[number] += max(to - now, 0.0)
                falls[number] += min(to - now, 0.0)
        # Plain white has as much luminance as level, and no red.
        for number in (0, 2):
            rises[number] += rise
            falls[number] += fall
        if not any(rises) and not any(falls):
            return True
        scale = self._scale
        for watch, up, down in zip(self._watching(), rises, falls, strict=True):
            low, high = watch.value + down * scale, watch.value + up * scale
            if (watch.would_turn(low) or watch.would_turn(high)) and watch.crowded(at_s):
                return False
        if not self._gliding:
            return True
        changes = zip(self._watching(), rises, falls, strict=True)
        level, red, luminance = (it.value + (up + down) * scale for it, up, down in changes)
        return self._keeps(at_s, (level, red, luminance))

    def _held(self, answers: Sequence[_Wish], keep: _Keep) -> list[_Wish]:
        """Only the steps whose change of light is one to ``keep``; the others wait."""
        return [
            answer if answer is None or keep(_change(lamp.given, answer)) else lamp.given
            for lamp, answer in zip(self._lamps, answers, strict=True)
        ]

    def _keeps(self, at_s: float, stepped: Sight) -> bool:
        """Whether all limits hold if the sums step to these now and only glides go on."""
        moving = [it for it in self._gliding if it.course is not None]
        ends = sorted({it.course.end_s for it in moving if it.course is not None})
        sights = [[lamp.sight(end) for lamp in moving] for end in (at_s, *ends)]
        for number, watch in enumerate(self._watching()):
            sums = [self._scale * sum(it[number] for it in each) for each in sights]
            still = stepped[number] - sums[0]
            path = [(end, still + value) for end, value in zip(ends, sums[1:], strict=True)]
            if not watch.keeps(at_s, stepped[number], path):
                return False
        return True

    def _advance(self, at_s: float) -> None:
        """Follow the lamps that glide up to now."""
        if self._gliding:
            ends = {it.course.end_s for it in self._gliding if it.course is not None}
            for to_s in sorted({at_s, *(end for end in ends if end < at_s)}):
                for watch, value in zip(self._watching(), self._sums(to_s), strict=True):
                    watch.follow(self._at_s, to_s, value)
                self._at_s = to_s
            for lamp in self._gliding:
                if lamp.course is not None and lamp.course.end_s <= at_s:
                    lamp.course = None
            self._gliding = [it for it in self._gliding if it.course is not None]
        self._at_s = at_s

    def _sums(self, at_s: float) -> Sight:
        sights = [lamp.sight(at_s) for lamp in self._lamps]
        level, red, luminance = (self._scale * sum([it[n] for it in sights]) for n in range(3))
        return level, red, luminance

    def _watching(self) -> tuple[FlashWatch, ...]:
        if not self._watches:
            raise RuntimeError("a governor begins before it is asked")
        return self._watches


def _is_plain(light: LightLevel) -> bool:
    return light.colour is None and light.temperature_k is None


def _change(given: LightLevel, answer: LightLevel) -> float:
    """How the light changes: its luminance, or its level where that is all."""
    change = sight(answer)[2] - sight(given)[2]
    return change or answer.level - given.level


def _rises(change: float) -> bool:
    return change > 0


def _falls(change: float) -> bool:
    return change < 0


def _stays(_change: float) -> bool:
    return False
