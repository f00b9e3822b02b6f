"""The last plan of a zone that left the shop file."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.planning.base import cut
from hub.planning.revisions import followed, without_the_shortest
from hub.shop import Shop
from scenes.compiler import join_slots, recipes
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.units import LATEST

SOURCE = "no-zone"
_MOST_PAST_SLOTS = 48


def farewell(last: Plan, before: Shop, epoch: int, now: datetime) -> Plan:
    """What follows ``last`` in a zone that nobody plans for any more: its fallback, for good.

    ``before`` is the shop that still may have had it. A plan that is a farewell already stays.
    """
    if last.slots[-1].source == SOURCE:
        return last
    slot = Slot(
        start=now,
        scene=_fallback(last, before, now),
        layer=Layer.FALLBACK,
        reason="The zone is no longer in the shop file: its fallback scene",
        source=SOURCE,
    )
    past = cut(last.slots, last.slots[0].start, min(now, last.until))
    past = without_the_shortest(past, _MOST_PAST_SLOTS)
    slots = join_slots(past, (slot,))
    return Plan(
        store=last.store,
        zone=last.zone,
        epoch=epoch,
        revision=last.revision + 1,
        compiled_at=now,
        slots=slots,
        until=LATEST - timedelta(days=1),
        scenes=recipes(slots, {**before.scenes, **last.scenes}),
        follows=followed(last, epoch),
    )


def _fallback(last: Plan, before: Shop, now: datetime) -> str:
    """As the shop said; of a zone that left long ago, as its plan did, or else what plays."""
    for store, zone in before.zones():
        if (store.id, zone.id) == (last.store, last.zone):
            return zone.fallback
    fallbacks = [slot.scene for slot in last.slots if slot.layer is Layer.FALLBACK]
    begun = [slot.scene for slot in last.slots if slot.start <= now]
    return (fallbacks or begun or [last.slots[0].scene])[-1]
