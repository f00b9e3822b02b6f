"""Zones as people look at them: one source for REST and for the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.api.choice_tags import nudge_tag, zone_tag
from hub.api.models import (
    AdjustmentTags,
    AdjustmentView,
    Desired,
    Ends,
    InForce,
    Next,
    OverrideView,
    PlanView,
    ReportedView,
    ShortAudition,
    SlotView,
    StoreChoiceView,
    ZoneView,
)
from hub.library_names import scene_name
from hub.office import held_back
from hub.parts import HubParts
from hub.planning.asked import UNTIL_ENDED
from hub.planning.planner import PlannedZone
from hub.planning.saying import reason_said
from hub.reported import Followed, Problem, ReportedZone
from scenes.adjustment import AS_IT_SAYS, SENSES, Adjustment
from scenes.audition import AUDITION, AUDITION_PREFIX, Audition
from scenes.language import _
from scenes.nudge import KINDS, nudge_words
from scenes.plan import Plan, Slot
from scenes.rules import Layer, Override
from scenes.wall_time import local_day

__all__ = [
    "Desired",
    "Next",
    "OverrideView",
    "PlanView",
    "ReportedView",
    "SlotView",
    "ZoneView",
    "adjustment_views",
    "plan_view",
    "store_choice_view",
    "zone_view",
    "zone_views",
]

_PATIENCE = timedelta(seconds=10)
"""How long an edge that speaks may take to say that it has a new plan."""
_log = logging.getLogger(__name__)


def zone_views(hub: HubParts, store: str | None = None) -> list[ZoneView]:
    """Every zone (of one store), in the shop file's order."""
    reported = hub.reported.zones()
    now = hub.now()
    return [
        _zone_view(hub, planned, reported.get((planned.store.id, planned.zone.id)), now)
        for planned in hub.planner.zones()
        if store is None or planned.store.id == store
    ]


def zone_view(hub: HubParts, planned: PlannedZone) -> ZoneView:
    """One zone."""
    reported = hub.reported.zone(planned.store.id, planned.zone.id)
    return _zone_view(hub, planned, reported, hub.now())


def plan_view(planned: PlannedZone, start: datetime, end: datetime) -> PlanView:
    """A zone's slots within [start, end)."""
    plan = planned.plan
    slots = []
    for index, slot in enumerate(plan.slots):
        since, until = max(slot.start, start), min(plan.end_of(index), end)
        if since < until:
            slots.append(_slot_view(plan, slot, since, until))
    return PlanView(
        store=plan.store,
        zone=plan.zone,
        name=planned.zone.name,
        time_zone=planned.store.time_zone,
        epoch=plan.epoch,
        revision=plan.revision,
        compiled_at=plan.compiled_at,
        planned_until=plan.until,
        slots=slots,
    )


def store_choice_view(hub: HubParts, store: str, layer: Layer) -> StoreChoiceView | None:
    """A store's quiet hour or emergency, if it holds."""
    whole = hub.planner.store_choice(store, layer)
    if whole is None:
        return None
    return StoreChoiceView(
        store=store,
        layer=layer,
        scene=whole.scene,
        scene_name=_scene_name(hub, whole.scene),
        start=whole.start,
        end=whole.end if whole.end < UNTIL_ENDED else None,
        author=whole.author,
        reason=whole.reason,
    )


def _zone_view(
    hub: HubParts, planned: PlannedZone, reported: ReportedZone | None, now: datetime
) -> ZoneView:
    plan, store = planned.plan, planned.store
    # A clock that stands outside the plan (set back, or a hub that slept) sees its nearest slot.
    instant = min(max(now, plan.slots[0].start), plan.slots[-1].start)
    return ZoneView(
        store=store.id,
        store_name=store.name,
        time_zone=store.time_zone,
        zone=planned.zone.id,
        name=planned.zone.name,
        desired=_desired(hub, plan, plan.index_at(instant), now),
        reported=_reported_or_gap(hub, planned, reported, now) if reported else None,
        next=_next(hub, plan.next_change(instant)),
        override=_override_view(hub, planned.override_at(now)),
        tag=zone_tag(planned),
        adjustments=adjustment_views(planned, now),
        in_force=_in_force(plan.at(instant).adjust or AS_IT_SAYS),
        adjustment_tags=AdjustmentTags(**{sense: nudge_tag(planned, sense) for sense in SENSES}),
        audition=_audition(planned.audition_at(now)),
    )


def _desired(hub: HubParts, plan: Plan, index: int, now: datetime) -> Desired:
    slot = plan.slots[index]
    # A nudge cuts a slot, but the scene goes on.
    since, until = plan.claim_of(index)
    return Desired(
        scene=slot.scene,
        scene_name=_name_in(hub, plan, slot.scene),
        since=since,
        until=until,
        ends=_ends(plan, index),
        layer=slot.layer,
        reason=reason_said(hub.planner, plan, slot),
        author=slot.author,
        age_s=max(0.0, (now - since).total_seconds()),
    )


def adjustment_views(planned: PlannedZone, now: datetime) -> list[AdjustmentView]:
    """What people nudged in a zone and holds, each in words."""
    held = (planned.nudge_at(kind, now) for kind in KINDS)
    return [
        AdjustmentView(
            kind=nudge.kind,
            percent=nudge.percent,
            start=nudge.start,
            end=nudge.end,
            author=nudge.author,
            why=nudge.why,
            reason=nudge.reason,
            words=nudge_words(nudge, planned.store.tz),
        )
        for nudge in held
        if nudge is not None
    ]


