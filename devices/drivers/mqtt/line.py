"""The line to one device on the bus: whether it can be reached, and when it was heard last."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition

from devices.bus import Heard, MessageBus
from devices.drivers.mqtt.words import Message, Parse, Topics, Whereabouts, Word
from devices.errors import DeviceUnavailableError

Seconds = Callable[[], float]
"""A clock that only ever runs forward."""

ANSWER_S = 1.5
"""For so long a call waits for the device's own report."""


def _nothing() -> None:
    """For who needs not be told."""


class Line:
    """What one device says, and what can be said to it.

    ``device`` is what the device is called towards people; ``bridge`` the program that speaks
    for it, if there is one. ``max_silence_s``: for how long a device that is well may say
    nothing. ``question`` makes it report at once, where it can be asked; then it is asked after
    half of that. A ``shy`` device may be well although it was never heard yet. Everything is
    called with `changed` held, but for what says otherwise.
    """

    def __init__(
        self,
        device: str,
        bus: MessageBus,
        monotonic: Seconds,
        max_silence_s: float,
        question: Message | None = None,
        bridge: str = "",
        shy: bool = False,
    ) -> None:
        self.device = device
        self.bus = bus
        self.monotonic = monotonic
        self.changed = Condition()
        self.words = 0
        """How often it said anything yet."""
        self.heard_at = monotonic()
        self.closed = False
        self._bridge = bridge
        self._shy = shy
        self._max_silence_s = max_silence_s
        self._question = question
        self._asked_at = monotonic()
        self._gone: set[str] = set()
        self._vouched = False
        self._come = self._go = _nothing

    def open(
        self,
        topics: Topics,
        heard: Callable[[Word], None],
        came: Callable[[], None] = _nothing,
        went: Callable[[], None] = _nothing,
    ) -> None:
        """Listen. Not to be called with `changed` held.

        ``heard(word)`` for everything that the device says, ``came()`` when it can be reached
        (again), ``went()`` when it no longer can; all with `changed` held.
        """
        self._come, self._go = came, went
        for topic, parse in topics.items():
            self.bus.subscribe(topic, self._ear(parse, heard))

        def followed(connected: bool) -> None:
            with self.changed:
                if not self.closed:
                    if connected:
                        self._came()
                    else:
                        went()
                self.changed.notify_all()

        self.bus.follow(followed)

    def say(self, *messages: Message) -> None:
        """Publish, once each; `DeviceUnavailableError` while the broker is not there."""
        for topic, payload in messages:
            self.bus.publish(topic, payload)

    def ask(self) -> None:
        """Make it report, if it can be asked and the broker is there."""
        if self.bus.connected:
            self._ask()

    def answered(self, before: int, as_wished: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until the device reports what is wished; False if it said nothing since ``before``.

        A device that answers something else has answered: its reading tells.
        """
        self.changed.wait_for(
            lambda: self.closed or (self.words > before and as_wished()), timeout_s
        )
        return self.words > before

    def unreachable(self) -> DeviceUnavailableError:
        """The error for a device that doesn't answer, with the likeliest reason."""
        return DeviceUnavailableError(self.problem() or f"{self.device} does not answer")

    def problem(self) -> str | None:
        """Why nothing can be claimed of the device now, or None. May ask it."""
        away = self.away() or self._unheard()
        if away is not None:
            return f"{self.device} {away}"
        silence_s = self.monotonic() - self.heard_at
        if silence_s > self._max_silence_s:
            return f"{self.device} has said nothing for {_span(silence_s)}"
        if silence_s > self._max_silence_s / 2:
            self._ask_now_and_then()
        return None

    def away(self) -> str | None:
        """Why it is known to be out of reach, as the end of a sentence, or None."""
        if self.closed:
            return "is closed"
        if not self.bus.connected:
            return "is out of reach: the devices' broker is not there"
        if "bridge" in self._gone:
            return f"is out of reach: {self._bridge} is not running"
        if "device" in self._gone:
            return "is offline: has it power?"
        return None

    def _unheard(self) -> str | None:
        # One that can't be asked sleeps until something happens: its bridge says that it is well.
        asleep = self._vouched and self._question is None
        if self.words == 0 and not self._shy and not asleep:
            return "has not been heard yet: is it on, is its name right?"
        return None

    def _ear(self, parse: Parse, heard: Callable[[Word], None]) -> Heard:
        def ear(payload: bytes, kept: bool) -> None:
            word = parse(payload)
            with self.changed:
                if word is None or self.closed:
                    return
                if isinstance(word, Whereabouts):
                    self._note(word)
                elif not kept:
                    # What the broker had kept from earlier isn't so because it arrives now.
                    self.words += 1
                    self.heard_at = self.monotonic()
                    # Whoever is heard is there; a kept "offline" may be of last year.
                    self._gone.clear()
                    heard(word)
                self.changed.notify_all()

        return ear

    def _note(self, word: Whereabouts) -> None:
        if word.of == "device":
            self._vouched = word.there
        if not word.there:
            self._gone.add(word.of)
            self._go()
        elif word.of in self._gone:
            self._gone.discard(word.of)
            self._came()

    def _came(self) -> None:
        self._come()
        # Asked last, so that the last report is the true one.
        self._ask()

    def _ask_now_and_then(self) -> None:
        now = self.monotonic()
        if now - self._asked_at > self._max_silence_s / 8:
            self.ask()

    def _ask(self) -> None:
        self._asked_at = self.monotonic()
        if self._question is not None:
            try:
                self.say(self._question)
            except DeviceUnavailableError:
                # It went in this moment; when it comes back, it is asked again.
                return


def _span(seconds: float) -> str:
    """A span in the unit that a person would use."""
    for unit_s, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.0f} {unit}"
    return f"{seconds:.0f} seconds"
