"""Every route of the API and the pages, asked by everybody: who may not is refused, and only they.

The table is made of the rights of each role and of the right that each route declares.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Route

from hub.api.access import Declared, declared
from hub.api.csrf import masked
from hub.api.letting_in import TABLET_COOKIE
from hub.app import create_app
from hub.audit import Search, find
from hub.parts import HubParts
from hub.people.rights import RIGHTS, Right, Role
from hub.people.sessions import Kind, Opening
from tests.hub.people.first_answer import FirstAnswer, first_answer
from tests.hub.shops import FakeClock, a_hub
from tests.parts.signed_in import account

OWN, OTHER = "nordic", "mall"
SHOP = f"""
stores:
  - id: {OWN}
    name: Nordic
    time_zone: Europe/Copenhagen
    currency: DKK
    zones:
      - {{id: entrance, name: Entrance, fallback: trading}}
  - id: {OTHER}
    name: Mall
    time_zone: Europe/Copenhagen
    currency: DKK
    zones:
      - {{id: hall, name: Hall, fallback: trading}}
"""
PARAMETERS = {
    "scene": "trading",
    "edge": "ceiling",
    "template": "winter",
    "integration": "mirrors",
    "number": "1",
    "account": "999999",
    "tablet": "0" * 64,
    "key": "0" * 64,
    "part": "rules",
    "day": "2026-10-22",
}
REFUSED = {"people.sign-in", "people.pin", "people.forbidden", "people.undeclared"}
SLOW = {"/api/v1/effects", "/fragments/effects"}
"""Whose answer takes another process seconds: only refusals are asked for here."""

SIGNS_OUT = {"/api/v1/me/key"}
"""Where whoever asks is let in by nothing afterwards: each time somebody else asks."""

OF_ONESELF = {"/me", "/me/choose", "/me/pin", "/me/sign-out"}
"""What needs an account besides its right: a tablet has none, and asks who it is."""

NO_ROUTES_OF_OURS = {"/openapi.json", "/docs"}
"""What needs nobody and is no route of FastAPI's: a description that is in the source anyway."""


@dataclass(frozen=True)
class Asked:
    """A route as it stands in the application."""

    method: str
    path: str
    needs: Declared | None

    def at(self, store: str) -> str:
        values = {**PARAMETERS, "store": store, "zone": "entrance" if store == OWN else "hall"}
        return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: values.get(found[1], "x"), self.path)


@dataclass(frozen=True)
class Caller:
    """Somebody who asks; ``role`` is None for nobody."""

    name: str
    role: Role | None
    headers: Mapping[str, str]
    everywhere: bool = False

    def may(self, right: Right, store: str) -> bool:
        if self.role is None or right not in RIGHTS[self.role]:
            return False
        return self.everywhere or store == OWN


def routes_of(app: FastAPI) -> list[Asked]:
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            methods = sorted((route.methods or set()) - {"HEAD"})
            found += [Asked(method, context.path or "", declared(route)) for method in methods]
    return found


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[HubParts]:
    directory = tmp_path_factory.mktemp("roles")
    shutil.copy(sqlite_template, directory / "hub.db")
    made = a_hub(directory, f"sqlite:///{directory / 'hub.db'}", FakeClock(), shop_file=SHOP)
    yield made
    made.engine.dispose()


def callers(hub: HubParts) -> list[Caller]:
    sessions = hub.people.sessions
    found = [Caller("nobody", None, {})]
    for role in Role:
        everywhere = role is Role.HEAD_OFFICE
        who = account(hub.engine, role, role, None if everywhere else [OWN], name=role)
        key = sessions.open(Opening(kind=Kind.KEY, account=who.id))
        found.append(Caller(role, role, {"Authorization": f"Bearer {key}"}, everywhere))
    token = sessions.open(Opening(kind=Kind.TABLET, store=OWN, name="Till"))
    tablet = sessions.find(token)
    assert tablet is not None
    cookie = {"Cookie": f"{TABLET_COOKIE}={token}", "X-CSRF-Token": masked(tablet.csrf)}
    return [*found, Caller("tablet", Role.STAFF, cookie)]


def test_every_route_says_what_it_needs(hub: HubParts) -> None:
    app = create_app(hub)
    routes = routes_of(app)
    assert len(routes) > 100
    assert [each for each in routes if each.needs is None] == []


