"""Whether a device does what its scene asks: yes, not yet, or no."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import msgspec

from edge.playing.health import Health
from scenes.messages import Reading


class Agreement(Enum):
    """``SETTLING`` is a device that was told a moment ago and may still be on its way."""

    YES = "yes"
    SETTLING = "settling"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Observation:
    """One device's reading, and whether that is what the scene asks."""

    device: str
    reading: Reading
    agreement: Agreement


Judge = Callable[[Reading], Agreement]
"""Whether a reading is what the scene asks; not asked of a device that is known to fail."""


def observe(name: str, read: Callable[[], Reading], health: Health, judge: Judge) -> Observation:
    """Read a device without trusting it: a driver that throws or fibs has a problem, no more."""
    problem, reading = take(read)
    if problem is None:
        health.read()
    else:
        health.misread(problem)
    problem = health.problem or reading.problem
    if problem is None:
        return Observation(name, reading, judge(reading))
    if problem != reading.problem:
        reading = msgspec.structs.replace(reading, problem=problem[:500])
    return Observation(name, reading, Agreement.NO)


def take(read: Callable[[], object]) -> tuple[str | None, Reading]:
    """A reading that a driver may have made up; if it can't be one, why, in words."""
    try:
        reading = read()
    except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
        return _nothing(f"gives no reading: {error}")
    if not isinstance(reading, Reading):
        return _nothing(f"gives {reading!r:.100}, which is no reading")
    values = msgspec.structs.asdict(reading)
    try:
        msgspec.convert(values, Reading)
    except msgspec.ValidationError as error:
        return _nothing(f"gives a reading that can't be: {error}")
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            return _nothing(f"gives a reading that can't be: {name} is {value}")
    return None, reading


def _nothing(problem: str) -> tuple[str, Reading]:
    return problem, Reading(problem=problem[:500])
