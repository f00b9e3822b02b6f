"""Why a zone plays what it plays: every claim to one instant, past, present or to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from hub.errors import PlanRangeError
from hub.moments import moment
from hub.planning.planner import PlannedZone, Planner
from hub.planning.saying import run_said
from scenes.errors import OutsidePlanError
from scenes.explain import Claim, explain
from scenes.language import _, spoken
from scenes.nudge import KINDS, adjustment_words
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.schedule import Schedule
from scenes.units import EARLIEST, LATEST

_TICK = timedelta(microseconds=1)
_MARGIN = timedelta(days=400)

Basis = Literal["plan", "record", "draft"]


@dataclass(frozen=True, slots=True)
class Why:
    """The claims, the strongest first, and what they are known from.

    ``plan``: compiled now, as the published plan is. ``record``: the plan that was in force then;
    who lost is worked out, where the schedule and choices on record lead to the same winner.
    ``draft``: as if the draft were deployed now. ``note`` says it in a sentence. ``adjusted`` is
    what people made of the winner's scene, who did and why: "20 % quieter until 18:00, Kim: too
    loud"; empty where nobody did.
    """

    claims: tuple[Claim, ...]
    basis: Basis
    note: str
    adjusted: str = ""


def why_at(
    planner: Planner,
    planned: PlannedZone,
    instant: datetime,
    now: datetime,
    draft: Schedule | None = None,
) -> Why:
    """Who asks for what at ``instant``. ``draft`` stands in place of what is deployed.

    `PlanRangeError` beyond the years that plans know, `OutsidePlanError` before the first plan that
    is kept.
    """
    if not EARLIEST + _MARGIN <= instant < LATEST - _MARGIN:
        raise PlanRangeError(_("no plan reaches to {time}").format(time=instant.isoformat()))
    if instant < now and draft is None:
        return _recorded(planner, planned, instant, now)
    store, zone = planned.key
    wishes = planner.wishes(store, zone, instant, instant + _TICK, draft)
    claims = _told(explain(wishes, planned.zone.fallback, instant).claims)
    adjusted = _adjusted(planned, claims[0], instant)
    if draft is not None:
        note = _("As if the draft were deployed now, with the choices of today")
        return Why(claims, "draft", note, adjusted)
    return Why(claims, "plan", _("As the plan says now"), adjusted)


def _adjusted(planned: PlannedZone, winner: Claim, instant: datetime) -> str:
    nudges = (planned.nudge_at(kind, instant) for kind in KINDS)
    holding = [nudge for nudge in nudges if nudge]
    return adjustment_words(winner.layer, winner.source, holding, planned.store.tz)


def _recorded(planner: Planner, planned: PlannedZone, instant: datetime, now: datetime) -> Why:
    plan = planner.plan_in_force(*planned.key, instant)
    when = moment(instant, now, planned.store.tz)
    if plan is None:
        raise OutsidePlanError(
            _(
                "no plan of {zone} is on record for {when}: it had none yet, or that is "
                "longer ago than plans are kept"
            ).format(zone=planned.zone.name, when=when)
        )
    # A plan that was over by then was the last that anybody had.
    index = plan.index_at(min(max(instant, plan.slots[0].start), plan.slots[-1].start))
    winner = _claim(plan, index)
    then = _claims_then(planner, planned, winner, instant)
    if then is None:
        note = _(
            "From plan {revision}, which was in force at {when}; "
            "what else was wished for then is not kept"
        )
    else:
        note = _(
            "From plan {revision}, which was in force at {when}; "
            "what else was wished for is by the schedule and the choices of then"
        )
    note = note.format(revision=plan.revision, when=when)
    adjusted = _adjusted_then(planner, planned, plan.slots[index], instant)
    alone = msgspec.structs.replace(winner, reason=run_said(winner.reason))
    return Why(then or (alone,), "record", note, adjusted)


def _adjusted_then(planner: Planner, planned: PlannedZone, slot: Slot, instant: datetime) -> str:
    """The plan's own words, which are English; in another language by the nudges on record."""
    if not slot.adjust_reason or spoken() == "en":
        return slot.adjust_reason
    nudges = planner.nudges_then(*planned.key, instant)
    said = adjustment_words(slot.layer, slot.source, nudges, planned.store.tz)
    return said or slot.adjust_reason


def _claims_then(
    planner: Planner, planned: PlannedZone, winner: Claim, instant: datetime
) -> tuple[Claim, ...] | None:
    """Who asked for what then; None where the record doesn't lead to who won."""
    wishes = planner.wishes_then(planned, instant)
    if wishes is None:
        return None
    claims = _told(explain(wishes, planned.zone.fallback, instant).claims)
    first = claims[0]
    same = (first.layer, first.scene, first.source) == (winner.layer, winner.scene, winner.source)
    if not same:
        return None
    # A plan is in English; what is worked out now is in the reader's language.
    reason = winner.reason if spoken() == "en" else first.reason
    return (msgspec.structs.replace(winner, reason=reason), *claims[1:])


def _told(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """With the reasons of reactions and triggers, which are kept in English, told again."""
    return tuple(
        msgspec.structs.replace(claim, reason=run_said(claim.reason))
        if claim.layer is Layer.REACTION
        else claim
        for claim in claims
    )


def _claim(plan: Plan, index: int) -> Claim:
    slot = plan.slots[index]
    start, end = plan.claim_of(index)
    return Claim(
        layer=slot.layer,
        scene=slot.scene,
        source=slot.source,
        reason=slot.reason,
        wins=True,
        author=slot.author,
        start=start,
        end=end,
    )