def _in_force(adjustment: Adjustment) -> InForce:
    return InForce(light=adjustment.light, volume=adjustment.volume, scent=adjustment.scent)


def _audition(audition: Audition | None) -> ShortAudition | None:
    if audition is None:
        return None
    return ShortAudition(
        of=audition.of,
        name=audition.recipe.name.removeprefix(AUDITION_PREFIX),
        end=audition.end,
        author=audition.author,
    )


def _ends(plan: Plan, index: int) -> Ends:
    """An emergency's slot and the last one end with the plan, which is nobody's end."""
    layer = plan.slots[index].layer
    if layer is Layer.EMERGENCY:
        return "by-a-person"
    if layer is Layer.REACTION:
        return "at-the-latest"
    return "not-planned" if plan.claim_of(index)[1] == plan.until else "by-itself"


def _next(hub: HubParts, slot: Slot | None) -> Next | None:
    if slot is None:
        return None
    return Next(
        scene=slot.scene,
        scene_name=_scene_name(hub, slot.scene),
        at=slot.start,
        layer=slot.layer,
        reason=slot.reason,
    )


def _override_view(hub: HubParts, override: Override | None) -> OverrideView | None:
    if override is None:
        return None
    return OverrideView(
        id=override.id,
        scene=override.scene,
        scene_name=_scene_name(hub, override.scene),
        start=override.start,
        end=override.end,
        author=override.author,
        why=override.why,
        reason=override.reason,
    )


def _reported_or_gap(
    hub: HubParts, planned: PlannedZone, reported: ReportedZone, now: datetime
) -> ReportedView:
    """What is reported; one edge's nonsense must not take all the other zones from the screen."""
    try:
        return _reported_view(hub, planned, reported, now)
    except Exception:  # noqa: BLE001
        edges = ", ".join(reported.edges)
        _log.exception("what %s reported of %s can't be shown", edges, planned.zone.id)
        return ReportedView(
            scene=None,
            scene_name=None,
            since=None,
            until=None,
            layer=None,
            reason="",
            at=reported.at,
            age_s=reported.age_s,
            stale=reported.stale,
            confirmed=False,
            fading=False,
            adjust=None,
            problems=[
                _("What {edges} reported can't be shown; the hub's log says why").format(
                    edges=edges
                )
            ],
            edges=list(reported.edges),
        )


def _reported_view(
    hub: HubParts, planned: PlannedZone, reported: ReportedZone, now: datetime
) -> ReportedView:
    state = reported.state
    strangers = list(_strangers(hub, planned, reported.follows))
    problems = [
        _in_words(problem, now, planned.store.tz) for problem in (*reported.problems, *strangers)
    ]
    scene = state.scene if state else None
    return ReportedView(
        scene=scene,
        scene_name=_name_in(hub, planned.plan, scene) if scene else None,
        since=state.since if state else None,
        until=state.until if state else None,
        layer=state.layer if state else None,
        reason=state.reason if state else "",
        at=reported.at,
        age_s=reported.age_s,
        stale=reported.stale,
        # The same scene by somebody else's plan is luck: the next change will tell.
        confirmed=reported.confirmed and not strangers,
        fading=reported.fading,
        adjust=_in_force(state.adjust) if state and state.adjust else None,
        problems=problems,
        edges=list(reported.edges),
    )


def _strangers(
    hub: HubParts, planned: PlannedZone, follows: Sequence[Followed]
) -> Iterator[Problem]:
    rival = hub.office.stand.contested.get(planned.key)
    if rival is not None:
        yield Problem(held_back(rival))
    else:
        yield from _with_another_plan(planned.plan, follows)


def _with_another_plan(plan: Plan, follows: Sequence[Followed]) -> Iterator[Problem]:
    """The edges that follow another plan than ``plan``, although they had the time to take it."""
    for followed in follows:
        if followed.order > plan.order:
            yield Problem(
                _(
                    "{edge} follows a newer plan than this hub's and refuses ours: "
                    "another hub plans here, or this database was set back"
                ).format(edge=followed.edge)
            )
        elif followed.order < plan.order and followed.said_at > plan.compiled_at + _PATIENCE:
            said = _("{edge} has not taken this hub's plan").format(edge=followed.edge)
            yield Problem(said, plan.compiled_at)


def _slot_view(plan: Plan, slot: Slot, since: datetime, until: datetime) -> SlotView:
    return SlotView(
        since=since,
        until=until,
        scene=slot.scene,
        scene_name=scene_name(slot.scene, plan.scenes[slot.scene].name),
        layer=slot.layer,
        reason=slot.reason,
        source=slot.source,
        author=slot.author,
        block=slot.block,
        adjust=_in_force(slot.adjust) if slot.adjust else None,
        adjust_reason=slot.adjust_reason,
    )


def _scene_name(hub: HubParts, scene_id: str) -> str:
    scene = hub.planner.shop.scenes.get(scene_id)
    return scene_name(scene.id, scene.name) if scene else scene_id


def _name_in(hub: HubParts, plan: Plan, scene_id: str) -> str:
    """A recipe that is auditioned is in no library, but in the plan."""
    recipe = plan.scenes.get(scene_id) if scene_id == AUDITION else None
    return recipe.name if recipe else _scene_name(hub, scene_id)


def _in_words(problem: Problem, now: datetime, tz: ZoneInfo) -> str:
    if problem.since is None:
        return problem.text
    local = problem.since.astimezone(tz)
    today = local_day(now, tz) == local.date()
    time = f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"
    return _("{problem} since {time}").format(problem=problem.text, time=time)
