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
    """Whether one device does what it is told. Not shared between threads."""

    def __init__(self, device: str, told: Told) -> None:
        self.device = device
        self.problem: str | None = None
        self.retry_at: datetime | None = None
        self._told = told
        self._retry_s = FIRST_RETRY_S

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
        first, self.problem = self.problem is None, problem[:500]
        if first:
            logger.error("%s fails and is left out until it answers: %s", self.device, problem)
            self._told(self.device, self.problem)

    def recovered(self) -> None:
        """The device does again what it is told."""
        self.problem = self.retry_at = None
        self._retry_s = FIRST_RETRY_S
        logger.info("%s works again", self.device)
        self._told(self.device, None)
