"""One moment of a zone explained: who asked for what, what was reported, what happened around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.audit import Change
from hub.parts import HubParts
from hub.people.rights import Right
from hub.people.who import NOBODY, Who
from hub.planning.planner import PlannedZone
from hub.planning.why import why_at
from hub.web.history.differences import told_again
from hub.web.history.reading import changes, told
from hub.web.history.reports import Report, reports
from hub.web.history.telling import Teller
from hub.web.history.timeline import Entry, Filters, changed, happened, newest_first
from hub.web.history.view import store_names
from hub.web.looks import Look, layer_look, scene_look
from hub.web.rendering import sentence
from hub.web.words import clock_words, date_words, day_words, moment_words
from scenes.errors import OutsidePlanError
from scenes.explain import Claim
from scenes.language import _
from scenes.plan import Plan
from scenes.rules import Layer
from scenes.scene import Scene
from scenes.wall_time import local_day

AROUND = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """Somebody's wish; ``lost`` says why it is not this one."""

    look: Look
    layer: Look
    reason: str
    when: str
    lost: str
    wins: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """What the template of a moment shows."""

    store: str
    zone: str
    zone_name: str
    at: datetime
    clock: str
    day_words: str
    day_long: str
    local: str
    ahead: bool
    claims: tuple[ClaimLine, ...]
    adjusted: str
    note: str
    problem: str
    reports: tuple[Report, ...]
    around: tuple[Entry, ...]
    steps: tuple[tuple[str, datetime], ...]
    day: str


def explained(hub: HubParts, planned: PlannedZone, at: datetime, who: Who = NOBODY) -> Explained:
    """A moment of a zone; `PlanRangeError` beyond the years that plans know.

    What was changed around it is the history, which is told to who may review the store.
    """
    store, now = planned.store, hub.now()
    teller = Teller(store_names(hub, store), now, store.tz)
    claims: tuple[Claim, ...] = ()
    note = problem = adjusted = ""
    try:
        why = why_at(hub.planner, planned, at, now)
        claims, note, adjusted = why.claims, why.note, why.adjusted
    except OutsidePlanError as error:
        problem = sentence(str(error))
    wanted = _recipe(hub, planned, at, now)
    local = at.astimezone(store.tz)
    today = local_day(now, store.tz)
    minutes = (-60, -10, -1, 1, 10, 60)
    return Explained(
        store=store.id,
        zone=planned.zone.id,
        zone_name=planned.zone.name,
        at=at,
        clock=f"{local:%H:%M:%S}" if local.second else clock_words(at, store.tz),
        day_words=day_words(local.date(), today),
        day_long=date_words(local.date()),
        local=f"{local:%Y-%m-%dT%H:%M}",
        ahead=at > now,
        claims=tuple(_claim(claim, teller) for claim in claims),
        adjusted=adjusted,
        note=note,
        problem=problem,
        reports=tuple(reports(hub, planned, at, wanted, teller)) if at <= now else (),
        around=_around(hub, planned, at, teller, who),
        steps=tuple((_step_words(each), at + timedelta(minutes=each)) for each in minutes),
        day=local.date().isoformat(),
    )


def _claim(claim: Claim, teller: Teller) -> ClaimLine:
    name = teller.names.scene(claim.scene)
    return ClaimLine(
        look=scene_look(claim.scene, name),
        layer=layer_look(claim.layer),
        reason=claim.reason,
        when=_when(claim, teller),
        lost=claim.lost,
        wins=claim.wins,
    )


def _when(claim: Claim, teller: Teller) -> str:
    # Of what is planned for never, a plan's edges say nothing.
    if claim.start is None or claim.end is None or claim.layer is Layer.FALLBACK:
        return ""
    start, end = (moment_words(each, teller.now, teller.tz) for each in (claim.start, claim.end))
    return _("from {start} to {end}").format(start=start, end=end)


def _recipe(hub: HubParts, planned: PlannedZone, at: datetime, now: datetime) -> Scene | None:
    """What the plan of then asked for."""
    plan: Plan | None = planned.plan if at >= now else hub.planner.plan_in_force(*planned.key, at)
    if plan is None:
        return None
    inside = min(max(at, plan.slots[0].start), plan.slots[-1].start)
    return plan.recipe(plan.index_at(inside))


def _around(
    hub: HubParts, planned: PlannedZone, at: datetime, teller: Teller, who: Who
) -> tuple[Entry, ...]:
    store = planned.store.id
    start, end = at - AROUND, at + AROUND
    with hub.engine.connect() as connection:
        audit: Sequence[Change] = ()
        if who.may(Right.REVIEW, store):
            audit = changes(connection, store, start, end, who)
            audit = told_again(connection, audit, lambda: store_names(hub, planned.store))
        events = told(connection, store, start, end)
    filters = Filters(zone=planned.zone.id)
    entries = [*changed(audit, teller), *happened(events, teller)]
    return tuple(newest_first(entry for entry in entries if filters.shows(entry)))


def _step_words(minutes: int) -> str:
    if abs(minutes) == 60:
        return _("1 h later") if minutes > 0 else _("1 h earlier")
    words = _("{n} min later") if minutes > 0 else _("{n} min earlier")
    return words.format(n=abs(minutes))
