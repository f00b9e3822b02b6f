"""What an edge remembers of the time over a power cut: two small files in its data directory."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge.clock import Clock
from edge.clock_evidence import Evidence
from edge.errors import ClockEarlyError
from edge.recording.safe_file import write_safely
from scenes.units import Instant

logger = logging.getLogger(__name__)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody last vouched for the clock, by both clocks, and in which boot of the machine.

    ``steady_s`` counts from that boot.
    """

    at: Instant
    steady_s: float
    boot: str


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """It is certainly later than ``later_than``."""

    later_than: Instant = LONG_AGO
    vouched: Vouched | None = None


class ClockMemory:
    """The files ``clock.json``, the agent's, and ``clock-confirmed.json``, a person's."""

    def __init__(self, directory: Path) -> None:
        self._own = directory / "clock.json"
        self._confirmed = directory / "clock-confirmed.json"

    def read(self) -> Remembered:
        """What was written last; nothing if that can't be read, because the shop goes on."""
        try:
            return msgspec.json.decode(self._own.read_bytes(), type=Remembered)
        except FileNotFoundError:
            return Remembered()
        except (OSError, ValueError) as error:
            logger.warning("%s can't be read: %s", self._own.name, error)
            return Remembered()

    def write(self, remembered: Remembered) -> None:
        """Remember over a power cut; `OSError` when the disk won't."""
        write_safely(self._own, msgspec.json.encode(remembered))

    def confirmation(self) -> Vouched | None:
        """A person's word for the clock, whenever that was."""
        try:
            return msgspec.json.decode(self._confirmed.read_bytes(), type=Vouched)
        except (OSError, ValueError):
            return None

    def confirm(self, evidence: Evidence, clock: Clock) -> datetime:
        """A person says that the machine's clock is right; what it says.

        It counts until the power is cut, at most for `edge.clock_trust.BUDGET`, and a running
        agent believes it within seconds. `ClockEarlyError` when it can't be right, `OSError`
        when the disk takes nothing.
        """
        now = clock.now()
        later_than = self.read().later_than
        if now < later_than:
            raise ClockEarlyError(
                f"this clock says {now:%Y-%m-%d %H:%M} UTC, but it was {later_than:%Y-%m-%d %H:%M} "
                "UTC before: set it first (sudo timedatectl set-time ...)"
            )
        word = Vouched(at=now, steady_s=clock.monotonic(), boot=evidence.boot)
        write_safely(self._confirmed, msgspec.json.encode(word))
        return now
