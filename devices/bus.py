"""The message bus that MQTT-native devices talk over, as a driver sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Heard = Callable[[bytes, bool], None]
"""Called with a message's payload, and whether the broker had kept it from earlier."""


class MessageBus(Protocol):
    """A broker that may come and go. No call waits for it."""

    @property
    def connected(self) -> bool:
        """Whether the broker is there now, as far as is known."""
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Send once, now or never, not retained.

        `DeviceUnavailableError` while the broker is not there. What is lost on its way is lost:
        a command that came late would be a wrong one, so the device's answer is what counts.
        """
        ...

    def subscribe(self, topic: str, heard: Heard) -> None:
        """Call ``heard`` for each message on ``topic``, from the bus's own thread.

        Also after each reconnect, for as long as the bus lives. What ``heard`` raises is logged
        and stops nothing.
        """
        ...

    def follow(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(connected)`` when the broker comes and when it goes.

        From the bus's own thread; when the broker comes, every subscription is under way
        already, so that an answer to what is asked now is heard.
        """
        ...
