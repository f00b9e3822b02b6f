"""A light on the bus: told once a fade, believed only what it reports itself."""

from __future__ import annotations

from contextlib import suppress
from threading import Timer
from typing import Protocol

from devices.catalogue import Surroundings
from devices.drivers.mqtt.course import Course, Leg
from devices.drivers.mqtt.line import Line
from devices.drivers.mqtt.words import LightReport, Message, Topics, Word
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from devices.options import LightOptions
from scenes.fades import LightLevel
from scenes.messages import Reading

ANSWER_S = 1.5
"""For so long a call waits for the device's own report."""

RETELL_S = 2.0
RETELLS = 4
"""A device that came back may not listen at once: it is told again, every so often."""


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

    It is told its course again when it comes back from wherever it was: from a power cut, from
    behind a dead broker. A call returns when the device has reported, and raises
    `DeviceUnavailableError` when it said nothing for `ANSWER_S`.
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
        self._was_connected = False
        self._line.open(dialect.topics(), self._heard, self._came)

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
            if problem is not None:
                return Reading(problem=problem)
            return self._as_reading()

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
            now = self._line.monotonic()
            # Kept whether it can be told or not: whoever comes back is told the newest wish.
            self._course = Course(self._course.at(now), target, now, now + duration_s)
            before = self._line.words
            if self._line.bus.connected:
                self._send(self._course.leg(now, self._dialect.longest_leg_s))
            elif self._was_connected:
                raise self._line.unreachable()
            # Before the first connection, the course goes out with it: wait for that.
            if not self._line.answered(before, self._as_wished, ANSWER_S):
                raise self._line.unreachable()

    def _send(self, leg: Leg, retells: int = 0) -> None:
        """Tell the device, and whatever has to follow later. With `changed` held."""
        self._leg = leg
        self._leg_ends_s = self._line.monotonic() + leg.duration_s
        self._line.say(self._dialect.command(leg, self._report))
        self._later(retells)

    def _later(self, retells: int) -> None:
        self._cancel()
        waits = [RETELL_S] if retells else []
        if self._leg.level != self._course.target:
            waits.append(max(self._leg_ends_s - self._line.monotonic(), 0.0))
        if waits:
            timer = Timer(min(waits), self._time_has_come)
            timer.args = [timer, retells]
            timer.daemon = True
            timer.start()
            self._timer = timer

    def _time_has_come(self, timer: Timer, retells: int) -> None:
        with self._line.changed:
            # A timer that was replaced while it waited for the lock has no say any more.
            if timer is not self._timer or self._line.closed:
                return
            now = self._line.monotonic()
            late = retells > 0 and not self._as_wished()
            try:
                if late or now >= self._leg_ends_s:
                    leg = self._course.leg(now, self._dialect.longest_leg_s, late)
                    self._send(leg, retells - 1 if late else 0)
                else:
                    self._later(0)
            except DeviceUnavailableError:
                return  # the broker went; when it is back, the course is told again

    def _came(self) -> None:
        self._was_connected = True
        leg = self._course.leg(self._line.monotonic(), self._dialect.longest_leg_s, late=True)
        try:
            self._send(leg, RETELLS)
        except DeviceUnavailableError:
            return  # it went in this moment; when it is back, the course is told again

    def _heard(self, word: Word) -> None:
        if isinstance(word, LightReport):
            self._report = self._report.then(word)

    def _as_wished(self) -> bool:
        """Whether the device reports what it was told last, as near as it can say it."""
        step = self._dialect.step(self._leg.level.level)
        if step == 0 or self._report.on is False:
            return self._report.on is (step > 0)
        return self._report.on is True and self._report.step == step

    def _as_reading(self) -> Reading:
        report = self._report
        if report.on is None:
            return Reading(problem=f"{self._line.device} does not say whether it is on")
        if self._as_wished():
            level = self._leg.level.level
        elif report.on:
            level = 100.0 if report.step is None else self._dialect.level(report.step)
        else:
            level = 0.0
        if report.in_colour:
            return Reading(level=level, colour=report.colour)
        return Reading(level=level, temperature_k=self._kelvin())

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
