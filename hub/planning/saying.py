"""Why a slot is on, said anew in the spoken language: a plan itself is in English."""

from __future__ import annotations

from datetime import timedelta

from hub.errors import UnknownZoneError
from hub.planning.planner import Planner
from scenes.language import _, spoken
from scenes.plan import Plan, Slot
from scenes.wishes import FALLBACK_REASON, FALLBACK_SOURCE

_TICK = timedelta(microseconds=1)


def reason_said(planner: Planner, plan: Plan, slot: Slot) -> str:
    """The reason of one of a plan's slots; as the plan has it where that is not to be had anew.

    A reaction and a trigger say theirs when they begin, and nobody knows it better afterwards.
    """
    if spoken() == "en":
        return slot.reason
    if slot.source == FALLBACK_SOURCE:
        return _(FALLBACK_REASON)
    try:
        wishes = planner.wishes(plan.store, plan.zone, slot.start, slot.start + _TICK)
    except UnknownZoneError:
        return slot.reason
    said = (wish.reason for wish in wishes if wish.source == slot.source)
    return next(said, slot.reason)
