"""What the guard keeps safe, told as events: when it begins, and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from edge.clock import Moment
from edge.guard_link import CALM, GuardLink, GuardStatus
from scenes.messages import Alarm, DeviceInfo

Cause = Literal["emergency", "calm", "budget"]


@dataclass(frozen=True, slots=True)
class _Kept:
    """One thing that is kept safe."""

    cause: Cause
    zone: str | None = None
    device: str | None = None


class AlarmLog:
    """Compares what the guard says with what it said before; stepped by the player."""

    def __init__(
        self, guard: GuardLink, devices: Mapping[str, DeviceInfo], record: Callable[[Alarm], None]
    ) -> None:
        self._guard = guard
        self._devices = devices
        self._record = record
        self._seen: GuardStatus | None = None
        self._kept: dict[_Kept, str] = {}

    def step(self, moment: Moment) -> datetime | None:
        """Record what began and what ended."""
        status = self._guard.status
        if status is None or status is self._seen:
            return None
        self._seen = status
        before, self._kept = self._kept, self._now(status)
        for kept in self._kept.keys() - before.keys():
            self._tell(kept, self._kept[kept], True, moment)
        for kept in before.keys() - self._kept.keys():
            self._tell(kept, "", False, moment)
        return None

    def _now(self, status: GuardStatus) -> dict[_Kept, str]:
        found = {_Kept("calm", zone=zone): CALM for zone in status.calm}
        if status.alarm is not None:
            found[_Kept("emergency")] = status.alarm
        for name, output in status.outputs.items():
            if output.refusal is not None and output.refusal.why == "budget":
                zone = self._devices[name].zone if name in self._devices else None
                found[_Kept("budget", zone, name)] = output.refusal.text
        return found

    def _tell(self, kept: _Kept, text: str, active: bool, moment: Moment) -> None:
        self._record(
            Alarm(
                seq=1,
                at=moment.utc,
                zone=kept.zone,
                device=kept.device,
                cause=kept.cause,
                active=active,
                text=text,
            )
        )
