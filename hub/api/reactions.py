"""How reactions stand, and measurements of other systems."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path

from hub.api.access import needs, open_to_all
from hub.api.bearer import Caller
from hub.api.errors import documented
from hub.api.models import SLUG_PATTERN
from hub.api.reaction_models import (
    MeasuredView,
    MeasurementReply,
    MeasurementRequest,
    ReactionView,
)
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.reactions import words
from hub.reactions.outside import FRESH_S, Told
from hub.reactions.watched import Watched
from scenes.reaction import phase, rests_until

router = APIRouter(tags=["reactions"])

SlugInPath = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64)]


@router.get(
    "/stores/{store}/reactions", responses=documented(404), dependencies=[Depends(needs(Right.SEE))]
)
def list_reactions(hub: HubPartsDep, store: SlugInPath) -> list[ReactionView]:
    """Every reaction of a store in each of its zones: where it stands, and what it goes by."""
    tz, now = hub.planner.store(store).tz, hub.now()
    return [_view(hub, watched, now, tz) for watched in hub.reactions.of_store(store)]


@router.post(
    "/zones/{zone}/measurements",
    responses=documented(401, 403, 404, 409, 429),
    dependencies=[Depends(open_to_all)],
)
def add_measurement(
    hub: HubPartsDep, zone: SlugInPath, caller: Caller, said: MeasurementRequest
) -> MeasurementReply:
    """What a counter, a camera or a sound meter of another make measured in a zone just now.

    Of the integration's own store. For up to 60 seconds it stands in place of what the zone's own
    sensors say. It is kept in memory alone.
    """
    hub.triggers.may_measure(caller, zone, said.values())
    hub.office.require()
    now = hub.now()
    at = now - timedelta(seconds=said.age_s)
    for measure, value in said.values().items():
        hub.outside.tell(caller.store, zone, measure, Told(value, at, caller.name), now)
    return MeasurementReply(counts_for_s=max(0.0, FRESH_S - said.age_s))


def _view(hub: HubParts, watched: Watched, now: datetime, tz: ZoneInfo) -> ReactionView:
    reaction, state = watched.reaction, watched.state
    scene = hub.planner.shop.scenes.get(reaction.scene)
    standing = phase(reaction, state, now)
    since = {
        "building": state.above_since,
        "at-work": state.began_at,
        "calming": state.calm_since,
        "resting": state.ended_at,
    }
    until = rests_until(reaction, state, now)
    if state.began_at is not None:
        until = state.began_at + timedelta(seconds=reaction.longest_s)
    known = watched.measured is not None and watched.measured.at_least is not None
    return ReactionView(
        id=reaction.id,
        name=reaction.name,
        zone=watched.zone,
        scene=reaction.scene,
        scene_name=scene.name if scene else reaction.scene,
        phase=standing,
        words=words.standing(reaction, state, now, tz, known=known),
        since=since.get(standing),
        until=until,
        measured=_measured(watched, now),
    )


def _measured(watched: Watched, now: datetime) -> MeasuredView | None:
    measured = watched.measured
    if measured is None or watched.measured_at is None:
        return None
    looked_s = max(0.0, (now - watched.measured_at).total_seconds())
    at_most = measured.at_most
    return MeasuredView(
        measure=watched.reaction.measure,
        zone=watched.reaction.measured_in or watched.zone,
        at_least=measured.at_least,
        at_most=None if at_most is None or math.isinf(at_most) else at_most,
        age_s=None if measured.age_s is None else measured.age_s + looked_s,
        how=measured.how,
    )
