"""The message bus that MQTT-native devices talk over, as a driver sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class MessageBus(Protocol):
    """A broker that may come and go. No call waits for it."""

    @property
    def connected(self) -> bool:
        """Whether the broker is there now, as far as is known."""
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Send once, not retained. `DeviceUnavailableError` while the broker is not there."""
        ...

    def subscribe(self, topic: str, heard: Callable[[bytes], None]) -> None:
        """Call ``heard(payload)`` for each message on ``topic``, from the bus's own thread.

        Also after each reconnect, for as long as the bus lives. What ``heard`` raises is logged
        and stops nothing.
        """
        ...
