"""What the forms of the pages share: whose they are, and how they are answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from hub.parts import HubParts
from hub.shop import Store
from hub.web.question import Ask
from hub.web.rendering import by_htmx, page
from hub.web.store_bar import store_bar
from scenes.errors import StemningError
from scenes.language import _

Field = Annotated[str, Form(max_length=64)]


class ForeignFormError(StemningError, ValueError):
    """A form was sent from another site's page."""

    code = "request.foreign"


def own_form(request: Request) -> None:
    """Refuse a form that another site's page sends through somebody's browser."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignFormError(_("this form was not sent from the hub's own page"))


def asked(request: Request, hub: HubParts, store: Store, ask: Ask, status: int = 200) -> Response:
    """The question over the open page, or as a page of its own."""
    if not by_htmx(request):
        return page("ask.html", {"bar": store_bar(hub, store), "ask": ask}, status)
    answer = page("_ask.html", {"ask": ask}, status)
    if status != 200:
        answer.headers.update({"HX-Retarget": "#ask-body", "HX-Reswap": "innerHTML"})
    return answer


def done(request: Request, store: str) -> Response:
    """Without script the page anew. An open page hears of its change like any other page.

    It is not answered with the card: by the time that arrived, the live events could have
    brought a newer one.
    """
    if by_htmx(request):
        return Response(status_code=204, headers={"HX-Trigger": "stemning:asked"})
    return RedirectResponse(f"/?store={store}", 303)
