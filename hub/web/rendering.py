"""Templates to responses, and errors to pages that a person can read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from html import escape
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.concurrency import run_in_threadpool

from hub.api.csrf import shown_token
from hub.api.errors import status_of
from hub.errors import UnknownStoreError, UnknownZoneError
from hub.people.errors import ForbiddenError, SignInError
from hub.people.who import asking
from hub.reported import STALE_S
from hub.web.assets import TEMPLATES, build_id
from hub.web.gate import csrf_field, gate_event, pin_of_another, to_the_gate
from hub.web.languages.catalogues import LANGUAGES
from hub.web.languages.reader import reader_id, theme
from hub.web.navigation import ENTRIES, FIRST
from scenes.errors import StemningError
from scenes.language import _, ngettext, pgettext, spoken

_templates = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_templates.install_gettext_callables(_, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]
_templates.globals.update(
    stale_after_s=STALE_S,
    build=build_id,
    spoken=spoken,
    languages=lambda: LANGUAGES,
    theme=theme,
    reader_id=reader_id,
    navigation=lambda: ENTRIES,
    first_entries=FIRST,
    csrf_field=csrf_field,
    csrf_token=shown_token,
    who=asking.get,
)
_log = logging.getLogger(__name__)
_AGAIN_S = 30
"""A page of a store or a zone that isn't there is looked for so often."""


def render(template: str, values: Mapping[str, object]) -> str:
    """A template as HTML; a name that the template misses is an error."""
    return _templates.get_template(template).render(values)


def compile_templates() -> None:
    """Read every template now, which takes seconds, and not when a page first needs it."""
    for name in _templates.list_templates(extensions=["html"]):
        _templates.get_template(name)


def page(template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """A template as a whole page or as a part of one."""
    return HTMLResponse(render(template, values), status)


def by_htmx(request: Request) -> bool:
    """Whether htmx asks, so that a part of a page is enough."""
    return request.headers.get("HX-Request") == "true"


class PageRoute(APIRoute):
    """A route whose errors are answered in words, on a page or inside the one that is open."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def in_words(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                words = _("The form was not filled in as this page would do it.")
                return await run_in_threadpool(refusal, request, 422, words)
            except SignInError as error:
                return await run_in_threadpool(_at_the_gate, request, error)
            except StemningError as error:
                return await run_in_threadpool(_refused, request, error)
            except (OperationalError, InterfaceError, PoolTimeoutError) as error:
                _log.error("the database does not answer: %s", error)
                return refusal(
                    request, 503, _("the database does not answer, so nothing was changed")
                )
            except Exception:  # noqa: BLE001
                # Otherwise a page would be given what is meant for programs.
                _log.exception("a page failed")
                return refusal(request, 500, _("something went wrong inside the hub; see its log"))

        return in_words


def _at_the_gate(request: Request, error: SignInError) -> Response:
    """An open page asks who it is, over itself; without script another page does."""
    if not by_htmx(request):
        return to_the_gate(request, error)
    answer = refusal(request, status_of(error), str(error))
    answer.headers["HX-Trigger"] = gate_event(error)
    return answer


def _refused(request: Request, error: StemningError) -> Response:
    """Who only looked where they may not reads that, and nothing of what was not done."""
    looked = isinstance(error, ForbiddenError) and request.method == "GET"
    title = _("This page is not open to you") if looked else ""
    pin = pin_of_another(request, error)
    answer = refusal(request, status_of(error), str(error), title, pin)
    if request.method == "GET" and isinstance(error, UnknownStoreError | UnknownZoneError):
        # Somebody edits the shop file: a tablet on a wall comes back by itself.
        answer.headers["Refresh"] = str(_AGAIN_S)
    return answer


def refusal(request: Request, status: int, words: str, title: str = "", pin: str = "") -> Response:
    """Why something was not done; ``pin`` is where somebody who may can type theirs.

    The page keeps its frame (`hub.web.frame`): what a whole store is calmed by is always at hand.
    """
    if by_htmx(request):
        answer = HTMLResponse(escape(sentence(words)), status)
        answer.headers.update(
            {
                "HX-Retarget": "#notice",
                "HX-Reswap": "innerHTML",
                "HX-Trigger": "stemning:refused",
            }
        )
        return answer
    values = {"title": title or _("That was not done"), "words": sentence(words), "pin": pin}
    return page("problem.html", {**values, "bar": _frame(request, status)}, status)


def _frame(request: Request, status: int) -> object:
    """The top of the store's pages, unless the hub itself is in trouble."""
    app = request.scope.get("app")
    frame = getattr(app.state, "frame", None) if app is not None else None
    return frame(request) if frame is not None and status < 500 else None


def sentence(words: str) -> str:
    """An error's text as a sentence: from a capital letter to a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")
