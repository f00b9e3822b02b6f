"""Choosing a scene for a zone, and quiet hours and emergencies for a whole store."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from hub.api.access import needs
from hub.api.author import signed
from hub.api.choice_tags import begin_check, store_check, store_tag, zone_check, zone_tag
from hub.api.ends import read_end
from hub.api.errors import documented
from hub.api.line import Line
from hub.api.models import (
    SLUG_PATTERN,
    EmergencyRequest,
    OverrideRequest,
    QuietHourRequest,
    StoreChoiceView,
    ZoneView,
)
from hub.api.precondition import IfMatch, IfReplaces
from hub.api.views import store_choice_view, zone_view
from hub.api.zones import StoreId, ZoneId
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.planning.planner import Choice
from scenes.rules import Layer

router = APIRouter(tags=["zones"])

StoreInPath = Annotated[
    str, Path(alias="store", pattern=SLUG_PATTERN, max_length=64, examples=["nordic"])
]
Author = Annotated[
    Line, Query(max_length=60, description="Who does it: a name or a role.", examples=["Kim"])
]
_WRITES = documented(404, 409, 412, 428)
_BEGINS = documented(404, 409)


@router.put(
    "/zones/{zone}/override", responses=_WRITES, dependencies=[Depends(needs(Right.CHOOSE))]
)
def put_override(
    hub: HubPartsDep,
    zone: ZoneId,
    wish: OverrideRequest,
    seen: IfMatch,
    response: Response,
    store: StoreId = None,
) -> ZoneView:
    """Let a scene hold in the zone until an end. It replaces a choice that holds already.

    Answered when the choice is in the database for good and its plan is on the way to the
    edges; what they make of it shows under ``reported``.
    """
    planned = hub.planner.find(zone, store)
    hub.planner.override(
        planned.store.id,
        planned.zone.id,
        Choice(wish.scene, read_end(wish.end), wish.author, wish.why, wish.reason),
        check=zone_check(hub, planned, seen),
    )
    hub.metrics.overrides.inc()
    return _zone(hub, planned.store.id, planned.zone.id, response)


@router.delete(
    "/zones/{zone}/override", responses=_WRITES, dependencies=[Depends(needs(Right.CHOOSE))]
)
def delete_override(
    hub: HubPartsDep,
    zone: ZoneId,
    seen: IfMatch,
    response: Response,
    store: StoreId = None,
    author: Author = "",
) -> ZoneView:
    """Return to the plan. Fine also when there is nothing to return from."""
    planned = hub.planner.find(zone, store)
    hub.planner.return_to_plan(
        planned.store.id,
        planned.zone.id,
        author=signed(author),
        check=zone_check(hub, planned, seen),
    )
    return _zone(hub, planned.store.id, planned.zone.id, response)


@router.get(
    "/stores/{store}/quiet-hour",
    responses=documented(404),
    dependencies=[Depends(needs(Right.SEE))],
)
def get_quiet_hour(
    hub: HubPartsDep, store: StoreInPath, response: Response
) -> StoreChoiceView | None:
    """The quiet hour that somebody began by hand, or null. A planned one is in the zones' plans."""
    return _of_store(hub, store, Layer.QUIET_HOUR, response)


@router.post(
    "/stores/{store}/quiet-hour",
    responses=documented(404, 409, 412),
    dependencies=[Depends(needs(Right.CALM))],
)
def begin_quiet_hour(
    hub: HubPartsDep,
    store: StoreInPath,
    wish: QuietHourRequest,
    seen: IfReplaces,
    response: Response,
) -> StoreChoiceView | None:
    """Begin a quiet hour in every zone, over everybody's choices.

    While one holds, 409 says who began it and until when; with its ETag in `If-Match`, or `*`, the
    new one replaces it. All zones or none: the scene is the schedule's `quiet_scene`.
    """
    hub.planner.quiet_hour(
        store,
        read_end(wish.end),
        reason=wish.reason,
        author=wish.author,
        check=begin_check(hub, hub.planner.store(store), seen),
    )
    return _of_store(hub, store, Layer.QUIET_HOUR, response)


@router.delete(
    "/stores/{store}/quiet-hour",
    status_code=204,
    responses=_WRITES,
    dependencies=[Depends(needs(Right.CHOOSE))],
)
def end_quiet_hour(
    hub: HubPartsDep, store: StoreInPath, seen: IfMatch, author: Author = ""
) -> None:
    """End the quiet hour that somebody began by hand. Fine also when there is none."""
    check = store_check(hub, hub.planner.store(store), Layer.QUIET_HOUR, seen)
    hub.planner.end_quiet_hour(store, author=signed(author), check=check)


@router.get(
    "/stores/{store}/emergency", responses=documented(404), dependencies=[Depends(needs(Right.SEE))]
)
def get_emergency(
    hub: HubPartsDep, store: StoreInPath, response: Response
) -> StoreChoiceView | None:
    """The emergency that holds, or null."""
    return _of_store(hub, store, Layer.EMERGENCY, response)


@router.post(
    "/stores/{store}/emergency", responses=_BEGINS, dependencies=[Depends(needs(Right.CALM))]
)
def set_off_emergency(
    hub: HubPartsDep, store: StoreInPath, wish: EmergencyRequest, response: Response
) -> StoreChoiceView | None:
    """Full neutral light, no music and no scent in every zone, over everything else.

    It holds until a person ends it, over restarts and without the hub. One that holds already
    goes on as it is. The scene is the schedule's `emergency_scene`.
    """
    hub.planner.emergency(store, reason=wish.reason, author=wish.author)
    return _of_store(hub, store, Layer.EMERGENCY, response)


@router.delete(
    "/stores/{store}/emergency",
    status_code=204,
    responses=_WRITES,
    dependencies=[Depends(needs(Right.CHOOSE))],
)
def end_emergency(hub: HubPartsDep, store: StoreInPath, seen: IfMatch, author: Author = "") -> None:
    """End the emergency: every zone returns to what its plan says now. Fine also without one."""
    check = store_check(hub, hub.planner.store(store), Layer.EMERGENCY, seen)
    hub.planner.end_emergency(store, author=signed(author), check=check)


def _zone(hub: HubParts, store: str, zone: str, response: Response) -> ZoneView:
    planned = hub.planner.planned(store, zone)
    response.headers["ETag"] = zone_tag(planned)
    return zone_view(hub, planned)


def _of_store(
    hub: HubParts, store: str, layer: Layer, response: Response
) -> StoreChoiceView | None:
    response.headers["ETag"] = store_tag(hub, store, layer)
    return store_choice_view(hub, store, layer)
