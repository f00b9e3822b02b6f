"""What the player asks of a diffuser: it runs only with the guard's leave."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from devices.capabilities import Diffuser
from devices.errors import DeviceRefusedError


class Grant(Enum):
    """What has become of a burst that was asked for."""

    ASKED = "asked"
    RUNNING = "running"
    OVER = "over"


class NotNowError(DeviceRefusedError):
    """The guard gives no burst now, and nothing is wrong; ``wait_s`` says when to ask again."""

    code = "device.not-now"

    def __init__(self, text: str, wait_s: float) -> None:
        super().__init__(text)
        self.wait_s = wait_s


class GrantedDiffuser(Diffuser, Protocol):
    """A diffuser whose bursts are asked for; ``burst`` returns at once, `tend` tells the rest."""

    def tend(self) -> Grant:
        """Renew the burst that was asked for; call it every 100 ms while it is wanted.

        Raises `NotNowError`, or another `DeviceError` for what somebody has to mend.
        """
        ...

    def why_not(self) -> str | None:
        """Why a burst would not be given now, as far as is known."""
        ...

    def refill(self) -> None:
        """It has a new cartridge."""
        ...
