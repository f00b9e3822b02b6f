"""Why a slot is on, said anew in the spoken language: a plan itself is in English."""

from __future__ import annotations

from datetime import timedelta

from hub.errors import UnknownZoneError
from hub.planning.planner import Planner
from hub.retelling import Retelling
from scenes.language import N_, _, spoken
from scenes.plan import Plan, Slot
from scenes.wishes import FALLBACK_REASON, FALLBACK_SOURCE

run_said = Retelling(
    (
        FALLBACK_REASON,
        N_("The demo’s made-up history, drawn by the dice"),
        N_("{name} asks for it"),
        N_("{name}: {measured} for {span} (limit {limit})"),
        N_("{name}: {measured} (limit {limit})"),
        N_("Crowded"),
        N_("Somebody waits"),
        N_("Loud"),
        N_("{level} dB(A)"),
        ("{n} person", "{n} people"),
        N_("{amount} people"),
        N_("{time} second"),
        N_("{time} seconds"),
        N_("{time} minute"),
        N_("{time} minutes"),
        N_("{time} hour"),
        N_("{time} hours"),
    )
)
"""The reason of a reaction's or a trigger's run in the spoken language; see `hub.reactions.words`.

Also that of the demo's history, and of a fallback whose plan alone is on record.

A name that somebody gave stays as it is.
"""

_TICK = timedelta(microseconds=1)


def reason_said(planner: Planner, plan: Plan, slot: Slot) -> str:
    """The reason of one of a plan's slots; as the plan has it where that is not to be had anew.

    A reaction and a trigger say theirs when they begin; that is kept, and told again.
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
    return run_said(next(said, slot.reason))
