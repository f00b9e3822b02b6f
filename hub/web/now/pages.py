"""The page of a store's zones, and its forms, which also work without any script."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from hub.api.choice_tags import zone_check
from hub.api.precondition import Precondition
from hub.errors import OverrideEndError, PreconditionFailedError
from hub.parts import HubPartsDep
from hub.planning.planner import Choice
from hub.web.forms import Field, asked, done, own_form
from hub.web.now.live import Feed
from hub.web.now.view import page_of, question, store_page
from hub.web.question import ENDS
from hub.web.rendering import PageRoute, page, render
from hub.web.store_bar import Id, StoreId, no_store, pick_store
from scenes.language import spoken

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/")
def now_page(hub: HubPartsDep, store: StoreId = None) -> Response:
    """Every zone of a store: what is wanted, what is reported, and tiles to choose a scene."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    shown = store_page(hub, picked)
    return page("now/page.html", {"bar": shown.bar, "cards": shown.cards})


@router.get("/ask")
def ask_page(
    request: Request, hub: HubPartsDep, store: Id, zone: Id, scene: Id, seen: Id
) -> Response:
    """For how long? Over the page, or as a page of its own."""
    planned = hub.planner.find(zone, store)
    return asked(request, hub, planned.store, question(hub, planned, scene, seen))


@router.post("/override", dependencies=[Depends(own_form)])
def choose(
    request: Request,
    hub: HubPartsDep,
    store: Field,
    zone: Field,
    scene: Field,
    end: Field,
    seen: Field,
) -> Response:
    """Let a scene hold in a zone for as long as was chosen.

    Who has not seen the last choice sees what happened, and is asked once more.
    """
    if end not in ENDS:
        raise OverrideEndError(f"{end!r} is no answer to how long")
    planned = hub.planner.find(zone, store)
    choice = Choice(scene, ENDS[end][1])
    check = zone_check(hub, planned, Precondition(seen))
    try:
        hub.planner.override(planned.store.id, planned.zone.id, choice, check=check)
    except PreconditionFailedError as lost:
        happened = ". ".join(lost.changed) or "Somebody else chose, or returned to the plan"
        words = f"{happened}. Choose again if you still want to."
        ask = question(hub, planned, scene, lost.tag, words)
        return asked(request, hub, planned.store, ask, 412)
    hub.metrics.overrides.inc()
    return done(request, planned.store.id)


@router.post("/return", dependencies=[Depends(own_form)])
def return_to_plan(
    request: Request, hub: HubPartsDep, store: Field, zone: Field, seen: Field
) -> Response:
    """End a zone's override, unless it is another one than was seen."""
    planned = hub.planner.find(zone, store)
    check = zone_check(hub, planned, Precondition(seen))
    hub.planner.return_to_plan(planned.store.id, planned.zone.id, check=check)
    return done(request, planned.store.id)


@router.get("/live")
async def live(request: Request, hub: HubPartsDep, store: StoreId = None) -> Response:
    """Everything that changes on the store's page, as server-sent events."""
    picked = pick_store(hub, store)
    if picked is None:
        return Response(status_code=204)  # tells a browser not to come back
    feeds: dict[tuple[str, str], Feed] = request.app.state.feeds
    key = picked.id, spoken()
    if key not in feeds:
        feeds[key] = Feed(lambda: page_of(hub, picked.id), hub.changes, render)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = feeds[key].listen()
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
