"""``GET /api/v1/effects``."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from hub.api.errors import documented
from hub.insights.document import EffectsDocument
from hub.insights.service import EffectsService
from hub.parts import HubPartsDep

router = APIRouter(prefix="/api/v1", tags=["effects"])


async def effects_service(request: Request, hub: HubPartsDep) -> EffectsService:
    """The application's one service; made at the first request, on the event loop."""
    state = request.app.state
    if not hasattr(state, "effects_service"):
        state.effects_service = EffectsService(hub.engine, hub.settings.database_url)
    service: EffectsService = state.effects_service
    return service


EffectsDep = Annotated[EffectsService, Depends(effects_service)]


@router.get("/effects", responses=documented(404, 409, 504))
def effects(
    service: EffectsDep,
    store: Annotated[str | None, Query(description="May be left out for a single shop.")] = None,
    first: Annotated[
        date | None, Query(alias="from", description="First local day, included.")
    ] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day, included.")] = None,
) -> EffectsDocument:
    """What each scene went together with in each zone, and how sure that is.

    Association, not effect: nothing was randomised. Intervals resample days. The first answer
    takes some seconds; it is kept until the data change.
    """
    return service.document(store, first, last)
