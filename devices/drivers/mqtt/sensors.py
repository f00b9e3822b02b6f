"""Sensors on the bus. One that is silent says "no data", never "nobody"."""

from __future__ import annotations

from collections.abc import Callable

from devices.bus import MessageBus
from devices.drivers.mqtt.line import Line, Seconds
from devices.drivers.mqtt.words import Message, Pressed, SwitchReport, Topics, Word
from devices.telling import Changes, tell
from scenes.messages import Reading


class _Watched:
    """What is on or off, and who wants to be told of each change, in order."""

    def __init__(
        self,
        device: str,
        topics: Topics,
        bus: MessageBus,
        monotonic: Seconds,
        max_silence_s: float,
        question: Message | None = None,
        bridge: str = "",
    ) -> None:
        self._line = Line(device, bus, monotonic, max_silence_s, question, bridge)
        self._on: bool | None = None
        self._changes = Changes(device, "on")
        self._line.open(topics, self._heard)

    def close(self) -> None:
        """Watch no longer."""
        with self._line.changed:
            self._line.closed = True
            self._changes.end()

    def _watch(self, changed: Callable[[bool], None]) -> None:
        with self._line.changed:
            self._changes.watch(changed)
            if self._on:
                self._changes.tell(True)

    def _state(self) -> tuple[bool | None, str | None]:
        """What it says now, or the problem that keeps anybody from claiming it."""
        with self._line.changed:
            problem = self._line.problem()
            # Before its first word since the start there is no problem, and no claim.
            if problem is None and self._on is None and self._line.words:
                problem = f"{self._line.device} does not say what it sees"
            return (None, problem) if problem else (self._on, None)

    def _heard(self, word: Word) -> None:
        if isinstance(word, SwitchReport):
            self._on = word.on
            self._changes.tell(word.on)


class BusPresence(_Watched):
    """Somebody is in view, or nobody is (`devices.capabilities.PresenceSensor`)."""

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(present)`` on every change, and at once if somebody is in view now."""
        self._watch(changed)

    def reading(self) -> Reading:
        """Whether somebody is in view."""
        present, problem = self._state()
        return Reading(present=present, problem=problem)


class BusContact(_Watched):
    """A door, a lid or a drawer is open or shut (`devices.capabilities.ContactSensor`)."""

    def watch_contact(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(open)`` on every change, and at once if it is open now."""
        self._watch(changed)

    def reading(self) -> Reading:
        """Whether it is open."""
        is_open, problem = self._state()
        return Reading(open=is_open, problem=problem)


class BusButton:
    """A button (`devices.capabilities.PushButton`). It tells a press, not how long it is held."""

    def __init__(
        self,
        device: str,
        topics: Topics,
        bus: MessageBus,
        monotonic: Seconds,
        max_silence_s: float,
        bridge: str = "",
    ) -> None:
        # A button that nobody pressed yet is well.
        self._line = Line(device, bus, monotonic, max_silence_s, bridge=bridge, shy=True)
        self._pressed: Callable[[], None] | None = None
        self._line.open(topics, self._heard)

    def watch_presses(self, pressed: Callable[[], None]) -> None:
        """Call ``pressed()`` once a press."""
        with self._line.changed:
            self._pressed = pressed

    def reading(self) -> Reading:
        """Nothing but a problem, if there is one."""
        with self._line.changed:
            return Reading(problem=self._line.problem())

    def close(self) -> None:
        """Watch no longer."""
        with self._line.changed:
            self._line.closed = True
            self._pressed = None

    def _heard(self, word: Word) -> None:
        if isinstance(word, Pressed) and self._pressed is not None:
            tell(self._line.device, "of a press", self._pressed)
