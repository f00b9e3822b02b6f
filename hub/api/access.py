"""What a route asks of whoever calls it. A route that says nothing is for nobody."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.datastructures import FormData

from hub.api.csrf import CSRF_FIELD, CSRF_HEADER, is_token
from hub.errors import AmbiguousZoneError, UnavailableError, UnknownZoneError
from hub.parts import HubParts
from hub.people.errors import (
    ForbiddenError,
    ForeignRequestError,
    PinError,
    SignInError,
    UndeclaredRouteError,
)
from hub.people.rights import RIGHTS, Right
from hub.people.who import NOBODY, Who
from scenes.language import N_, _

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
_ROLE_WORDS = {
    "staff": N_("staff"),
    "manager": N_("a manager"),
    "analyst": N_("an analyst"),
    "installer": N_("an installer"),
    "head-office": N_("head office"),
}
_key = HTTPBearer(
    scheme_name="access-key",
    description="An access key of an account, as `stemning sign-in` makes one.",
    auto_error=False,
)

Check = Callable[..., Coroutine[Any, Any, None]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route needs: a right, or None where it is open to everybody."""

    right: Right | None


def who_asks(request: Request) -> Who:
    """Whoever sent ``request``."""
    who: Who = getattr(request.state, "who", NOBODY)
    return who


async def _who(request: Request) -> Who:
    return who_asks(request)


WhoDep = Annotated[Who, Depends(_who)]
"""What a route asks for: ``def week(who: WhoDep)``."""


def needs(right: Right) -> Check:
    """A route's dependency: ``dependencies=[Depends(needs(Right.PLAN))]``.

    Where the request names a store, or a zone that one store has, the right is asked for there.
    Whatever belongs to a store that the handler finds out about asks `check_store`.
    """

    async def check(request: Request, _shown: Annotated[object, Depends(_key)] = None) -> None:
        if getattr(request.state, "who_unknown", False):
            raise UnavailableError(_("the database does not answer now; try again"))
        who = who_asks(request)
        check_right(who, right)
        for store in _stores_of(request):
            check_right(who, right, store)

    check.declares = Declared(right)  # type: ignore[attr-defined]
    return check


async def open_to_all() -> None:
    """A route's dependency: whoever asks is let in, or shows something of its own."""


open_to_all.declares = Declared(None)  # type: ignore[attr-defined]


def check_right(who: Who, right: Right, store: str | None = None) -> None:
    """`SignInError` for nobody, `PinError` for a tablet, `ForbiddenError` for who may not."""
    if who.may(right, store):
        return
    if who.kind == "nobody":
        raise SignInError(_("sign in first (in a terminal: stemning sign-in)"))
    if who.kind == "tablet":
        raise PinError(_("this needs a person: choose your name and type your PIN"))
    if right not in who.rights:
        said = _("{who} may not do this; {others} may")
        raise ForbiddenError(said.format(who=who.name or _("this account"), others=_who_may(right)))
    said = _("{who} may not do this in the store {store}")
    raise ForbiddenError(said.format(who=who.name or _("this account"), store=store))


def check_store(who: Who, right: Right, store: str) -> None:
    """The same, for a handler that knows the store only now."""
    check_right(who, right, store)


def own_stores(who: Who, things: Iterable[T], store: Callable[[T], str]) -> list[T]:
    """Those of ``things`` that are of the stores of ``who``."""
    return [each for each in things if who.in_store(store(each))]


def own_store(who: Who, store: str | None) -> str | None:
    """The one that a request which names no store is about, where None would be all of them.

    Whoever has a single store means that one; `ForbiddenError` for who has several and not all.
    """
    if store is not None or who.stores is None:
        return store
    if len(who.stores) != 1:
        raise ForbiddenError(_("say which of your stores you mean"))
    return next(iter(who.stores))


async def guarded(request: Request) -> None:
    """Every route's dependency: it has said what it needs, and no other site's page sends it."""
    route = request.scope["route"]
    if declared(route) is None:
        raise UndeclaredRouteError("this route doesn't say who may use it, so nobody may")
    if request.method in _SAFE:
        return
    _check_origin(request)
    who = who_asks(request)
    if who.csrf:
        given = request.headers.get(CSRF_HEADER) or await _csrf_field(request)
        if not is_token(given, who.csrf):
            raise ForeignRequestError(_("this page is older than your sign-in: try once more"))


async def _csrf_field(request: Request) -> str:
    form = _form(request)
    kind = request.headers.get("Content-Type", "").lower()
    # A page's route that takes no field of its own. Of the API such a body is a file that its
    # handler reads in pieces; its token is in the header.
    if form is None and kind.startswith(_FORM) and not request.url.path.startswith("/api/"):
        form = await request.form()
    value = form.get(CSRF_FIELD) if form else None
    return value if isinstance(value, str) else ""


def declared(route: APIRoute) -> Declared | None:
    """What a route has said that it needs; None if nothing."""
    return next(_declarations(route.dependant), None)


def _declarations(dependant: Dependant) -> Iterator[Declared]:
    for each in dependant.dependencies:
        found = getattr(each.call, "declares", None)
        if isinstance(found, Declared):
            yield found
        yield from _declarations(each)


def _stores_of(request: Request) -> list[str]:
    """Every store that a request names, and that of every zone, wherever.

    Which of them the handler takes is not known here: one that is named where nobody looks does
    not make up for the zone's own.
    """
    form = _form(request)
    found = _named("store", request, form)
    hub: HubParts = request.app.state.hub
    for zone in _named("zone", request, form):
        # Where it is none, or several stores', the handler needs a store, or does nothing.
        with suppress(UnknownZoneError, AmbiguousZoneError):
            found.append(hub.planner.find(zone, None).store.id)
    return found


def _named(name: str, request: Request, form: FormData | None) -> list[str]:
    in_path = request.path_params.get(name)
    found = [] if in_path is None else [str(in_path)]
    found += request.query_params.getlist(name)
    if form is not None:
        found += [value for value in form.getlist(name) if isinstance(value, str)]
    return [value for value in found if value]


def _form(request: Request) -> FormData | None:
    """The form that the handler sees: parsed by now, as the route says that it takes one."""
    parsed: FormData | None = getattr(request, "_form", None)
    return parsed


def _check_origin(request: Request) -> None:
    """What a browser says about where a request comes from; programs say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForeignRequestError(_("this was not sent from the hub's own page"))
    if request.headers.get("Authorization", "").lower().startswith("bearer "):
        return  # which no browser sends by itself, and beside which no cookie counts
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        raise ForeignRequestError(_("this was not sent from the hub's own page"))


def _who_may(right: Right) -> str:
    may = [_(_ROLE_WORDS[role]) for role, rights in RIGHTS.items() if right in rights]
    if len(may) == 1:
        return may[0]
    return _("{several} or {last}").format(several=", ".join(may[:-1]), last=may[-1])
