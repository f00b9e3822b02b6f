"""A store's schedule: what is deployed, every version before, and the way back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from hub.api.access import needs
from hub.api.choosing import StoreInPath
from hub.api.errors import documented
from hub.api.precondition import IfMatch, etag
from hub.api.schedule_models import Back, ScheduleView, VersionView
from hub.api.schedule_tags import by_whom, tag_check
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.schedules.desk import VersionTold

router = APIRouter(tags=["schedules"])

_Number = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[1])]


@router.get(
    "/stores/{store}/schedule", responses=documented(404), dependencies=[Depends(needs(Right.SEE))]
)
def get_schedule(hub: HubPartsDep, store: StoreInPath, response: Response) -> ScheduleView:
    """What is deployed: the store's own document, and what it means with its template."""
    told = hub.schedules.told(store)
    response.headers["ETag"] = etag("schedule", told.version.number)
    return _view(store, told)


@router.get(
    "/stores/{store}/schedule/versions",
    responses=documented(404),
    dependencies=[Depends(needs(Right.SEE))],
)
def list_versions(
    hub: HubPartsDep,
    store: StoreInPath,
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Only versions below this one.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[VersionView]:
    """Versions, the newest first: who, when, why, from where, and what differs in words."""
    return [VersionView(**_fields(each)) for each in hub.schedules.versions(store, limit, before)]


@router.get(
    "/stores/{store}/schedule/versions/{number}",
    responses=documented(404),
    dependencies=[Depends(needs(Right.SEE))],
)
def get_version(hub: HubPartsDep, store: StoreInPath, number: _Number) -> ScheduleView:
    """One version, whole."""
    return _view(store, hub.schedules.told(store, number))


@router.post(
    "/stores/{store}/schedule/revert",
    responses=documented(404, 409, 412, 428),
    dependencies=[Depends(needs(Right.PLAN))],
)
def revert_schedule(
    hub: HubPartsDep, store: StoreInPath, back: Back, seen: IfMatch, response: Response
) -> ScheduleView:
    """Deploy what an earlier version said, as the next version. A draft stays as it is.

    Refused (409, with the problems) when by now it would be a mistake.
    """
    by = by_whom(back.author, back.why)
    hub.schedules.revert(store, back.version, by, tag_check("schedule", seen))
    return get_schedule(hub, store, response)


def _view(store: str, told: VersionTold) -> ScheduleView:
    return ScheduleView(
        store=store, schedule=told.version.schedule, effective=told.effective, **_fields(told)
    )


def _fields(told: VersionTold) -> dict[str, object]:
    version = told.version
    return {
        "version": version.number,
        "origin": version.origin,
        "author": version.author,
        "why": version.why,
        "created_at": version.created_at,
        "changes": told.changes,
    }
