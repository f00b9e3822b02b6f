"""Who is in a zone, as far as its sensors say: never more than they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.web.now.devices import Device
from scenes.language import _, ngettext


@dataclass(frozen=True, slots=True)
class People:
    """``words`` say who is there; ``since`` is when somebody was seen last, for an age that ticks.

    ``kind`` is ``unknown`` where no sensor is, or all are silent.
    """

    kind: Literal["some", "none", "unknown"]
    words: str
    since: datetime | None = None


def people(devices: Sequence[Device], counted: int | None) -> People:
    """``counted`` is how many are inside by who passed, where that is counted."""
    sensors = [each for each in devices if each.state.kind == "sensor" and _sees_people(each)]
    if not sensors:
        return People("unknown", _("No sensor"))
    awake = [each for each in sensors if not each.silent and each.state.reading.problem is None]
    if not awake:
        return People(
            "unknown", ngettext("The sensor is silent", "The sensors are silent", len(sensors))
        )
    # Whoever passed a silent sensor is missing in the count.
    if counted is not None and len(awake) == len(sensors):
        return _counted(counted)
    if any(each.state.reading.present for each in awake):
        return People("some", _("Somebody is here"))
    seen = [each.seen_at for each in awake if each.seen_at is not None]
    if not seen:
        return People("none", _("Nobody is seen"))
    return People("none", _("Nobody for"), max(seen))


def _counted(inside: int) -> People:
    if inside == 0:
        return People("none", _("Nobody"))
    return People("some", ngettext("{n} person", "{n} people", inside).format(n=inside))


def _sees_people(sensor: Device) -> bool:
    reading = sensor.state.reading
    if reading.open is not None or reading.pressed is not None:
        return False
    return reading.present is not None or reading.problem is not None
