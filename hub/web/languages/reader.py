"""Whose page speaks which language, in which light: what its reader chose, else their browser.

A person's own choice comes first, then a cookie (a tablet's, or of who isn't signed in: an
address with ``?language=sv`` or ``?theme=dark`` sets it), then what the browser asks for. Programs
hear English, unless one of our own scripts asks: it says the page's language in ``X-Language``.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.people.who import asking
from hub.web.languages.catalogues import known_language, translations
from scenes.language import speaking, spoken

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)

COOKIES = {"language": "stemning_language", "theme": "stemning_theme"}
_KEEP_S = 400 * 86400
FOR_PROGRAMS = ("/api/", "/healthz", "/metrics", "/openapi.json")
"""Where English is spoken."""

_theme: ContextVar[Theme] = ContextVar("theme", default="auto")


def theme() -> Theme:
    """Light or dark, or as the device has it, for the page that is being made."""
    return _theme.get()


def reader_id() -> str:
    """Whose page is being made, and how: another one is to be fetched when this changes."""
    who = asking.get()
    return f"{who.kind}.{who.account or who.name}.{who.role}.{spoken()}.{theme()}"


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody may have said about themselves: raw, each possibly nothing known."""

    own: str | None
    asked: str | None
    cookie: str | None

    def first(self, known: tuple[str, ...]) -> str | None:
        """The strongest that is one of ``known``."""
        return next((each for each in (self.own, self.asked, self.cookie) if each in known), None)


class Reader:
    """ASGI middleware: speaks the reader's language while their page is made."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["path"].startswith(FOR_PROGRAMS):
            language = known_language(headers.get("X-Language")) or "en"
            with speaking(language, translations(language)):
                await self._app(scope, receive, send)
            return
        asked = _asked(scope)
        cookies = _cookies(headers)
        who = asking.get()
        language = (
            known_language(who.language)
            or known_language(asked.get("language"))
            or known_language(cookies.get("language"))
            or preferred(headers.get("Accept-Language", ""))
        )
        light = Choices(who.theme, asked.get("theme"), cookies.get("theme")).first(THEMES)
        token = _theme.set(cast("Theme", light or "auto"))
        try:
            with speaking(language, translations(language)):
                await self._app(scope, receive, _remembering(asked, send))
        finally:
            _theme.reset(token)


def preferred(accepted: str) -> str:
    """The language of an ``Accept-Language`` that is spoken here and weighs most, else English."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:20]):
        code, _, rest = part.partition(";")
        language = known_language(code)
        if language is not None:
            weighed.append((-_weight(rest), place, language))
    return min(weighed)[2] if weighed and min(weighed)[0] < 0 else "en"


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return min(1.0, float(value)) if name == "q" else 1.0
    except ValueError:
        return 0.0


def _asked(scope: Scope) -> dict[str, str]:
    """A language and a theme that the address asks for, where they are known ones."""
    query: bytes = scope["query_string"]
    if b"language=" not in query and b"theme=" not in query:
        return {}
    said = {name: values[-1] for name, values in parse_qs(query.decode("latin-1")).items()}
    found = {}
    if language := known_language(said.get("language")):
        found["language"] = language
    if said.get("theme") in THEMES:
        found["theme"] = said["theme"]
    return found


def _cookies(headers: Headers) -> dict[str, str]:
    jar = cookie_parser(headers.get("Cookie", ""))
    return {name: jar[cookie] for name, cookie in COOKIES.items() if cookie in jar}


def _remembering(asked: dict[str, str], send: Send) -> Send:
    """Also sets a cookie of what the address asked for."""
    if not asked:
        return send

    async def remember(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in asked.items():
                cookie = f"{COOKIES[name]}={value}; Max-Age={_KEEP_S}; Path=/; SameSite=Lax"
                headers.append("Set-Cookie", cookie)
        await send(message)

    return remember
