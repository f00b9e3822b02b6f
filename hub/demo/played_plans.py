"""The plans by which the demo's history played, so that each of its moments can be explained.

A zone gets one plan over all its weeks, as its first: the hub's own plans go on after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.demo.drawing import HISTORY_EPOCH, HISTORY_REVISION, HISTORY_SOURCE, Draw
from hub.demo.schedule import LAST_HOUR
from hub.demo.truth import STORE
from hub.scene_library import starter_scenes
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.wall_time import instant_of
from scenes.wishes import FALLBACK_REASON, FALLBACK_SOURCE

# Said to people by `hub.planning.saying.run_said`.
_REASON = "The demo’s made-up history, drawn by the dice"
_FALLBACK = "closed"


def played_plan(draw: Draw, zone: str) -> Plan:
    """What ``zone`` was to play on all days of the history, and who wanted it."""
    slots = tuple(_slots(draw, zone))
    library = starter_scenes()
    return Plan(
        store=STORE,
        zone=zone,
        epoch=HISTORY_EPOCH,
        revision=HISTORY_REVISION,
        compiled_at=slots[0].start,
        slots=slots,
        until=_midnight(draw),
        scenes={scene: library[scene] for scene in sorted({slot.scene for slot in slots})},
        time_zone=draw.tz.key,
    )


def _slots(draw: Draw, zone: str) -> Iterator[Slot]:
    for day in draw.days():
        for hours in draw.schedule.day(zone, day.number, day.day.weekday()):
            yield Slot(
                start=instant_of(day.day, f"{hours.start:02}:00", draw.tz),
                scene=hours.scene,
                layer=Layer.RULE,
                reason=_REASON,
                source=HISTORY_SOURCE,
            )
        yield Slot(
            start=instant_of(day.day, f"{LAST_HOUR:02}:00", draw.tz),
            scene=_FALLBACK,
            layer=Layer.FALLBACK,
            reason=FALLBACK_REASON,
            source=FALLBACK_SOURCE,
        )


def _midnight(draw: Draw) -> datetime:
    """When the last day of the history is over."""
    last = draw.days()[-1].day
    return instant_of(last + timedelta(days=1), "00:00", draw.tz)
