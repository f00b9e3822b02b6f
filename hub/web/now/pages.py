"""The page of a store's zones, and its forms, which also work without any script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from hub.api.access import needs
from hub.api.choice_tags import last_choice, zone_check
from hub.api.precondition import Precondition
from hub.errors import OverrideEndError, PreconditionFailedError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.people.who import NOBODY, asking
from hub.planning.nudging import Step
from hub.planning.planner import Choice
from hub.shop import Store
from hub.web.forms import Field, asked, done, own_form
from hub.web.languages.reader import reader_id
from hub.web.now.for_reader import for_reader
from hub.web.now.live import Feed, fingerprint
from hub.web.now.view import ZONE_ENDS, page_of, question, question_everywhere, store_page
from hub.web.now.whole import EVERYWHERE, whole_tag
from hub.web.question import ENDS
from hub.web.rendering import PageRoute, page, render
from hub.web.store_bar import Id, StoreId, no_store, pick_store
from scenes.adjustment import Sense
from scenes.language import _, spoken
from scenes.rules import OverrideWhy

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_SEEING = [Depends(needs(Right.SEE))]
_CHOOSING = [Depends(own_form), Depends(needs(Right.CHOOSE))]


@router.get("/", dependencies=_SEEING)
def now_page(hub: HubPartsDep, store: StoreId = None) -> Response:
    """Every zone of a store: what is wanted, what is reported, and tiles to choose a scene."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    hub.floors.floor(picked)  # as the database has it; `store_page` reads none
    shown = store_page(hub, picked)
    who = asking.get()
    values = {
        "bar": shown.bar,
        "shown": shown,
        "seen": fingerprint(shown),
        # Behind a shared tablet may stand somebody who is asked for their PIN then.
        "draws": who.tablet is not None or who.may(Right.INSTALL, picked.id),
    }
    return page("now/page.html", values)


@router.get("/ask", dependencies=_SEEING)
def ask_page(
    request: Request, hub: HubPartsDep, store: Id, zone: Id, scene: Id, seen: Id
) -> Response:
    """For how long? Over the page, or as a page of its own."""
    if zone == EVERYWHERE:
        of = hub.planner.store(store)
        return asked(request, hub, of, question_everywhere(hub, of, scene, seen))
    planned = hub.planner.find(zone, store)
    return asked(request, hub, planned.store, question(hub, planned, scene, seen))


def _wished(scene: Field, end: Field, why: Annotated[OverrideWhy, Form()] = "other") -> Choice:
    """What the form of the question asks for."""
    if end not in ZONE_ENDS:
        raise OverrideEndError(f"{end!r} is no answer to how long")
    return Choice(scene, ENDS[end][1], asking.get().name, why)


@router.post("/override", dependencies=_CHOOSING)
def choose(
    request: Request,
    hub: HubPartsDep,
    store: Field,
    zone: Field,
    seen: Field,
    choice: Annotated[Choice, Depends(_wished)],
) -> Response:
    """Let a scene hold in a zone, or in all of them, for as long as was chosen.

    Who has not seen the last choice sees what happened, and is asked once more.
    """
    if zone == EVERYWHERE:
        return _choose_everywhere(request, hub, hub.planner.store(store), choice, seen)
    planned = hub.planner.find(zone, store)
    check = zone_check(hub, planned, Precondition(seen))
    try:
        hub.planner.override(planned.store.id, planned.zone.id, choice, check=check)
    except PreconditionFailedError as lost:
        happened = ". ".join(lost.changed) or _("Somebody else chose, or returned to the plan")
        ask = question(hub, planned, choice.scene, lost.tag, _again(happened))
        return asked(request, hub, planned.store, ask, 412)
    hub.metrics.overrides.inc()
    return done(request, planned.store.id)


@router.post("/return", dependencies=_CHOOSING)
def return_to_plan(
    request: Request, hub: HubPartsDep, store: Field, zone: Field, seen: Field
) -> Response:
    """End a zone's override, unless it is another one than was seen."""
    planned = hub.planner.find(zone, store)
    check = zone_check(hub, planned, Precondition(seen))
    hub.planner.return_to_plan(
        planned.store.id, planned.zone.id, author=asking.get().name, check=check
    )
    return done(request, planned.store.id)


@router.post("/nudge", dependencies=_CHOOSING)
def nudge(
    request: Request,
    hub: HubPartsDep,
    store: Field,
    zone: Field,
    sense: Annotated[Sense, Form()],
    points: Annotated[float, Form(ge=-100, le=100)],
) -> Response:
    """A step further from whatever the sense stands at, until the plan changes the scene next.

    Two who tap at once take two steps. No points: as the scene says.
    """
    planned = hub.planner.find(zone, store)
    step = Step(sense, points, asking.get().name)
    hub.planner.step(planned.store.id, planned.zone.id, step)
    return done(request, planned.store.id)


@router.get("/live", dependencies=_SEEING)
async def live(
    request: Request,
    hub: HubPartsDep,
    store: StoreId = None,
    zones: bool = True,
    seen: Annotated[str, Query(max_length=32)] = "",
    people: bool = False,
) -> Response:
    """Everything that changes on the store's page, as server-sent events.

    A page that shows no zones asks for none; ``people`` is the page of that name.
    """
    picked = pick_store(hub, store)
    if picked is None:
        return Response(status_code=204)  # tells a browser not to come back
    feeds: dict[tuple[str, str], Feed] = request.app.state.feeds
    key = picked.id, spoken()
    feed = feeds.get(key)
    if feed is None:
        # The feed itself never waits for the database.
        await run_in_threadpool(hub.floors.floor, picked)
        made = Feed(lambda: page_of(hub, picked.id), hub.changes, _for_everybody)
        feed = feeds.setdefault(key, made)  # others, too, may have come meanwhile
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    texts = feed.listen(reader_id(), zones=zones, seen=seen)
    stream = for_reader(texts, hub, request.state.shown, picked, _for_everybody, people=people)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


def _for_everybody(template: str, values: Mapping[str, object]) -> str:
    """A part of the page that all tablets are sent: nothing in it is of whoever asked for it."""
    outer = asking.set(NOBODY)
    try:
        return render(template, values)
    finally:
        asking.reset(outer)


def _choose_everywhere(
    request: Request, hub: HubParts, store: Store, choice: Choice, seen: str
) -> Response:
    def check() -> None:
        Precondition(seen).check(whole_tag(hub, store.id))

    try:
        count = hub.planner.override_everywhere(store.id, choice, check=check)
    except PreconditionFailedError as lost:
        happened = last_choice(hub, store) or _("Somebody else chose, or returned to the plan")
        ask = question_everywhere(hub, store, choice.scene, lost.tag, _again(happened))
        return asked(request, hub, store, ask, 412)
    hub.metrics.overrides.inc(count)
    return done(request, store.id)


def _again(happened: str) -> str:
    return _("{happened}. Choose again if you still want to.").format(happened=happened)
