"""Who works with the hub: accounts, shared tablets, access keys, and PINs that were guessed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from hub.api.access import WhoDep, needs
from hub.api.errors import status_of
from hub.api.people import account_tag
from hub.api.precondition import Precondition
from hub.parts import HubParts, HubPartsDep
from hub.people.accounts import NewAccount, Wish, managed_roles
from hub.people.errors import (
    UsernameError,
    UsernameTakenError,
    WeakPinError,
    WeakSecretError,
)
from hub.people.rights import Right, Role
from hub.people.sessions import Kind
from hub.people.who import Who
from hub.web.cookies import let_in, let_out
from hub.web.people.view import people_view, role_word
from hub.web.rendering import PageRoute, by_htmx, page, sentence
from hub.web.store_bar import StoreId, no_store, pick_store, store_bar
from scenes.errors import StemningError

PATH = "/people"
ALL_STORES = "*"
"""What the form says for all stores, also those to come."""
router = APIRouter(
    include_in_schema=False,
    route_class=PageRoute,
    dependencies=[Depends(needs(Right.PEOPLE))],
)

Text = Annotated[str, Form(max_length=200)]
MOST = 2**63 - 1
"""What a database counts to."""
Number = Annotated[int, Form(ge=1, le=MOST)]
Made = Annotated[int | None, Query(ge=1, le=MOST)]
StoreField = Annotated[str, Form(max_length=64)]


@router.get(PATH)
def people_page(
    hub: HubPartsDep, who: WhoDep, store: StoreId = None, made: Made = None
) -> Response:
    """Everybody of one's own stores; that the account ``made`` is there now, beside its name."""
    picked = pick_store(hub, store)
    return no_store(hub) if picked is None else _shown(hub, who, picked.id, made=made)


class Newcomer(BaseModel):
    """The form that makes an account."""

    store: str = Field(max_length=64)
    username: str = Field(max_length=200)
    name: str = Field(max_length=200)
    role: Role
    password: str = Field(default="", max_length=200)
    pin: str = Field(default="", max_length=200)
    csrf: str = ""


@router.post("/people/add")
def add(hub: HubPartsDep, who: WhoDep, wish: Annotated[Newcomer, Form()]) -> Response:
    """Make an account: of this store, or of all for head office."""
    stores = None if wish.role is Role.HEAD_OFFICE else frozenset({wish.store})
    new = NewAccount(username=wish.username, name=wish.name, role=wish.role, stores=stores)
    try:
        made = hub.people.office.create(who, new, wish.password, wish.pin)
    except StemningError as error:
        kept = {"username": wish.username, "name": wish.name, "role": str(wish.role)}
        problem = Problem(sentence(str(error)), "add", _field(error))
        return _shown(hub, who, wish.store, problem, kept, status_of(error))
    return RedirectResponse(f"{PATH}?store={wish.store}&made={made.id}", 303)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was not done: ``words``, in which form, and beside which of its fields.

    ``form`` is "add" or the number of an account; empty: it is of the whole page.
    """

    words: str = ""
    form: str = ""
    field: str = ""


NO_PROBLEM = Problem()


def _field(error: StemningError) -> str:
    match error:
        case UsernameTakenError() | UsernameError():
            return "username"
        case WeakPinError():
            return "pin"
        case WeakSecretError():
            return "password"
        case _:
            return ""


class Changed(BaseModel):
    """The form that changes an account; ``choose_stores`` says that ``stores`` are all of them."""

    store: str = Field(max_length=64)
    account: int = Field(ge=1, le=MOST)
    seen: str = Field(max_length=100)
    name: str = Field(default="", max_length=200)
    role: Role | None = None
    active: bool | None = None
    choose_stores: bool = False
    stores: list[str] = Field(default=[], max_length=10_000)
    csrf: str = ""

    def wish(self) -> Wish:
        """What shall be otherwise."""
        stores: tuple[frozenset[str] | None] | None = None
        if self.role is Role.HEAD_OFFICE or (self.choose_stores and ALL_STORES in self.stores):
            stores = (None,)
        elif self.choose_stores:
            stores = (frozenset(self.stores),)
        return Wish(name=self.name or None, role=self.role, active=self.active, stores=stores)


@router.post("/people/change")
def change(hub: HubPartsDep, who: WhoDep, form: Annotated[Changed, Form()]) -> Response:
    """Another name, role or stores, or let nobody in by the account, or let them in again."""
    wish, seen = form.wish(), Precondition(form.seen)

    def act() -> None:
        hub.people.office.change(who, form.account, wish, lambda now: seen.check(account_tag(now)))

    return _done(hub, who, form.store, act, form.account)


@router.post("/people/pin")
def pin(
    hub: HubPartsDep, who: WhoDep, store: StoreField, account: Number, pin: Text = ""
) -> Response:
    """Another PIN, or none."""
    return _done(hub, who, store, lambda: hub.people.office.new_pin(who, account, pin), account)


@router.post("/people/pin/unlock")
def unlock_pin(hub: HubPartsDep, who: WhoDep, store: StoreField, account: Number) -> Response:
    """Let somebody's PIN open tablets again that too many wrong ones were typed on."""
    return _done(hub, who, store, lambda: hub.people.office.unlock_pin(who, account), account)


