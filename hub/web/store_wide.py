"""Scent off, mute, quiet hour and emergency of a whole store, begun and ended from a page."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response

from hub.api.access import needs
from hub.api.choice_tags import begin_check, store_check
from hub.api.precondition import Precondition, etag
from hub.errors import OverrideEndError, PreconditionFailedError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.people.who import asking
from hub.planning.check import Check
from hub.planning.ends import end_instant
from hub.shop import Store
from hub.web.forms import Field, asked, done, own_form
from hub.web.held import StoreWide, begun, begun_words, until_words, wide_tag
from hub.web.looks import Look, scene_look, store_wide_look
from hub.web.question import ENDS, Ask, EndChoice, end_choice
from hub.web.rendering import PageRoute
from scenes.language import _
from scenes.nudge import Calm
from scenes.rules import Layer

Id = Annotated[str, Query(max_length=64)]
CalmField = Annotated[Calm, Form()]
CALM_ENDS = ("closing", "30", "60", "until-ended")
"""The answers to how long a store is mute or without scent, of `ENDS`."""
QUIET_ENDS = ("60", "closing")
"""The answers to how long a store is quiet, of `ENDS`."""
_CALMING = [Depends(own_form), Depends(needs(Right.CALM))]
_CHOOSING = [Depends(own_form), Depends(needs(Right.CHOOSE))]

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/store-wide", dependencies=[Depends(needs(Right.CALM))])
def store_wide(
    request: Request, hub: HubPartsDep, store: Id, layer: StoreWide, seen: Id = ""
) -> Response:
    """Asks before the whole store changes; with ``seen`` whether the emergency shall end."""
    of = hub.planner.store(store)
    if layer is Layer.EMERGENCY:
        ask = _ending(hub, of, seen) if seen else _emergency(of)
    else:
        ask = _question(hub, of, layer)
    return asked(request, hub, of, ask)


@router.post("/calm", dependencies=_CALMING)
def begin_calm(
    request: Request,
    hub: HubPartsDep,
    store: Field,
    calm: CalmField,
    end: Field,
    seen: Field,
) -> Response:
    """Mute a store, or turn its scent off, in place of what was seen, if there was anything."""
    if end not in CALM_ENDS:
        raise OverrideEndError(f"{end!r} is no answer to how long")
    of = hub.planner.store(store)
    try:
        check = _calm_check(hub, of, calm, seen)
        hub.planner.begin_calm(of.id, calm, ENDS[end][1], author=_author(), check=check)
    except PreconditionFailedError as lost:
        return asked(request, hub, of, _question(hub, of, calm, _sentences(lost)), 412)
    return done(request, of.id)


@router.post("/calm/end", dependencies=_CALMING)
def end_calm(
    request: Request, hub: HubPartsDep, store: Field, calm: CalmField, seen: Field
) -> Response:
    """End a store's mute or scent-off, unless it is another one than was seen."""
    of = hub.planner.store(store)
    hub.planner.end_calm(of.id, calm, author=_author(), check=_calm_check(hub, of, calm, seen))
    return done(request, of.id)


@router.post("/quiet-hour", dependencies=_CALMING)
def begin_quiet_hour(
    request: Request, hub: HubPartsDep, store: Field, end: Field, seen: Field
) -> Response:
    """Let a store be quiet, in place of the quiet hour that was seen, if there was one."""
    if end not in QUIET_ENDS:
        raise OverrideEndError(f"{end!r} is no answer to how long")
    of = hub.planner.store(store)
    try:
        check = begin_check(hub, of, Precondition(seen))
        hub.planner.quiet_hour(of.id, ENDS[end][1], author=_author(), check=check)
    except PreconditionFailedError as lost:
        return asked(request, hub, of, _question(hub, of, Layer.QUIET_HOUR, _sentences(lost)), 412)
    return done(request, of.id)


@router.post("/quiet-hour/end", dependencies=_CALMING)
def end_quiet_hour(request: Request, hub: HubPartsDep, store: Field, seen: Field) -> Response:
    """End the quiet hour that somebody began, unless it is another one than was seen."""
    of = hub.planner.store(store)
    check = store_check(hub, of, Layer.QUIET_HOUR, Precondition(seen))
    hub.planner.end_quiet_hour(of.id, author=_author(), check=check)
    return done(request, of.id)


