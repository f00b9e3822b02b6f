"""``GET /api/v1/effects``."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from hub.api.access import WhoDep, needs, own_store
from hub.api.errors import documented, status_of
from hub.insights.document import EffectsDocument
from hub.insights.errors import InsightsBusyError
from hub.insights.service import EffectsService
from hub.parts import HubPartsDep
from hub.people.rights import Right

router = APIRouter(prefix="/api/v1", tags=["effects"])


async def effects_service(request: Request, hub: HubPartsDep) -> EffectsService:
    """The application's one service; made at the first request, on the event loop."""
    state = request.app.state
    if not hasattr(state, "effects_service"):
        state.effects_service = EffectsService(hub.engine, hub.settings.database_url)
    service: EffectsService = state.effects_service
    return service


EffectsDep = Annotated[EffectsService, Depends(effects_service)]


@router.get(
    "/effects",
    response_model=EffectsDocument,
    responses=documented(404, 409, 504),
    dependencies=[Depends(needs(Right.REVIEW))],
)
async def effects(
    service: EffectsDep,
    who: WhoDep,
    store: Annotated[str | None, Query(description="May be left out for a single shop.")] = None,
    first: Annotated[
        date | None, Query(alias="from", description="First local day, included.")
    ] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day, included.")] = None,
) -> Response:
    """What each scene went together with in each zone, and how sure that is.

    Association, not effect: nothing was randomised. Intervals resample days. The first answer
    takes some seconds; it is kept until the data change. When others wait for theirs already, the
    answer is 503 with the code `insights.busy` and a Retry-After.
    """
    try:
        answer = await service.answer(own_store(who, store), first, last)
    except InsightsBusyError as busy:
        return JSONResponse(
            {"code": busy.code, "message": str(busy)},
            status_of(busy),
            headers={"Retry-After": str(busy.retry_after_s)},
        )
    # As the worker wrote it: to write it anew would hold up the event loop.
    return Response(answer.json, media_type="application/json")
