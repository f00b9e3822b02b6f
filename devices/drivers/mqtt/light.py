"""A light on the bus: told once a fade, believed only what it reports itself."""

from __future__ import annotations

from contextlib import suppress
from threading import Timer
from typing import Protocol

from devices.catalogue import Surroundings
from devices.drivers.mqtt.course import Course, Leg
from devices.drivers.mqtt.line import ANSWER_S, Line
from devices.drivers.mqtt.words import LightReport, Message, Topics, Word
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from devices.options import LightOptions
from scenes.fades import LightLevel
from scenes.messages import Reading

ASK_S = 2.0
TRIES = 4
"""A device that came back may not listen at once: it is asked again, and told again."""


class LightDialect(Protocol):
    """How one firmware talks of light."""

    @property
    def device(self) -> str:
        """What people call it."""
        ...

    @property
    def bridge(self) -> str:
        """The program that speaks for it, or nothing."""
        ...

    @property
    def longest_leg_s(self) -> float:
        """The longest transition that it carries out by itself."""
        ...

    @property
    def question(self) -> Message:
        """What makes it report."""
        ...

    def topics(self) -> Topics:
        """Where it talks, and how that is read."""
        ...

    def command(self, leg: Leg, known: LightReport) -> Message:
        """One command that carries level, temperature or colour, and transition."""
        ...

    def step(self, level: float) -> int:
        """Its own measure of a level in per cent; 0 is off and nothing else is."""
        ...

    def level(self, step: float) -> float:
        """The level in per cent of its own measure."""
        ...


