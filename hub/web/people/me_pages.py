"""Oneself: language and appearance of one's pages, password, PIN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.api.access import WhoDep, needs
from hub.api.errors import status_of
from hub.api.me import change_own_pin, choose, own_account
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.people.sessions import RESET, Kind, Opening
from hub.people.who import Who
from hub.web.cookies import let_in
from hub.web.languages.catalogues import LANGUAGES
from hub.web.people.view import role_word
from hub.web.rendering import PageRoute, page, sentence
from hub.web.store_bar import pick_store, store_bar
from scenes.errors import StemningError

PATH = "/me"
router = APIRouter(
    include_in_schema=False, route_class=PageRoute, dependencies=[Depends(needs(Right.SEE))]
)
Text = Annotated[str, Form(max_length=200)]


@router.get(PATH)
def me_page(hub: HubPartsDep, who: WhoDep) -> Response:
    """Who one is here, and what one may choose."""
    own_account(who)
    return _shown(hub, who)


@router.post("/me/choose")
def choose_for_me(hub: HubPartsDep, who: WhoDep, language: Text = "", theme: Text = "") -> Response:
    """The language and the appearance of one's pages."""
    language = language if language in LANGUAGES else ""
    theme = theme if theme in {"light", "dark"} else ""
    return _done(hub, who, lambda: choose(hub, who, language, theme))


@router.post("/me/password")
def my_password(
    request: Request, hub: HubPartsDep, who: WhoDep, password: Text, now: Text = ""
) -> Response:
    """Another password; a link that was printed on the hub's machine needs no old one."""

    def act() -> None:
        account = hub.people.accounts.get(own_account(who))
        if not by_reset:
            address = request.client.host if request.client else ""
            hub.people.signing_in.confirm(account, now, address)
        hub.people.office.new_password(who, account.id, password, confirmed=True)

    by_reset = _by_reset(hub, who)
    answer = _done(hub, who, act, "password")
    if by_reset and answer.status_code == 303:
        _begin_anew(request, hub, who, answer)
    return answer


@router.post("/me/pin")
def my_pin(hub: HubPartsDep, who: WhoDep, pin: Text = "", now: Text = "") -> Response:
    """Another PIN, or none."""
    return _done(hub, who, lambda: change_own_pin(hub, who, pin, now), "pin")


@router.post("/me/sign-out")
def sign_out_everywhere(hub: HubPartsDep, who: WhoDep) -> Response:
    """End one's other sessions, and one's keys."""
    return _done(hub, who, lambda: hub.people.office.end_sessions(who, own_account(who)))


def _by_reset(hub: HubParts, who: Who) -> bool:
    """Whether a reset's link made this session: a key is called what its maker likes."""
    session = hub.people.sessions.get(who.session)
    return session.kind is Kind.PERSON and session.name == RESET


def _begin_anew(request: Request, hub: HubParts, who: Who, answer: Response) -> None:
    """The link was for one password: from now on this is a session like any other."""
    opening = Opening(kind=Kind.PERSON, account=who.account, tablet=who.tablet)
    token = hub.people.sessions.open(opening)
    hub.people.sessions.end(who.session)
    let_in(request, answer, Kind.PERSON, token)


def _done(hub: HubParts, who: Who, act: Callable[[], object], at: str = "") -> Response:
    try:
        act()
    except StemningError as error:
        return _shown(hub, who, sentence(str(error)), at, status_of(error))
    return RedirectResponse(PATH, 303)


def _shown(hub: HubParts, who: Who, problem: str = "", at: str = "", status: int = 200) -> Response:
    """The page, with a ``problem`` in the part that it is ``at``."""
    store = pick_store(hub, who.tablet_store)
    account = hub.people.accounts.get(own_account(who))
    values = {
        "bar": store_bar(hub, store, PATH) if store else None,
        "me": account,
        "role": role_word(account.role),
        "languages": LANGUAGES,
        "reset": _by_reset(hub, who),
        "by_pin": who.by_pin,
        "problem": problem,
        "at": at,
    }
    return page("people/me.html", values, status)