def test_what_is_no_such_route_is_named_here(hub: HubParts) -> None:
    plain = {
        route.path
        for route in create_app(hub).routes
        if isinstance(route, Route) and not isinstance(route, APIRoute)
    }
    plain = {path for path in plain if not path.startswith("/static/")}
    assert plain - {"/manifest.webmanifest", "/sw.js", "/offline"} == NO_ROUTES_OF_OURS


@pytest.mark.timeout(120)
def test_every_route_is_answered_to_who_may_and_to_nobody_else(hub: HubParts) -> None:
    app = create_app(hub)
    wrong: list[str] = []

    async def ask(route: Asked, caller: Caller, store: str) -> FirstAnswer:
        if route.path in SIGNS_OUT:
            caller = next(each for each in callers(hub) if each.name == caller.name)
        headers = {"HX-Request": "true", **caller.headers}
        return await first_answer(app, route.method, route.at(store), f"store={store}", headers)

    async def walk() -> int:
        count = 0
        everybody = callers(hub)
        for route in routes_of(app):
            if route.needs is None or route.needs.right is None:
                continue
            for caller in everybody:
                for store in (OWN, OTHER):
                    if route.path in SLOW and caller.may(route.needs.right, store):
                        continue
                    answer = await ask(route, caller, store)
                    said = judge(route, caller, store, answer)
                    wrong.extend([said] if said else [])
                    count += 1
        return count

    assert asyncio.run(walk()) > 1000
    assert not wrong, "\n".join(wrong)


def judge(route: Asked, caller: Caller, store: str, answer: FirstAnswer) -> str:
    """What is wrong about an answer; empty for nothing."""
    assert route.needs is not None
    assert route.needs.right is not None
    place = f"{caller.name} in {store}: {route.method} {route.path}: {answer.status} {answer.code}"
    page = not route.path.startswith("/api/") and answer.code == ""
    refused = answer.code in REFUSED or (page and answer.status in {401, 403})
    asks_who = caller.name == "tablet" and route.path in OF_ONESELF
    if caller.may(route.needs.right, store) and not asks_who:
        return f"{place}, and may" if refused else ""
    if not refused:
        return f"{place}, and may not"
    expected = 403 if caller.role and caller.name != "tablet" else 401
    return "" if answer.status == expected else f"{place} is not {expected}"


def test_a_route_that_says_nothing_is_for_nobody(hub: HubParts) -> None:
    forgotten = APIRouter()

    @forgotten.get("/api/v1/forgotten")
    def nothing_said() -> str:
        return "open"

    app = create_app(hub)
    app.include_router(forgotten)
    head_office = next(each for each in callers(hub) if each.everywhere)
    answer = asyncio.run(first_answer(app, "GET", "/api/v1/forgotten", "", head_office.headers))
    assert (answer.status, answer.code) == (403, "people.undeclared")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_names_no_store_behind_the_back_of_its_address(hub: HubParts, kind: str) -> None:
    app = create_app(hub)
    manager = next(each for each in callers(hub) if each.role is Role.MANAGER)
    fields = {"store": OTHER, "zone": "hall", "scene": "trading", "end": "30", "seen": "*"}
    if kind.startswith("multipart"):
        parts = (
            f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        body, kind = f"{''.join(parts)}--B--\r\n", f"{kind}; boundary=B"
    else:
        body = "&".join(f"{name}={value}" for name, value in fields.items())
    headers = {"HX-Request": "true", "Content-Type": kind, **manager.headers}
    answer = asyncio.run(
        first_answer(app, "POST", "/override", f"store={OWN}", headers, body.encode())
    )
    assert answer.status == 403
    with hub.engine.connect() as connection:
        assert not find(connection, Search(action="override"), 1)


@pytest.mark.parametrize("query", ["", f"store={OWN}"])
@pytest.mark.parametrize("what", ["override", "adjustments/light", "audition"])
def test_a_store_that_nobody_looks_at_does_not_make_up_for_the_zone_s_own(
    hub: HubParts, what: str, query: str
) -> None:
    app = create_app(hub)
    form = {"Content-Type": "application/x-www-form-urlencoded", "If-Match": "*"}
    known = callers(hub)
    for name in ("manager", "head-office"):
        caller = next(each for each in known if each.name == name)
        answer = asyncio.run(
            first_answer(
                app,
                "DELETE",
                f"/api/v1/zones/hall/{what}",
                query,
                {**form, **caller.headers},
                f"store={OWN}".encode(),
            )
        )
        # Head office is told what there is: in that store no such zone.
        there_is = 404 if query else 204 if what == "audition" else 200
        assert answer.status == (403 if name == "manager" else there_is), (name, answer.body)
