"""One light: told only what is new to it, left alone while it fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from devices.capabilities import Light
from edge.clock import Moment
from edge.playing.agreement import Agreement, Observation, observe, take
from edge.playing.comings import Comings
from edge.playing.gesture import Gesture
from edge.playing.health import Health
from edge.playing.hue_limits import towards
from edge.playing.lamp import Course, Lamp
from edge.playing.worker import Worker
from scenes.fades import LightLevel
from scenes.messages import Reading

LEVEL_TOLERANCE = 1.0
"""Per cent by which a light's reading may differ from what it was told (steps of its PWM)."""

STEP_S = 0.025
"""How often somebody else than the player may step a light."""

SETTLE_S = 1.5
"""A light that tells what it does over a network needs this long to say what it was told."""

Known = tuple[LightLevel, Course | None]
"""What a light surely gives: a level, and its own way there."""


class LightOutput:
    """One light, and what is known of it.

    With a ``worker`` its calls are made on the worker's thread, else at once. ``fail_level`` is
    where it goes when nobody has stepped the player for ``lease_s``.
    """

    def __init__(
        self,
        name: str,
        light: Light,
        health: Health,
        *,
        worker: Worker | None = None,
        fail_level: float = 0.0,
        lease_s: float = 3.0,
    ) -> None:
        self.name = name
        self.health = health
        self.gesture: Gesture | None = None
        self.shown: LightLevel | None = None
        self.lamp = Lamp(LightLevel(0.0))
        self.fail_level = LightLevel(fail_level)
        self.lease_s = lease_s
        self.worker = worker
        self._light = light
        self._sure: Known = (self.lamp.given, None)
        self._found = False
        self._told_at: datetime | None = None
        self.returned = False
        """It came by itself and was not told anything since, not even its boot level."""
        self._comings = None if worker is None else Comings(worker)

    def start_from(self, boot: LightLevel) -> None:
        """What the light gives before it was told anything: what it says itself, or ``boot``.

        So an agent that is started anew goes on from where its lights are.
        """
        self._sure = (boot, None)
        self.lamp.put(boot)
        self.find()

    def find(self) -> None:
        """Learn from the light itself what it gives; from one that is silent, nothing."""
        self._found = False
        # What a worker read may be older than what it did since: then nothing is learnt.
        read = self._light.reading if self.worker is None else self.worker.news()
        reading = Reading() if read is None else take(read)[1]
        if reading.level is not None:
            found = LightLevel(reading.level, reading.temperature_k, reading.colour)
            self._sure = (found, None)
            self._found = True
            self.lamp.put(found)

    def unknown(self, moment: Moment) -> bool:
        """Whether nobody here told it what it gives now (it is new, or was away), but may."""
        return self.shown is None and not self.health.waiting(moment)

    def wish(self, level: LightLevel, moment: Moment) -> LightLevel | None:
        """``level``, bent by the gesture under way; None while the light fails."""
        if self.gesture is not None:
            level = self._bent(level, self.gesture, moment)
        return level if self.listens(moment) else None

    def listens(self, moment: Moment) -> bool:
        """Whether there is any use in telling it something now."""
        if self._comings is not None and not self._comings.listening:
            return False
        return not self.health.waiting(moment)

    def tell(self, level: LightLevel, moment: Moment) -> None:
        """Shine ``level`` unless that is nothing new."""
        if level is self.shown or level == self.shown:
            return
        # Not Health.attempt: a closure for each of a hundred lights would cost as much again.
        try:
            if self.worker is None:
                self._light.shine(level)
            else:
                self.worker.do(self._later(level))
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self.fail(error, moment)
            return
        self.lamp.put(level)
        self._accepted(level, moment)

    def poll(self, moment: Moment) -> bool:
        """Learn what became of the calls that the worker makes; whether it is back."""
        outcome = None if self.worker is None else self.worker.outcome()
        if isinstance(outcome, Exception):
            if not self.health.waiting(moment):
                self.fail(outcome, moment)
        elif outcome and self.health.retry_at is not None:
            if self.shown is None:
                self.lamp.given, self.lamp.course = self._sure
            self.health.recovered()
            self._comes(moment)
            return True
        return self._comes(moment)

    def begin(self, gesture: Gesture) -> None:
        """Show itself from now on; the zone's steps carry it out."""
        self.gesture = gesture

    def observe(self, moment: Moment) -> Observation:
        """What the light does, against what it was told last."""

        def judge(reading: Reading) -> Agreement:
            return self._judge(reading, moment)

        read = self._light.reading if self.worker is None else self.worker.reading
        return observe(self.name, read, self.health, judge)

    def fall_back(self, fade_s: float, at_s: float) -> bool:
        """One step of at most `STEP_S` towards the fail level; whether the light is there.

        For whoever finds the player's thread stuck, from any thread: when the player goes on, it
        goes on from there. ``fade_s`` is the least time from dark to full. Raises what the driver
        raises.
        """
        level = towards(self.lamp.at(at_s), self.fail_level, 100 / fade_s * STEP_S)
        self.shown = None
        if self.worker is None:
            self._light.shine(level)
            self._sure = (level, None)
        else:
            self.worker.do(self._later(level))
        self.lamp.put(level)
        return level is self.fail_level

    def arriving(self, _moment: Moment) -> bool:
        """Whether the light is on its way by itself."""
        return False

    def fail(self, error: Exception, moment: Moment) -> None:
        """The light did not take what it was told: it gives what it gave."""
        self.shown = None
        self._found = False
        self.lamp.given, self.lamp.course = self._sure
        self.health.failed(error, moment)

    def lose(self) -> None:
        """What it was told holds no longer."""
        self.shown = None

    def _comes(self, moment: Moment) -> bool:
        """Whether the light has just come; from where, and how fast, is its own affair."""
        reading = None if self._comings is None else self._comings.look(moment)
        if reading is None:
            return False
        self.returned = reading.level is not None
        if self.returned or self.shown is not None:
            self.lose()
        self.health.hasten(moment)
        return True

    def _accepted(self, level: LightLevel, moment: Moment) -> None:
        """The driver took it; that of a worker has yet to."""
        self.shown = level
        self._told_at = moment.steady
        self.returned = False
        if self._comings is not None:
            self._comings.told()
        if self.worker is None:
            self._sure = (self.lamp.given, self.lamp.course)
            if self.health.retry_at is not None:
                self.health.recovered()

    def _later(self, level: LightLevel) -> Callable[[], None]:
        def call() -> None:
            self._light.shine(level)
            self._sure = (level, None)

        return call

    def _bent(self, level: LightLevel, gesture: Gesture, moment: Moment) -> LightLevel:
        if gesture.done(moment.steady):
            self.gesture = None
            return level
        bent = gesture.at(level.level, moment.steady)
        return LightLevel(bent, level.temperature_k, level.colour)

    def _judge(self, reading: Reading, moment: Moment) -> Agreement:
        if self.shown is None or reading.level is None:
            return Agreement.SETTLING
        if abs(reading.level - self.lamp.level(moment.steady_s)) <= LEVEL_TOLERANCE:
            return Agreement.YES
        return Agreement.SETTLING if self._settling(moment) else Agreement.NO

    def _settling(self, moment: Moment) -> bool:
        told = self._told_at
        return told is not None and (moment.steady - told).total_seconds() < SETTLE_S
