"""The page of voices: what was said, and the screens that ask."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel
from pydantic import Field as PydanticField

from hub.api.access import WhoDep, needs
from hub.api.voices import document_of
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.shop import Store
from hub.voices.errors import UnknownScreenError
from hub.voices.questions import Question
from hub.voices.screens import LANGUAGES, NewScreen
from hub.web.forms import Field, own_form
from hub.web.languages import catalogues
from hub.web.rendering import PageRoute, by_htmx, page
from hub.web.store_bar import Id, StoreId, no_store, pick_store, store_bar
from hub.web.voice import say, staff
from hub.web.voice.said import said_card
from hub.web.voice.view import voice_page
from hub.web.voice.words import question_word
from scenes.language import spoken

router = APIRouter(include_in_schema=False, route_class=PageRoute)
router.include_router(say.router)
router.include_router(staff.router)

_MAKES = [Depends(needs(Right.PEOPLE)), Depends(own_form)]
"""A screen writes without a sign-in, so it is for those to make who make sign-ins."""


class ScreenForm(BaseModel):
    """What the form for a new screen sends."""

    store: str = PydanticField(max_length=64)
    zone: str = PydanticField(max_length=64)
    question: Question
    language: list[str] = PydanticField(max_length=8)
    name: str = PydanticField(default="", max_length=60)

    def screen(self) -> NewScreen:
        """What is wished for."""
        return NewScreen(
            store=self.store,
            zone=self.zone,
            name=self.name,
            question=self.question,
            languages=tuple(self.language),
        )


@router.get("/voice", dependencies=[Depends(needs(Right.REVIEW))])
def voices(hub: HubPartsDep, store: StoreId = None) -> Response:
    """What was said in the last weeks, and the screens."""
    picked = pick_store(hub, store)
    return no_store(hub) if picked is None else page("voice/page.html", _values(hub, picked))


@router.get("/fragments/voices", dependencies=[Depends(needs(Right.REVIEW))])
def voices_part(hub: HubPartsDep, store: Id) -> Response:
    """What customers said by scene, as the page of effects shows it."""
    document = document_of(hub, hub.planner.store(store).id)
    return page("voice/_said.html", {"said": said_card(document)})


@router.post("/voice/screens", dependencies=_MAKES)
def make_screen(
    request: Request, hub: HubPartsDep, who: WhoDep, wish: Annotated[ScreenForm, Form()]
) -> Response:
    """Make a screen. Its address is in this answer alone."""
    planned = hub.planner.planned(wish.store, wish.zone)
    made, code = hub.voice_screens.make(wish.screen(), who.name)
    address = str(request.url_for("say_page", code=code))
    new: dict[str, object] = {
        "name": made.name or planned.zone.name,
        "address": address,
        "picture": _qr(address),
    }
    new["only_here"] = _only_here(request.url.hostname)
    values = {**_values(hub, planned.store), "new": new}
    return page("voice/_screens.html" if by_htmx(request) else "voice/page.html", values)


@router.post("/voice/screens/revoke", dependencies=_MAKES)
def revoke_screen(
    request: Request,
    hub: HubPartsDep,
    who: WhoDep,
    store: Field,
    screen: Annotated[int, Form(ge=1, lt=2**63)],
) -> Response:
    """Let a screen's address open nothing any more."""
    if hub.voice_screens.get(screen).store != store:
        raise UnknownScreenError(f"{store} has no screen {screen}")
    hub.voice_screens.revoke(screen, who.name)
    if by_htmx(request):
        return page("voice/_screens.html", _values(hub, hub.planner.store(store)))
    return RedirectResponse(f"/voice?store={store}", 303)


def _values(hub: HubParts, store: Store) -> dict[str, object]:
    here = spoken()
    return {
        "bar": store_bar(hub, store, "/voice"),
        "voice": voice_page(hub, store),
        "zones": store.zones,
        "questions": [(each.value, question_word(each)) for each in Question],
        # The reader's own first: the first one is what a screen begins with.
        "languages": sorted(
            ((code, catalogues.LANGUAGES[code]) for code in LANGUAGES),
            key=lambda each: each[0] != here,
        ),
        "new": None,
    }


def _only_here(host: str | None) -> bool:
    """Whether an address opens on this machine alone, as that of a demo does."""
    if host is None or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _qr(address: str) -> Markup:
    drawn: str = segno.make(address, error="m").svg_inline(
        scale=6, border=3, dark="#1c1713", light="#ffffff", svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno, which escapes what it is given
