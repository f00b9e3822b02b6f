"""Trying a recipe in one zone, saved or not."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from hub.api.access import needs
from hub.api.adjustment_models import AuditionRequest, AuditionView
from hub.api.author import signed
from hub.api.choice_tags import audition_check, audition_tag
from hub.api.choosing import Author
from hub.api.errors import documented
from hub.api.precondition import IfReplaces
from hub.api.zones import StoreId, ZoneId
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from scenes.audition import AUDITION_PREFIX

router = APIRouter(tags=["scenes"])

_WRITES = documented(404, 409, 412)


@router.get(
    "/zones/{zone}/audition",
    responses=documented(404, 409),
    dependencies=[Depends(needs(Right.SEE))],
)
def get_audition(
    hub: HubPartsDep, zone: ZoneId, response: Response, store: StoreId = None
) -> AuditionView | None:
    """What is auditioned in the zone, by whom, and how long still; or null."""
    planned = hub.planner.find(zone, store)
    return _shown(hub, planned.store.id, planned.zone.id, response)


@router.post(
    "/zones/{zone}/audition", responses=_WRITES, dependencies=[Depends(needs(Right.SCENES))]
)
def begin_audition(
    hub: HubPartsDep,
    zone: ZoneId,
    wish: AuditionRequest,
    seen: IfReplaces,
    response: Response,
    store: StoreId = None,
) -> AuditionView | None:
    """Let a recipe hold in the zone for a minute, and then what holds without it.

    Nothing is saved or published by that. One that is under way gives way; with `If-Match` only
    the one that was seen does. Refused (409) in a quiet hour and an emergency.
    """
    planned = hub.planner.find(zone, store)
    hub.planner.audition(
        planned.store.id,
        planned.zone.id,
        wish.scene.scene(wish.of),
        wish.seconds,
        author=wish.author,
        check=audition_check(hub, planned, seen),
    )
    return _shown(hub, planned.store.id, planned.zone.id, response)


@router.delete(
    "/zones/{zone}/audition",
    status_code=204,
    responses=_WRITES,
    dependencies=[Depends(needs(Right.SCENES))],
)
def end_audition(
    hub: HubPartsDep,
    zone: ZoneId,
    seen: IfReplaces,
    response: Response,
    store: StoreId = None,
    author: Author = "",
) -> None:
    """End the zone's audition now. Fine also when there is none; the `ETag` is of what is there."""
    planned = hub.planner.find(zone, store)
    hub.planner.end_audition(
        planned.store.id,
        planned.zone.id,
        author=signed(author),
        check=audition_check(hub, planned, seen),
    )
    after = hub.planner.planned(planned.store.id, planned.zone.id)
    response.headers["ETag"] = audition_tag(after)


def _shown(hub: HubParts, store: str, zone: str, response: Response) -> AuditionView | None:
    planned, now = hub.planner.planned(store, zone), hub.now()
    response.headers["ETag"] = audition_tag(planned)
    audition = planned.audition_at(now)
    if audition is None:
        return None
    return AuditionView(
        zone=zone,
        of=audition.of,
        name=audition.recipe.name.removeprefix(AUDITION_PREFIX),
        scene=audition.recipe,
        start=audition.start,
        end=audition.end,
        left_s=(audition.end - now).total_seconds(),
        author=audition.author,
    )
