"""The page of a second screen: one question, one tap, no sign-in.

Every language of the screen is in the page at once, so that a shopper changes it without the hub.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from hub.api.access import open_to_all
from hub.errors import UnknownZoneError
from hub.parts import HubParts, HubPartsDep
from hub.voices.errors import SurplusError
from hub.voices.screens import Screen
from hub.web.assets import build_id
from hub.web.languages.catalogues import LANGUAGES, translations
from hub.web.looks import scene_look
from hub.web.rendering import PageRoute, page
from hub.web.voice.words import Asked, asked
from scenes.language import _, speaking

router = APIRouter(
    include_in_schema=False, route_class=PageRoute, dependencies=[Depends(open_to_all)]
)

Code = Annotated[str, Path(max_length=64)]
Language = Annotated[str, Query(alias="in", max_length=8)]


@dataclass(frozen=True, slots=True)
class Sentences:
    """All that the page says in one language."""

    language: str
    name: str
    asked: Asked
    thanks: str
    thanks_more: str
    wait: str
    lost: str
    failed: str
    anonymous: str
    switch: str


@dataclass(frozen=True, slots=True)
class SayPage:
    """What the template shows; ``first`` is the language that shows first."""

    code: str
    first: str
    told: tuple[Sentences, ...]
    css: str
    state: str = "ready"


@router.get("/say/{code}")
def say_page(request: Request, hub: HubPartsDep, code: Code, language: Language = "") -> Response:
    """The question."""
    screen = _screen(request, hub, code)
    return page("voice/say.html", {"say": _shown(hub, screen, code, language)})


@router.get("/say/{code}/here")
def say_here(request: Request, hub: HubPartsDep, code: Code) -> Response:
    """That the hub is there and the screen still asks, by which clock, and in which colour.

    404 is for a screen that was revoked. One whose zone is not in the shop file for a minute waits.
    """
    fresh = {"Cache-Control": "no-store"}
    try:
        css = _css(hub, _screen(request, hub, code))
    except UnknownZoneError:
        return Response(status_code=503, headers=fresh)
    here = {"build": build_id(), "css": css, "now": hub.now().isoformat()}
    return JSONResponse(here, headers=fresh)


@router.post("/say/{code}")
def say(
    request: Request,
    hub: HubPartsDep,
    code: Code,
    answer: Annotated[int, Form()],
    language: Annotated[str, Form(alias="in", max_length=8)] = "",
) -> Response:
    """Count an answer. A script hears only how it went, everybody else gets a page."""
    screen = _screen(request, hub, code)
    state = "thanks"
    try:
        hub.voices.say(screen, answer)
    except SurplusError:
        state = "wait"
    if request.headers.get("Accept") == "application/json":
        return Response(status_code=204 if state == "thanks" else 429)
    shown = _shown(hub, screen, code, language, state)
    return page("voice/say.html", {"say": shown}, 200 if state == "thanks" else 429)


def _screen(request: Request, hub: HubParts, code: str) -> Screen:
    address = request.client.host if request.client else ""
    screen = hub.voice_screens.opened(code, address)
    # A zone that is gone asks nothing any more.
    hub.planner.planned(screen.store, screen.zone)
    return screen


def _shown(
    hub: HubParts, screen: Screen, code: str, language: str, state: str = "ready"
) -> SayPage:
    first = language if language in screen.languages else screen.languages[0]
    told = tuple(_sentences(each, screen) for each in screen.languages)
    return SayPage(code, first, told, _css(hub, screen), state)


def _css(hub: HubParts, screen: Screen) -> str:
    """The colour of the scene that is reported; of what nobody reports there is none."""
    reported = hub.reported.zone(screen.store, screen.zone)
    if reported is None or reported.stale or reported.state is None:
        return "scene-none"
    return scene_look(reported.state.scene).css


def _sentences(language: str, screen: Screen) -> Sentences:
    with speaking(language, translations(language)):
        return Sentences(
            language=language,
            name=LANGUAGES[language],
            asked=asked(screen.question),
            thanks=_("Thank you!"),
            thanks_more=_("Your answer is counted."),
            wait=_("One moment please: this one came too soon to be counted."),
            lost=_("Not connected. Answers can’t be taken right now."),
            failed=_("That may not have arrived. Please try again."),
            anonymous=_("Anonymous: only the answer is kept."),
            switch=_("Language"),
        )
