"""What the guard keeps safe, told as events: when it begins, and when it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from edge.clock import Moment
from edge.guard_link import CALM, GuardLink, GuardStatus, OutputStatus, Refusal
from edge.recording.safe_file import write_safely
from scenes.messages import Alarm, DeviceInfo
from scenes.units import Instant

logger = logging.getLogger(__name__)

KEPT_AFTER_S = 5.0
"""By then an event is on the disk: what is kept as told must not be told to nobody."""

LOOK_S = 1.0

Cause = Literal["emergency", "calm", "budget", "guard"]


class Kept(msgspec.Struct, frozen=True):
    """One thing that is kept safe, or (``guard``) can't be."""

    cause: Cause
    zone: str | None = None
    device: str | None = None


class Told(msgspec.Struct, frozen=True):
    """What was told as begun and not as ended; a day's end ends by itself at ``until``."""

    kept: Kept
    until: Instant | None = None


class AlarmLog:
    """Compares what the guard says with what was told before; stepped by the player.

    What was told is kept in a small file, so that the agent's restart neither tells a beginning
    twice nor loses an end.
    """

    def __init__(self, guard: GuardLink, devices: Mapping[str, DeviceInfo], path: Path) -> None:
        self.record: Callable[[Alarm], None] = lambda _alarm: None
        self._guard = guard
        self._devices = devices
        self._path = path
        before = _read(path)
        self._told = frozenset(it.kept for it in before)
        self._ends = {it.kept: it.until for it in before if it.until is not None}
        self._content = self._waiting = self._written = self._encoded()
        self._write_at: datetime | None = None
        self._answers: dict[str, tuple[int, Refusal | None]] = {}

    def step(self, moment: Moment) -> datetime | None:
        """Record what began and what ended; when to look again."""
        problem, status = self._guard.problem, self._guard.status
        found: dict[Kept, str] = {} if problem is None else {Kept("guard"): problem}
        if status is not None:
            found |= self._now(status, moment)
        else:
            # Nobody knows yet: what was on is taken to be on.
            found |= {it: "" for it in self._told if it.cause != "guard" or not self._guard.silent}
        for kept in found.keys() - self._told:
            self._tell(kept, found[kept], True, moment)
        for kept in self._told - found.keys():
            self._tell(kept, "", False, moment)
        if self._told != found.keys():
            self._told = frozenset(found)
            self._content = self._encoded()
        return moment.later(LOOK_S)

    def keep(self, moment: Moment) -> datetime | None:
        """Write what was told a while ago, on the disk's thread; `OSError` if it can't be."""
        content = self._content
        if content == self._written:
            return None
        if content != self._waiting or self._write_at is None:
            self._waiting, self._write_at = content, moment.later(KEPT_AFTER_S)
        if moment.steady < self._write_at:
            return self._write_at
        write_safely(self._path, content)
        self._written = content
        return None

    def _now(self, status: GuardStatus, moment: Moment) -> dict[Kept, str]:
        found = {Kept("calm", zone=zone): CALM for zone in status.calm}
        if status.alarm is not None:
            found[Kept("emergency")] = status.alarm
        for name, output in status.outputs.items():
            zone = self._devices[name].zone if name in self._devices else None
            kept = Kept("budget", zone, name)
            self._note(kept, output, moment)
            if kept in self._ends and moment.utc < self._ends[kept]:
                found[kept] = output.refusal.text if output.refusal is not None else ""
        return found

    def _note(self, kept: Kept, output: OutputStatus, moment: Moment) -> None:
        """Take in until when a day is over, by the guard's newest answer to who asked."""
        name, answer = str(kept.device), (output.number, output.refusal)
        before = self._answers.get(name)
        if answer == before:
            return
        self._answers[name] = answer
        if output.refusal is not None and output.refusal.why == "budget":
            self._ends[kept] = moment.utc + timedelta(seconds=output.refusal.wait_s)
        elif before is not None:
            self._ends.pop(kept, None)

    def _encoded(self) -> bytes:
        told = [Told(it, self._ends.get(it)) for it in sorted(self._told, key=repr)]
        return msgspec.json.encode(told)

    def _tell(self, kept: Kept, text: str, active: bool, moment: Moment) -> None:
        self.record(
            Alarm(
                seq=1,
                at=moment.utc,
                zone=kept.zone,
                device=kept.device,
                cause=kept.cause,
                active=active,
                text=text[:500],
            )
        )


def _read(path: Path) -> list[Told]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Told])
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        logger.warning("%s can't be read, and what is on is told again: %s", path.name, error)
        return []
