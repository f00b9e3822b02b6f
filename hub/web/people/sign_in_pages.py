"""Signing in and out, and the first account of all."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.api.access import WhoDep, open_to_all
from hub.api.csrf import CSRF_HEADER, masked
from hub.api.errors import status_of
from hub.audit import Change
from hub.parts import HubParts, HubPartsDep
from hub.people.accounts import Account
from hub.people.errors import SignInError
from hub.people.good_secrets import LONGEST_PASSWORD
from hub.people.names import clean_name, clean_username
from hub.people.sessions import RESET, Kind, Opening, Session
from hub.people.signing_in import BY_LINK
from hub.web.cookies import let_in, let_out, own_path
from hub.web.gate import asks_for_pin
from hub.web.people.people_of import pin_pad
from hub.web.rendering import PageRoute, by_htmx, page, sentence
from scenes.errors import StemningError
from scenes.language import _

router = APIRouter(
    include_in_schema=False, route_class=PageRoute, dependencies=[Depends(open_to_all)]
)

Next = Annotated[str, Query(alias="next", max_length=2000)]
NextField = Annotated[str, Form(alias="next", max_length=2000)]
Words = Annotated[str, Form(max_length=200)]
Secret = Annotated[str, Form(max_length=LONGEST_PASSWORD * 4)]


@router.get("/sign-in")
def sign_in_page(hub: HubPartsDep, next_: Next = "/") -> Response:
    """Username and password."""
    if not hub.people.welcome.over:
        return RedirectResponse("/welcome", 303)
    return _sign_in(own_path(next_))


@router.post("/sign-in")
def sign_in(
    request: Request,
    hub: HubPartsDep,
    username: Words,
    password: Secret,
    next_: NextField = "/",
) -> Response:
    """Let a person in. A session that there was before is over: its token is worth nothing."""
    address = request.client.host if request.client else ""
    try:
        account, token = hub.people.signing_in.by_password(
            username, password, address, tablet=own_tablet(request, hub)
        )
    except StemningError as error:
        if by_htmx(request):
            raise
        return _sign_in(own_path(next_), sentence(str(error)), username, status_of(error))
    end_own(request, hub)
    return came_in(request, hub, Kind.PERSON, token, account, own_path(next_))


@router.post("/sign-out")
def sign_out(request: Request, hub: HubPartsDep, who: WhoDep) -> Response:
    """Let the person out; a tablet stays what it is."""
    end_own(request, hub)
    to = "/" if who.tablet else "/sign-in"
    answer = Response(status_code=204) if by_htmx(request) else RedirectResponse(to, 303)
    let_out(answer)
    return answer


@router.get("/gate")
def gate(request: Request, hub: HubPartsDep) -> Response:
    """What a page opens over itself when somebody has to come in."""
    if asks_for_pin(request):
        return page("people/_pin.html", {"pad": pin_pad(hub, request), "next": "", "problem": ""})
    return page("people/_sign_in.html", {"next": "", "problem": "", "username": ""})


@router.get("/welcome")
def welcome_page(hub: HubPartsDep) -> Response:
    """The first account, with the code from the hub's log."""
    hub.people.welcome.announce()
    return _welcome(hub, "")


@router.post("/welcome")
def welcome(
    request: Request, hub: HubPartsDep, code: Words, username: Words, name: Words, password: Secret
) -> Response:
    """Make the first account, and let its person in."""
    try:
        account = hub.people.welcome.create(
            code, clean_username(username), clean_name(name), password
        )
    except StemningError as error:
        kept = {"code": code, "username": username, "name": name}
        return _welcome(hub, sentence(str(error)), kept, status_of(error))
    token = hub.people.sessions.open(Opening(kind=Kind.PERSON, account=account.id))
    return came_in(request, hub, Kind.PERSON, token, account, "/")


@router.get("/enter/{token}")
def enter(request: Request, hub: HubPartsDep, token: str) -> Response:
    """A link that the hub's own machine printed: it lets one browser in as its account."""
    link = hub.people.sessions.find(token)
    if link is None or link.kind is not Kind.LINK or link.account is None:
        return _sign_in("/", _("This link opens nothing any more."), status=401)
    account = link.account
    once = link.name == RESET
    if once and not hub.people.sessions.end(link.id):
        raise SignInError(_("This link opens nothing any more."))  # two opened it at once
    change = Change(
        at=hub.now(),
        author=account.name,
        action="session.begin",
        subject=f"account {account.username}",
        why=f"{BY_LINK}{link.name}",
        account=account.username,
    )
    tablet = request.state.who.tablet
    opening = Opening(kind=Kind.PERSON, account=account.id, tablet=tablet, name=link.name)
    opened = hub.people.sessions.open(opening, change)
    end_own(request, hub)
    to = "/me" if once else own_path(request.query_params.get("next", "/"))
    return came_in(request, hub, Kind.PERSON, opened, account, to)


def came_in(
    request: Request, hub: HubParts, kind: Kind, token: str, account: Account, to: str
) -> Response:
    """Give the browser what lets it in. An open page hears its new token, and goes on."""
    if not by_htmx(request):
        answer: Response = RedirectResponse(to, 303)
    else:
        answer = Response(status_code=204)
        session = hub.people.sessions.find(token)
        who = request.state.who
        # On a tablet the tablet's own token goes on.
        goes_on = who.csrf if who.tablet else session.csrf if session else ""
        answer.headers[CSRF_HEADER] = masked(goes_on)
        answer.headers["X-Person"] = quote(account.name or account.username)
    let_in(request, answer, kind, token)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def own_tablet(request: Request, hub: HubParts) -> Session | None:
    """The shop's shared tablet that asks, if it is one."""
    tablet = request.state.who.tablet
    return hub.people.sessions.get(tablet) if tablet else None


def end_own(request: Request, hub: HubParts) -> None:
    """Let the person out who is let in until now; a tablet stays what it is."""
    who = request.state.who
    if who.kind == "person" and who.session and who.csrf:
        change = Change(
            at=hub.now(),
            author=who.name,
            action="session.end",
            subject=f"account {who.username}",
        )
        hub.people.sessions.end(who.session, change)


def _sign_in(next_: str, problem: str = "", username: str = "", status: int = 200) -> Response:
    values = {"bar": None, "next": next_, "problem": problem, "username": username}
    return page("people/sign_in.html", values, status)


def _welcome(
    hub: HubParts, problem: str, kept: dict[str, str] | None = None, status: int = 200
) -> Response:
    values = {
        "bar": None,
        "over": hub.people.welcome.over,
        "problem": problem,
        "kept": kept or {"code": "", "username": "", "name": ""},
    }
    return page("people/welcome.html", values, status)
