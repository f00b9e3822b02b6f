"""Beginning and ending a quiet hour or an emergency of a whole store, from a page."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from hub.api.choice_tags import begin_check, store_check, store_tag
from hub.api.precondition import Precondition
from hub.errors import OverrideEndError, PreconditionFailedError
from hub.parts import HubParts, HubPartsDep
from hub.planning.ends import end_instant
from hub.shop import Store
from hub.web.forms import Field, asked, done, own_form
from hub.web.held import begun_words, until_words
from hub.web.looks import scene_look
from hub.web.question import ENDS, Ask, EndChoice, end_choice
from hub.web.rendering import PageRoute
from scenes.rules import Layer

Id = Annotated[str, Query(max_length=64)]
StoreWide = Literal[Layer.QUIET_HOUR, Layer.EMERGENCY]
QUIET_ENDS = ("60", "closing")
"""The answers to how long a store is quiet, of `ENDS`."""

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/store-wide")
def store_wide(
    request: Request, hub: HubPartsDep, store: Id, layer: StoreWide, seen: Id = ""
) -> Response:
    """Asks before the whole store changes; with ``seen`` whether the emergency shall end."""
    of = hub.planner.store(store)
    if layer is Layer.QUIET_HOUR:
        ask = _quiet(hub, of)
    else:
        ask = _ending(hub, of, seen) if seen else _emergency(of)
    return asked(request, hub, of, ask)


@router.post("/quiet-hour", dependencies=[Depends(own_form)])
def begin_quiet_hour(
    request: Request, hub: HubPartsDep, store: Field, end: Field, seen: Field
) -> Response:
    """Let a store be quiet, in place of the quiet hour that was seen, if there was one."""
    if end not in QUIET_ENDS:
        raise OverrideEndError(f"{end!r} is no answer to how long")
    of = hub.planner.store(store)
    try:
        check = begin_check(hub, of, Precondition(seen))
        hub.planner.quiet_hour(of.id, ENDS[end][1], check=check)
    except PreconditionFailedError as lost:
        return asked(request, hub, of, _quiet(hub, of, ". ".join(lost.changed) + "."), 412)
    return done(request, of.id)


@router.post("/quiet-hour/end", dependencies=[Depends(own_form)])
def end_quiet_hour(request: Request, hub: HubPartsDep, store: Field, seen: Field) -> Response:
    """End the quiet hour that somebody began, unless it is another one than was seen."""
    of = hub.planner.store(store)
    check = store_check(hub, of, Layer.QUIET_HOUR, Precondition(seen))
    hub.planner.end_quiet_hour(of.id, check=check)
    return done(request, of.id)


@router.post("/emergency", dependencies=[Depends(own_form)])
def set_off_emergency(request: Request, hub: HubPartsDep, store: Field) -> Response:
    """Set off the emergency; one that holds goes on."""
    hub.planner.emergency(hub.planner.store(store).id)
    return done(request, store)


@router.post("/emergency/end", dependencies=[Depends(own_form)])
def end_emergency(request: Request, hub: HubPartsDep, store: Field, seen: Field) -> Response:
    """End the emergency, unless it is another one than was seen."""
    of = hub.planner.store(store)
    check = store_check(hub, of, Layer.EMERGENCY, Precondition(seen))
    hub.planner.end_emergency(of.id, check=check)
    return done(request, of.id)


def _quiet(hub: HubParts, store: Store, problem: str = "") -> Ask:
    now = hub.now()
    choices = []
    for value in QUIET_ENDS:
        try:
            instant = end_instant(ENDS[value][1], now, store)
        except OverrideEndError:
            continue  # a store without opening hours has no closing
        choices.append(end_choice(value, instant, now, store.tz))
    held = hub.planner.store_choice(store.id, Layer.QUIET_HOUR)
    note = "Every zone is quiet, over everybody’s choices."
    if held is not None:
        words = f"{begun_words(held, now, store)}, {until_words(held, now, store)}"
        note = f"One holds already: {words}. Yours would take its place."
    return Ask(
        store=store.id,
        action="/quiet-hour",
        title=f"Quiet hour, {store.name}",
        question="For how long?",
        fields={"store": store.id, "seen": store_tag(hub, store.id, Layer.QUIET_HOUR)},
        look=scene_look(store.schedule.quiet_scene),
        description=note,
        choices=tuple(choices),
        problem=problem,
    )


def _emergency(store: Store) -> Ask:
    return Ask(
        store=store.id,
        action="/emergency",
        title=f"Emergency, {store.name}",
        question="Set it off?",
        fields={"store": store.id},
        look=scene_look(store.schedule.emergency_scene),
        description=(
            "Full neutral light, no music and no scent in every zone, until somebody ends it."
        ),
        choices=(EndChoice("begin", "Set off the emergency", ""),),
        problem="",
    )


def _ending(hub: HubParts, store: Store, seen: str) -> Ask:
    held, now = hub.planner.store_choice(store.id, Layer.EMERGENCY), hub.now()
    return Ask(
        store=store.id,
        action="/emergency/end",
        title=f"Emergency, {store.name}",
        question="Is it over?",
        fields={"store": store.id, "seen": seen},
        look=scene_look(store.schedule.emergency_scene),
        description=f"{begun_words(held, now, store)}." if held else "Nobody holds it any more.",
        choices=(EndChoice("end", "End the emergency", ""),),
        problem="",
    )