@router.post("/emergency", dependencies=_CALMING)
def set_off_emergency(request: Request, hub: HubPartsDep, store: Field) -> Response:
    """Set off the emergency; one that holds goes on."""
    hub.planner.emergency(hub.planner.store(store).id, author=_author())
    return done(request, store)


@router.post("/emergency/end", dependencies=_CHOOSING)
def end_emergency(request: Request, hub: HubPartsDep, store: Field, seen: Field) -> Response:
    """End the emergency, unless it is another one than was seen."""
    of = hub.planner.store(store)
    check = store_check(hub, of, Layer.EMERGENCY, Precondition(seen))
    hub.planner.end_emergency(of.id, author=_author(), check=check)
    return done(request, of.id)


def _author() -> str:
    return asking.get().name


def _sentences(lost: PreconditionFailedError) -> str:
    return ". ".join(lost.changed) + "."


def _calm_check(hub: HubParts, store: Store, calm: Calm, seen: str) -> Check:
    """Lets a mute or scent-off be written over only by those who saw it."""

    def check(edition: str) -> None:
        Precondition(seen).check(etag(calm, edition), lambda: [_what_holds(hub, store, calm)])

    return check


def _what_holds(hub: HubParts, store: Store, what: StoreWide) -> str:
    held, word = begun(hub, store, what), store_wide_look(what).word
    if held is None:
        return _("{what}: somebody ended it").format(what=word)
    now = hub.now()
    return f"{word}: {begun_words(held, now, store)}, {until_words(held, now, store)}"


def _question(hub: HubParts, store: Store, what: StoreWide, problem: str = "") -> Ask:
    """How long whatever ends by itself shall hold."""
    now, quiet = hub.now(), what is Layer.QUIET_HOUR
    choices = []
    for value in QUIET_ENDS if quiet else CALM_ENDS:
        try:
            instant = end_instant(ENDS[value][1], now, store)
        except OverrideEndError:
            continue  # a store without opening hours has no closing
        choices.append(end_choice(value, instant, now, store.tz))
    look = store_wide_look(what)
    fields = {"store": store.id, "seen": wide_tag(hub, store, what)}
    return Ask(
        store=store.id,
        action="/quiet-hour" if quiet else "/calm",
        title=f"{look.word}, {store.name}",
        question=_("For how long?"),
        fields=fields if quiet else {**fields, "calm": str(what)},
        look=_scene_of(store, what) if isinstance(what, Layer) else look,
        description=_description(hub, store, what),
        choices=tuple(choices),
        problem=problem,
    )


def _description(hub: HubParts, store: Store, what: StoreWide) -> str:
    held, now = begun(hub, store, what), hub.now()
    if held is not None:
        words = f"{begun_words(held, now, store)}, {until_words(held, now, store)}"
        return _("It holds already: {words}. Yours would take its place.").format(words=words)
    if what == "mute":
        return _("No music in any zone. Light and scent go on.")
    if what == "scent-off":
        return _("No scent in any zone. Light and music go on.")
    return _("Every zone is quiet, over everybody’s choices.")


def _scene_of(store: Store, layer: Literal[Layer.QUIET_HOUR, Layer.EMERGENCY]) -> Look:
    quiet = layer is Layer.QUIET_HOUR
    return scene_look(store.schedule.quiet_scene if quiet else store.schedule.emergency_scene)


def _emergency(store: Store) -> Ask:
    return Ask(
        store=store.id,
        action="/emergency",
        title=_("Emergency, {store}").format(store=store.name),
        question=_("Set it off?"),
        fields={"store": store.id},
        look=_scene_of(store, Layer.EMERGENCY),
        description=_(
            "Full neutral light, no music and no scent in every zone, until somebody ends it."
        ),
        choices=(EndChoice("begin", _("Set off the emergency"), ""),),
        problem="",
    )


def _ending(hub: HubParts, store: Store, seen: str) -> Ask:
    held, now = hub.planner.store_choice(store.id, Layer.EMERGENCY), hub.now()
    holds = _("It holds {since}.").format(since=begun_words(held, now, store)) if held else ""
    return Ask(
        store=store.id,
        action="/emergency/end",
        title=_("Emergency, {store}").format(store=store.name),
        question=_("Is it over?"),
        fields={"store": store.id, "seen": seen},
        look=_scene_of(store, Layer.EMERGENCY),
        description=holds or _("Nobody holds it any more."),
        choices=(EndChoice("end", _("End the emergency"), ""),),
        problem="",
    )
