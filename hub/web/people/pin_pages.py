"""A person comes in by PIN on a shop's shared tablet, for a few minutes, and leaves again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.api.access import WhoDep, open_to_all
from hub.api.errors import status_of
from hub.parts import HubPartsDep
from hub.people.errors import SignInError
from hub.people.sessions import Kind
from hub.web.cookies import let_out, own_path
from hub.web.people.people_of import pin_pad
from hub.web.people.sign_in_pages import Next, NextField, came_in, end_own
from hub.web.rendering import PageRoute, by_htmx, page, sentence
from scenes.errors import StemningError
from scenes.language import _

router = APIRouter(
    include_in_schema=False, route_class=PageRoute, dependencies=[Depends(open_to_all)]
)


@router.get("/pin")
def pin_page(request: Request, hub: HubPartsDep, who: WhoDep, next_: Next = "/") -> Response:
    """Choose who you are and type your PIN; also without any script."""
    if who.tablet is None:
        return RedirectResponse("/sign-in", 303)
    values = {"bar": None, "pad": pin_pad(hub, request), "next": own_path(next_), "problem": ""}
    return page("people/pin.html", values)


@router.post("/pin")
def come_in(
    request: Request,
    hub: HubPartsDep,
    who: WhoDep,
    account: Annotated[int, Form(ge=0, le=2**63 - 1)],
    pin: Annotated[str, Form(max_length=16)],
    next_: NextField = "/",
) -> Response:
    """Let the person in on this tablet, for five minutes after their last tap."""
    if who.tablet is None:
        raise SignInError(_("a PIN opens only a shop's shared tablet; sign in with your password"))
    tablet = hub.people.sessions.get(who.tablet)
    try:
        person, token = hub.people.signing_in.by_pin(tablet, account, pin)
    except StemningError as error:
        if by_htmx(request):
            raise
        values = {"bar": None, "pad": pin_pad(hub, request), "next": own_path(next_)}
        return page(
            "people/pin.html", {**values, "problem": sentence(str(error))}, status_of(error)
        )
    end_own(request, hub)
    return came_in(request, hub, Kind.PIN, token, person, own_path(next_))


@router.post("/pin/done")
def leave(request: Request, hub: HubPartsDep) -> Response:
    """The person is done here; the tablet goes on by itself."""
    end_own(request, hub)
    answer = Response(status_code=204) if by_htmx(request) else RedirectResponse("/", 303)
    let_out(answer)
    return answer
