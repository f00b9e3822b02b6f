"""PINs that were guessed at are told on every page of that store, to who manages its people."""

from __future__ import annotations

import pytest

from hub.api.csrf import masked
from hub.api.letting_in import SESSION_COOKIE
from hub.app import create_app
from hub.parts import HubParts
from hub.people.rights import Role
from hub.people.sessions import Kind, Opening
from tests.hub.asgi_client import AsgiClient
from tests.parts.signed_in import account, guessed_pin

WORDS = "Somebody tried to guess the PIN of Kim Lund on Till tablet"
PAGES = ("/", "/week", "/scenes", "/devices", "/history")


@pytest.fixture
def guessed(parts: HubParts) -> HubParts:
    parts.people.alarms.sound(guessed_pin("nordic", "Kim Lund"))
    return parts


def test_every_page_of_the_store_tells_a_manager_until_they_have_seen_it(guessed: HubParts) -> None:
    app = create_app(guessed)
    kim = account(guessed.engine, "kim", Role.MANAGER, ["nordic"], name="Kim Lund")
    manager = AsgiClient(app, kim)
    for path in PAGES:
        assert manager.get(path, params={"store": "nordic"}).text.count(WORDS) == 1, path
    # There it stands with the button.
    assert manager.get("/people?store=nordic").text.count(WORDS) == 1
    token = guessed.people.sessions.open(Opening(kind=Kind.PERSON, account=kim.id))
    session = guessed.people.sessions.find(token)
    assert session is not None
    seen = AsgiClient(app, key="").post(
        "/people/alarms/seen",
        data={"store": "nordic", "newest": "1", "csrf": masked(session.csrf)},
        headers={"Cookie": f"{SESSION_COOKIE}={token}"},
    )
    assert seen.status_code == 303
    for path in (*PAGES, "/people"):
        assert WORDS not in manager.get(path, params={"store": "nordic"}).text, path


@pytest.mark.parametrize("role", [Role.STAFF, Role.ANALYST, Role.INSTALLER])
def test_nobody_else_reads_of_it(guessed: HubParts, role: Role) -> None:
    other = AsgiClient(create_app(guessed), account(guessed.engine, "robin", role, ["nordic"]))
    assert other.get("/").status_code == 200
    assert WORDS not in other.get("/").text


def test_what_many_read_at_once_says_nothing_of_it(guessed: HubParts) -> None:
    manager = AsgiClient(
        create_app(guessed), account(guessed.engine, "kim", Role.MANAGER, ["nordic"])
    )
    bar = manager.get("/").text.partition('<section id="bar"')[2].partition("</section>")[0]
    assert bar
    assert WORDS not in bar
