"""Calls to a device that may fail: named once, tried again with back-off, its return told once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from devices.errors import DeviceError
from edge.clock import Moment

logger = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0

Told = Callable[[str, str | None], None]
"""Called with a device's id and its problem, or None when it came back."""


class Health:
    """Whether one device does what it is told, and gives readings that can be.

    Not shared between threads, but for `read` and `misread`, which are the player thread's.
    """

    def __init__(self, device: str, told: Told) -> None:
        self.device = device
        self.retry_at: datetime | None = None
        self._told = told
        self._failure: str | None = None
        self._misread: str | None = None
        self._retry_s = FIRST_RETRY_S

    @property
    def problem(self) -> str | None:
        """What is wrong, in words."""
        return self._failure or self._misread

    def waiting(self, moment: Moment) -> bool:
        """Whether the device failed and its next try isn't due yet."""
        return self.retry_at is not None and moment.steady < self.retry_at

    def attempt(self, call: Callable[[], None], moment: Moment) -> bool:
        """Make ``call`` unless it has to wait; whether it was made and went well."""
        if self.waiting(moment):
            return False
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self.failed(error, moment)
            return False
        if self.retry_at is not None:
            self.recovered()
        return True

    def failed(self, error: Exception, moment: Moment) -> None:
        """The device threw ``error`` now."""
        if isinstance(error, DeviceError):
            problem = str(error) or type(error).__name__
        else:
            problem = f"{type(error).__name__}: {error}"
        self.retry_at = moment.steady + timedelta(seconds=self._retry_s)
        self._retry_s = min(self._retry_s * 2, LONGEST_RETRY_S)
        known, self._failure = self.problem is not None, problem[:500]
        if not known:
            logger.error("%s fails and is left out until it answers: %s", self.device, problem)
            self._told(self.device, self._failure)

    def hasten(self, moment: Moment) -> None:
        """The device itself says that it is back: its next try is due."""
        if self.retry_at is not None:
            self.retry_at = min(self.retry_at, moment.steady)

    def recovered(self) -> None:
        """The device does again what it is told."""
        self._failure = self.retry_at = None
        self._retry_s = FIRST_RETRY_S
        self._tell_return()

    def misread(self, problem: str) -> None:
        """The device gave no reading, or one that can't be; what it is told still goes to it."""
        known, self._misread = self.problem is not None, problem[:500]
        if not known:
            logger.error("%s %s", self.device, problem)
            self._told(self.device, self._misread)

    def read(self) -> None:
        """The device gave a reading that can be."""
        if self._misread is not None:
            self._misread = None
            self._tell_return()

    def _tell_return(self) -> None:
        if self.problem is None:
            logger.info("%s works again", self.device)
            self._told(self.device, None)
