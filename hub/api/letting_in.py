"""Each request says who asks: middleware that knows them before anything else looks at it."""

from __future__ import annotations

import logging
import re

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.acting import acting_account
from hub.api.csrf import masking
from hub.people.door import Shown
from hub.people.people import People
from hub.people.who import NOBODY, Who, asking

SESSION_COOKIE = "stemning_session"
TABLET_COOKIE = "stemning_tablet"
TABLET_COOKIE_S = 400 * 24 * 3600
_NEEDS_NOBODY = ("/static/",)
_BY_ITSELF = re.compile(
    r"/live|/alive|/fragments/(devices|effects|week|scenes|scenes/[^/]+/places)"
)
_log = logging.getLogger(__name__)


class LetIn:
    """ASGI middleware: `Who` into ``request.state.who`` and the context of whatever answers.

    Cookies or ``Authorization: Bearer`` with an access key; whatever else a bearer shows is for the
    route that asks for it.
    """

    def __init__(self, app: ASGIApp, people: People) -> None:
        self._app = app
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NEEDS_NOBODY):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        shown = shown_by(headers)
        state = scope.setdefault("state", {})
        try:
            who = await self._who(shown, using=not is_by_itself(scope["path"]))
        except SQLAlchemyError as error:
            _log.error("the database does not say who asks: %s", error)
            who, state["who_unknown"] = NOBODY, True
        state["who"], state["shown"] = who, shown
        outer_who, outer_account = asking.set(who), acting_account.set(_account(who))
        try:
            lasting = _lasting(send, shown, who, scope) if _opens_page(scope, headers) else send
            with masking():
                await self._app(scope, receive, lasting)
        finally:
            asking.reset(outer_who)
            acting_account.reset(outer_account)

    async def _who(self, shown: Shown, *, using: bool) -> Who:
        door = self._people.door
        who = door.remembered(shown, using=using)
        if who is None:
            who = await anyio.to_thread.run_sync(lambda: door.who(shown, using=using))
        return who


def is_by_itself(path: str) -> bool:
    """Whether an open page asks for this with nobody near: no session lasts longer by it."""
    return _BY_ITSELF.fullmatch(path) is not None


def _account(who: Who) -> str:
    """Whom the audit names as signed in."""
    return f"tablet:{who.name}" if who.kind == "tablet" else who.username


def shown_by(headers: Headers) -> Shown:
    """What a request shows of who asks."""
    scheme, _space, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Shown(key=token.strip())
    # `http.cookies` would read none of them for one odd cookie of another program on this machine.
    values = cookie_parser(headers.get("Cookie", ""))
    return Shown(session=values.get(SESSION_COOKIE, ""), tablet=values.get(TABLET_COOKIE, ""))


def _opens_page(scope: Scope, headers: Headers) -> bool:
    return scope["method"] == "GET" and headers.get("Sec-Fetch-Mode") == "navigate"


def _lasting(send: Send, shown: Shown, who: Who, scope: Scope) -> Send:
    """A browser forgets a cookie after 400 days: a tablet's page that is opened renews it."""
    if who.tablet is None:
        return send

    async def renewing(message: Message) -> None:
        if message["type"] == "http.response.start":
            secure = "; Secure" if scope["scheme"] == "https" else ""
            MutableHeaders(scope=message).append(
                "Set-Cookie",
                f"{TABLET_COOKIE}={shown.tablet}; HttpOnly; Max-Age={TABLET_COOKIE_S}; Path=/; "
                f"SameSite=Lax{secure}",
            )
        await send(message)

    return renewing