@router.post("/people/password")
def password(
    hub: HubPartsDep, who: WhoDep, store: StoreField, account: Number, password: Text
) -> Response:
    """Another password; the account is signed out everywhere."""

    def act() -> object:
        return hub.people.office.new_password(who, account, password)

    return _done(hub, who, store, act, account)


@router.post("/people/sign-out")
def sign_out_everywhere(
    hub: HubPartsDep, who: WhoDep, store: StoreField, account: Number
) -> Response:
    """End all sessions and keys of an account."""
    return _done(hub, who, store, lambda: hub.people.office.end_sessions(who, account), account)


@router.post("/people/tablet")
def make_tablet(
    request: Request, hub: HubPartsDep, who: WhoDep, store: StoreField, name: Text
) -> Response:
    """Make this browser the store's shared tablet; whoever made it is signed out here."""
    try:
        token = hub.people.office.make_tablet(who, store, name)
    except StemningError as error:
        problem = Problem(sentence(str(error)))
        return _shown(hub, who, store, problem, status=status_of(error))
    answer = RedirectResponse(f"/?store={store}", 303)
    let_out(answer)
    let_in(request, answer, Kind.TABLET, token)
    return answer


@router.post("/people/tablet/end")
def end_tablet(hub: HubPartsDep, who: WhoDep, store: StoreField, tablet: Text) -> Response:
    """Let a tablet in no more."""
    return _done(hub, who, store, lambda: hub.people.office.end_tablet(who, tablet))


@router.post("/people/tablet/unlock")
def unlock_tablet(hub: HubPartsDep, who: WhoDep, store: StoreField, tablet: Text) -> Response:
    """Let PINs open a tablet again that too many wrong ones were typed on."""
    return _done(hub, who, store, lambda: hub.people.office.unlock_tablet(who, tablet))


@router.post("/people/key/end")
def end_key(hub: HubPartsDep, who: WhoDep, store: StoreField, key: Text) -> Response:
    """Let an access key open nothing any more."""
    return _done(hub, who, store, lambda: hub.people.office.end_key(who, key))


@router.post("/people/alarms/seen")
def alarms_seen(
    request: Request, hub: HubPartsDep, who: WhoDep, store: StoreField, newest: Number
) -> Response:
    """Whoever may has seen where PINs were guessed at; an open page hears of it live."""
    hub.people.alarms.seen(who, newest)
    return Response(status_code=204) if by_htmx(request) else _back(store)


def _done(
    hub: HubParts, who: Who, store: str, act: Callable[[], object], account: int | None = None
) -> Response:
    try:
        act()
    except StemningError as error:
        problem = Problem(sentence(str(error)), str(account or ""))
        return _shown(hub, who, store, problem, status=status_of(error))
    return _back(store)


def _back(store: str) -> Response:
    return RedirectResponse(f"{PATH}?store={store}", 303)


def _shown(
    hub: HubParts,
    who: Who,
    store: str,
    problem: Problem = NO_PROBLEM,
    kept: dict[str, str] | None = None,
    status: int = 200,
    made: int | None = None,
) -> Response:
    picked = hub.planner.store(store)
    people = people_view(hub, who, picked)
    if problem.form not in {"add", *(str(each.account) for each in people.persons if each.forms)}:
        problem = replace(problem, form="", field="")
    values = {
        "bar": store_bar(hub, picked, PATH),
        "people": people,
        "made": next((each for each in people.persons if each.account == made), None),
        "roles": sorted(managed_roles(who)),
        "role_word": role_word,
        "all_stores": ALL_STORES if who.stores is None else "",
        "problem": problem,
        "kept": kept or {"username": "", "name": "", "role": "staff"},
    }
    return page("people/page.html", values, status)
