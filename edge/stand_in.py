"""In the place of a device that can't be opened: says why, and opens it when it can.

A shop with one lamp unplugged still needs all the others. Whoever calls a stand-in is told
`DeviceUnavailableError` with the reason, as of any device that fails, so it is named, left out,
tried again and told back by what does so for all devices; once open, the device does what is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread
from typing import Any, get_type_hints

from devices.catalogue import Driver
from devices.errors import DeviceUnavailableError
from edge.clock import Clock
from edge.closing import close_in_time
from scenes.messages import DeviceKind, Reading

logger = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""So long the start waits for a device: as long as a driver's call may take."""

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0

BASIC = {
    "light": ("shine",),
    "player": ("play", "set_volume", "silence"),
    "diffuser": ("burst", "stop"),
    # What a sensor tells of is asked only once it is open; what it doesn't, it never tells.
    "sensor": ("watch", "watch_passages", "watch_contact", "watch_presses"),
}
MORE = {
    "light": ("glide",),
    "player": ("play_at_song_end", "prepare", "announce", "announcing", "track"),
    "diffuser": (),
    "sensor": (),
}
"""Abilities that not every device of a kind has (`devices.capabilities`)."""


class StandIn:
    """Opens a device with ``make`` on a thread of its own, again and again, until it is open.

    Subclasses have the calls of the device's kind. A call that is made while it isn't open raises
    `DeviceUnavailableError`.
    """

    def __init__(self, name: str, make: Callable[[], Any], clock: Clock) -> None:
        self.device: Any = None
        self._name = name
        self._make = make
        self._clock = clock
        self._condition = Condition()
        self._tried = self._ended = False
        self._error: Exception = DeviceUnavailableError("it has not answered yet")
        self._thread = Thread(target=self._run, name=f"edge-open-{name}", daemon=True)

    def start(self) -> Exception | None:
        """Try; the error if it isn't open now. Waits no longer than a device's call may take."""
        self._thread.start()
        with self._condition:
            self._condition.wait_for(lambda: self._tried, PATIENCE_S)
        return None if self.device is not None else self._error

    def reading(self) -> Reading:
        """What the device does; raises why there is none."""
        reading: Reading = self.opened().reading()
        return reading

    def opened(self) -> Any:  # noqa: ANN401 - a device of any kind
        """The device, or `DeviceUnavailableError` with the reason why there is none."""
        if self.device is None:
            raise DeviceUnavailableError(f"can't be opened: {self._error}")
        return self.device

    def close(self) -> None:
        """Try no more, and close the device if it is open. May be called twice."""
        with self._condition:
            self._ended = True
            self._condition.notify_all()
            device = self.device
        if device is not None:
            close_in_time(self._name, device.close)

    def _run(self) -> None:
        wait_s = FIRST_RETRY_S
        while not self._try():
            with self._condition:
                if not self._ended:
                    self._clock.wait(self._condition, wait_s)
                if self._ended:
                    return
            wait_s = min(wait_s * 2, LONGEST_RETRY_S)

    def _try(self) -> bool:
        try:
            device = self._make()
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, it is tried again
            self._said(error, None)
            return False
        if not self._said(None, device):
            close_in_time(self._name, device.close)
        return True

    def _said(self, error: Exception | None, device: Any) -> bool:  # noqa: ANN401
        """Take what came of a try; False if nobody wants the device any more."""
        with self._condition:
            again, self._tried = self._tried, True
            if error is not None:
                self._error = error
            if not self._ended:
                self.device = device
            self._condition.notify_all()
        if device is not None and again:
            logger.info("%s is open now", self._name)
        return not self._ended


def stand_in(
    name: str, kind: DeviceKind, driver: Driver[Any, Any], make: Callable[[], Any], clock: Clock
) -> StandIn:
    """One that can whatever ``driver``'s devices can, as far as its ``make`` says what it makes."""
    made = _made_by(driver)
    calls = [*BASIC[kind], *(call for call in MORE[kind] if hasattr(made, call))]
    made_up: type[StandIn] = type("StandIn", (StandIn,), {call: _handed_on(call) for call in calls})
    return made_up(name, make, clock)


def _made_by(driver: Driver[Any, Any]) -> object:
    if isinstance(driver.make, type):
        return driver.make
    try:
        return get_type_hints(driver.make).get("return")
    except Exception:  # noqa: BLE001 - a foreign driver's annotations may name anything
        return None


def _handed_on(call: str) -> Callable[..., Any]:
    def hand_on(self: StandIn, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        device = self.opened()
        if call.startswith("watch") and not hasattr(device, call):
            return None
        return getattr(device, call)(*arguments, **named)

    return hand_on