class BusLight:
    """A light that fades by itself (`devices.capabilities.GlidingLight`).

    When it comes, or comes back from wherever it was (a power cut, a dead broker), it is asked
    what it gives and told nothing: only the player knows how fast it may go from there. Until
    the player tells it, its reading has the level and, after an absence, a problem besides.
    A call returns when the device has reported, and raises `DeviceUnavailableError` when it is
    away or said nothing for `ANSWER_S`.
    """

    def __init__(
        self,
        dialect: LightDialect,
        surroundings: Surroundings,
        options: LightOptions,
        max_silence_s: float,
    ) -> None:
        self._dialect = dialect
        self._fail_level = LightLevel(options.fail_level)
        self._line = Line(
            dialect.device,
            surroundings.bus(),
            surroundings.monotonic,
            max_silence_s,
            question=dialect.question,
            bridge=dialect.bridge,
        )
        boot = LightLevel(options.boot_level)
        now = self._line.monotonic()
        self._course = Course(boot, boot, now, now)
        self._leg = Leg(boot, 0.0)
        self._leg_ends_s = now
        self._report = LightReport()
        self._timer: Timer | None = None
        self._lost = True
        self._waits = self._known = False
        self._questions = self._doubts = TRIES
        self._line.open(dialect.topics(), self._heard, self._came, self._went)

    def shine(self, level: LightLevel) -> None:
        """Per cent of full output, at once; kelvin and colour as far as the light can."""
        self._go(level, 0.0)

    def glide(self, target: LightLevel, duration_s: float) -> None:
        """Go to ``target`` in ``duration_s`` seconds; replaces a glide."""
        self._go(target, max(duration_s, 0.0))

    def reading(self) -> Reading:
        """What the light reported; a problem while nothing can be claimed."""
        with self._line.changed:
            problem = self._line.problem()
            if problem is None and self._lost:
                problem = f"{self._line.device} has not said yet what it gives"
            return Reading(problem=problem) if problem is not None else self._as_reading()

    def close(self) -> None:
        """Leave the light at its fail level, if it can be reached."""
        with self._line.changed:
            if self._line.closed:
                return
            self._cancel()
            # Out of reach, it does what is set in the device itself: its page says how.
            with suppress(DeviceUnavailableError):
                self._line.say(self._dialect.command(Leg(self._fail_level, 0.0), self._report))
            self._line.closed = True
            self._line.changed.notify_all()

    def _go(self, target: LightLevel, duration_s: float) -> None:
        if not 0 <= target.level <= 100:
            raise DeviceRefusedError(
                f"{self._line.device} has levels of 0 to 100 %, not {target.level:g}"
            )
        with self._line.changed:
            if self._line.closed:
                raise self._line.unreachable()
            if self._lost or self._line.away() is not None:
                # It may give anything, so that no way from there is known to be gentle.
                self._line.ask()
                raise self._line.unreachable()
            now = self._line.monotonic()
            self._course = Course(self._course.at(now), target, now, now + duration_s)
            before, self._waits = self._line.words, False
            self._send(self._course.leg(now, self._dialect.longest_leg_s))
            if not self._line.answered(before, self._as_wished, ANSWER_S):
                self._went()
                raise self._line.unreachable()
            self._check_obeyed()

    def _check_obeyed(self) -> None:
        """One that is just back has to say that it took what it was told, or is told again.

        Only so often: a dimmer may have a least level of its own.
        """
        if self._as_wished():
            self._doubts = 0
        elif self._doubts:
            self._doubts -= 1
            self._waits = True
            raise DeviceUnavailableError(f"{self._line.device} does not take what it is told")

    def _send(self, leg: Leg) -> None:
        """Tell the device, and whatever has to follow later. With `changed` held."""
        self._leg = leg
        self._leg_ends_s = self._line.monotonic() + leg.duration_s
        self._line.say(self._dialect.command(leg, self._report))
        self._later()

    def _later(self) -> None:
        self._cancel()
        if self._lost:
            if self._questions:
                self._after(ASK_S)
        elif self._leg.level != self._course.target:
            self._after(max(self._leg_ends_s - self._line.monotonic(), 0.0))

    def _after(self, wait_s: float) -> None:
        timer = Timer(wait_s, self._time_has_come)
        timer.args = [timer]
        timer.daemon = True
        timer.start()
        self._timer = timer

    def _time_has_come(self, timer: Timer) -> None:
        with self._line.changed:
            # A timer that was replaced while it waited for the lock has no say any more.
            if timer is not self._timer or self._line.closed:
                return
            if self._lost:
                self._questions -= 1
                self._line.ask()
                self._later()
                return
            now = self._line.monotonic()
            if now < self._leg_ends_s:
                self._later()
                return
            with suppress(DeviceUnavailableError):  # the broker went: that ends the course
                self._send(self._course.leg(now, self._dialect.longest_leg_s))

    def _came(self) -> None:
        self._went()
        self._questions = TRIES
        self._later()

    def _went(self) -> None:
        """Nobody knows any more what it gives; its course is over."""
        self._cancel()
        self._lost = True
        self._report = LightReport()

    def _heard(self, word: Word) -> None:
        if isinstance(word, LightReport):
            self._report = self._report.then(word)
            if self._lost and self._tells():
                self._find()

    def _tells(self) -> bool:
        """Whether it has said what it gives; ON alone will do for one that says no more."""
        report = self._report
        if report.on and report.step is None:
            return self._questions == 0
        return report.on is not None

    def _find(self) -> None:
        """It said what it gives: from there it goes on."""
        self._cancel()
        self._lost, self._doubts = False, TRIES
        found = self._as_reading()
        level = LightLevel(found.level or 0.0, found.temperature_k, found.colour)
        now = self._line.monotonic()
        self._course, self._leg = Course(level, level, now, now), Leg(level, 0.0)
        self._waits = self._known
        self._known = True

    def _as_wished(self) -> bool:
        """Whether the device reports what it was told last, as near as it can say it."""
        step = self._dialect.step(self._leg.level.level)
        if step == 0 or self._report.on is False:
            return self._report.on is (step > 0)
        return self._report.on is True and self._report.step == step

    def _as_reading(self) -> Reading:
        report = self._report
        problem = f"{self._line.device} is back and waits to be told" if self._waits else None
        if self._as_wished():
            level = self._leg.level.level
        elif report.on:
            level = 100.0 if report.step is None else self._dialect.level(report.step)
        else:
            level = 0.0
        if report.in_colour:
            return Reading(level=level, colour=report.colour, problem=problem)
        return Reading(level=level, temperature_k=self._kelvin(), problem=problem)

    def _kelvin(self) -> float | None:
        mired, wished = self._report.mired, self._leg.level.temperature_k
        if mired is None or mired <= 0:
            return None
        # Mired are whole numbers: the nearest one is what was wished.
        if wished is not None and round(1e6 / wished) == round(mired):
            return wished
        return 1e6 / mired

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
