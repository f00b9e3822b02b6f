"""What is of another store is refused by what it belongs to, and not by a store in the address."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlencode

import msgspec
import pytest

from hub.app import create_app
from hub.audit import Search, find
from hub.parts import HubParts
from hub.people.rights import Role
from hub.people.sessions import Kind, Opening, id_of
from hub.triggers.integrations import Rights
from hub.voices.screens import NewScreen
from tests.hub.people.first_answer import FirstAnswer, first_answer
from tests.hub.people.test_every_route_and_role import (
    OTHER,
    OWN,
    PARAMETERS,
    REFUSED,
    callers,
    hub,
    routes_of,
)
from tests.parts.signed_in import account

__all__ = ["hub"]
BELONGS = {"zone", "account", "tablet", "key", "integration"}
"""What a path names that is of one store."""

BODIES: dict[tuple[str, str], object] = {
    ("PATCH", "/api/v1/people/{account}"): {"name": "Somebody else"},
    ("PUT", "/api/v1/people/{account}/password"): {"password": "ten blue lamps"},
    ("PUT", "/api/v1/people/{account}/pin"): {"pin": "8264"},
}
"""What is sent where the handler looks whose a thing is after it has read the body."""
FORMS: dict[str, dict[str, str]] = {
    "/people/change": {"account": "", "name": "Somebody else", "seen": "*"},
    "/people/pin": {"account": "", "pin": "8264"},
    "/people/pin/unlock": {"account": ""},
    "/people/password": {"account": "", "password": "ten blue lamps"},
    "/people/sign-out": {"account": ""},
    "/people/tablet/end": {"tablet": ""},
    "/people/tablet/unlock": {"tablet": ""},
    "/people/key/end": {"key": ""},
    "/voice/screens/revoke": {"screen": ""},
}
"""What the pages send of a thing, under a store that is the sender's; "" is that thing."""


def written(hub: HubParts) -> int:
    """How many changes there have been: every write tells of itself."""
    with hub.engine.connect() as connection:
        return len(find(connection, Search(), 1000))


@pytest.fixture(scope="module")
def things(hub: HubParts) -> dict[str, str]:
    """What there is in the other store, by what a path calls it."""
    sessions = hub.people.sessions
    person = account(hub.engine, "of the mall", Role.STAFF, [OTHER], name="Robin")
    rights = Rights(zones=("all",), scenes=("trading",), per_minute=10, longest_s=60)
    made, _token = hub.integrations.create(OTHER, "mall-mirrors", "Mirrors", rights, "a test")
    screen, _code = hub.voice_screens.make(NewScreen(store=OTHER, zone="hall"))
    key = sessions.open(Opening(kind=Kind.KEY, account=person.id, name="mine"))
    tablet = sessions.open(Opening(kind=Kind.TABLET, store=OTHER, name="Till"))
    return {
        **PARAMETERS,
        "zone": "hall",
        "account": str(person.id),
        "tablet": id_of(tablet),
        "key": id_of(key),
        "integration": made.id,
        "screen": str(screen.id),
    }


def judge(place: str, answer: FirstAnswer) -> str:
    """What is wrong about an answer; empty for nothing."""
    page = answer.code == "" and answer.status in {401, 403}
    return "" if page or answer.code in REFUSED else f"{place}: {answer.status} {answer.body!r}"


@pytest.mark.timeout(120)
def test_a_thing_of_another_store_is_refused_without_any_store_in_the_address(
    hub: HubParts, things: dict[str, str]
) -> None:
    app, wrong, asked = create_app(hub), [], set()
    known = [each for each in callers(hub) if each.role and not each.everywhere]
    before = written(hub)

    async def walk() -> None:
        for route in routes_of(app):
            named = set(re.findall(r"\{(\w+)", route.path)) & BELONGS
            right = route.needs and route.needs.right
            if not named or not right:
                continue
            path = re.sub(
                r"\{(\w+)(:\w+)?\}", lambda name: things.get(name[1], "light"), route.path
            )
            body = BODIES.get((route.method, route.path))
            kind = {"Content-Type": "application/json"} if body else {}
            for caller in known:
                # Who may nowhere is refused before anybody looks whose it is.
                if not caller.may(right, OWN):
                    continue
                headers = {"If-Match": "*", **kind, **caller.headers}
                sent = msgspec.json.encode(body) if body else b""
                answer = await first_answer(app, route.method, path, "", headers, sent)
                said = judge(f"{caller.name}: {route.method} {path}", answer)
                wrong.extend([said] if said else [])
                asked.update(named)

    asyncio.run(walk())
    assert not wrong, "\n".join(wrong)
    assert asked == BELONGS
    assert written(hub) == before


@pytest.mark.parametrize("path", FORMS)
def test_a_form_under_an_own_store_changes_nothing_of_another_one(
    hub: HubParts, things: dict[str, str], path: str
) -> None:
    manager = next(each for each in callers(hub) if each.role is Role.MANAGER)
    form = {"store": OWN, **{name: said or things[name] for name, said in FORMS[path].items()}}
    headers = {"Content-Type": "application/x-www-form-urlencoded", **manager.headers}
    before = written(hub)
    answer = asyncio.run(
        first_answer(create_app(hub), "POST", path, "", headers, urlencode(form).encode())
    )
    # Of a screen it is said that the store has none such.
    assert answer.status == (404 if "screen" in form else 403), answer.body
    assert written(hub) == before
