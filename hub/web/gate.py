"""What a page answers to who isn't known, or may not: the way to sign in, with nothing lost."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from hub.api.access import who_asks
from hub.api.csrf import CSRF_FIELD, shown_token
from hub.parts import HubParts
from hub.people.errors import ForbiddenError, PinError, SignInError
from hub.web.cookies import own_path
from scenes.errors import StemningError


def csrf_field() -> Markup:
    """What a form sends back to show that it is the hub's own; nothing where a token is shared."""
    token = shown_token()
    if not token:
        return Markup("")
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token)


def to_the_gate(request: Request, error: SignInError) -> Response:
    """Without script: to the page where one signs in, and back from there.

    What was sent by a form is not sent again: the person goes back to where they were.
    """
    hub: HubParts = request.app.state.hub
    if isinstance(error, PinError):
        page = "/pin"
    elif hub.people.welcome.over:
        page = "/sign-in"
    else:
        page = "/welcome"
    return RedirectResponse(f"{page}?next={quote(_where(request))}", 303)


def pin_of_another(request: Request, error: StemningError) -> str:
    """Where on a shared tablet somebody who may types their PIN; empty where that isn't it."""
    if not isinstance(error, ForbiddenError) or who_asks(request).tablet is None:
        return ""
    return f"/pin?next={quote(_where(request))}"


def _where(request: Request) -> str:
    """The page that the person was on, or wanted."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET":
        came_from = urlsplit(request.headers.get("Referer", ""))
        path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return own_path(path)


def gate_event(error: SignInError) -> str:
    """What a page's script hears: to ask for a PIN, or for a password."""
    return "stemning:pin" if isinstance(error, PinError) else "stemning:sign-in"


def asks_for_pin(request: Request) -> bool:
    """Whether people come in by PIN here: it is a shop's shared tablet."""
    return who_asks(request).tablet is not None
