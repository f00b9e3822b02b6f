"""What an open page goes on being told: only while its reader is let in, and no secret."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub import web
from hub.api.csrf import masked
from hub.api.letting_in import SESSION_COOKIE, TABLET_COOKIE, is_by_itself
from hub.app import create_app
from hub.parts import HubParts
from hub.people.accounts import Account, Wish
from hub.people.rights import Role
from hub.people.sessions import Kind, Opening, Session
from hub.people.who import NOBODY
from tests.hub.asgi_client import AsgiClient
from tests.hub.people.first_answer import FirstAnswer, an_answer
from tests.hub.shops import FakeClock
from tests.parts.signed_in import account, guessed_pin

WEB = Path(web.__file__).parent
STORE = "nordic"
GUESSED = "Somebody tried to guess the PIN of Kim Lund on Till tablet"
MANY = 40
"""More live messages than anything that is waited for takes."""


@dataclass(frozen=True)
class Reader:
    """A browser with somebody in it."""

    cookie: str
    sessions: tuple[Session, ...]
    tokens: tuple[str, ...]

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie}

    @property
    def secrets(self) -> set[str]:
        """Whatever of it is nobody else's."""
        of_sessions = {text for each in self.sessions for text in (each.id, each.csrf)}
        return of_sessions | set(self.tokens)


@pytest.fixture
def kim(parts: HubParts) -> Account:
    account(parts.engine, "boss", Role.HEAD_OFFICE)
    return account(parts.engine, "kim", Role.MANAGER, [STORE], name="Kim Lund")


def reader(parts: HubParts, *openings: tuple[str, Opening]) -> Reader:
    tokens = tuple(parts.people.sessions.open(opening) for _cookie, opening in openings)
    found = [parts.people.sessions.find(token) for token in tokens]
    pairs = zip(openings, tokens, strict=True)
    cookie = "; ".join(f"{name}={token}" for (name, _opening), token in pairs)
    return Reader(cookie, tuple(each for each in found if each), tokens)


def a_person(parts: HubParts, who: Account) -> Reader:
    return reader(parts, (SESSION_COOKIE, Opening(kind=Kind.PERSON, account=who.id)))


def a_tablet(parts: HubParts) -> Reader:
    return reader(parts, (TABLET_COOKIE, Opening(kind=Kind.TABLET, store=STORE, name="Till")))


def by_pin(parts: HubParts, who: Account) -> Reader:
    tablet = a_tablet(parts)
    opening = Opening(kind=Kind.PIN, account=who.id, tablet=tablet.sessions[0].id)
    person = reader(parts, (SESSION_COOKIE, opening))
    return Reader(
        f"{tablet.cookie}; {person.cookie}",
        (*tablet.sessions, *person.sessions),
        (*tablet.tokens, *person.tokens),
    )


async def until(parts: HubParts, answer: FirstAnswer, words: str | None) -> str:
    """Everything that is told up to ``words``, or up to the end with None."""
    text = answer.body.decode()
    for _ in range(MANY):
        if words is not None and words in text:
            return text
        parts.changes.notify("people")
        more = await answer.next()
        if more is None:
            assert words is None, text
            return text
        text += more.decode()
    raise AssertionError(f"never heard {words or 'its end'}: {text}")


def live(parts: HubParts, who: Reader, then: Callable[[], object], words: str | None) -> str:
    """What a page of ``who`` is told when ``then`` happens."""
    app = create_app(parts)

    async def listen() -> str:
        query = f"store={STORE}&zones=false"
        async with an_answer(app, "GET", "/live", query, who.headers) as answer:
            assert answer.status == 200
            assert "event: build" in answer.body.decode()
            heard = await until(parts, answer, "event: beat")
            await asyncio.to_thread(then)
            return heard + await until(parts, answer, words)

    return asyncio.run(listen())


def goes(parts: HubParts, kim: Account, wish: Wish) -> Callable[[], object]:
    return lambda: parts.people.accounts.change(kim.id, wish, NOBODY)


def test_a_page_is_told_no_more_when_its_reader_is_another_one(parts: HubParts) -> None:
    account(parts.engine, "boss", Role.HEAD_OFFICE)
    wishes = {
        "dismissed": Wish(active=False),
        "another role": Wish(role=Role.STAFF),
        "another store": Wish(stores=(frozenset({"mall"}),)),
        "another language": Wish(language="sv"),
    }
    for name, wish in wishes.items():
        who = account(parts.engine, name, Role.MANAGER, [STORE])
        live(parts, a_person(parts, who), goes(parts, who, wish), None)


def test_a_page_is_told_no_more_when_its_session_ends(
    parts: HubParts, kim: Account, clock: FakeClock
) -> None:
    person, tablet, pin = a_person(parts, kim), a_tablet(parts), by_pin(parts, kim)
    live(parts, person, lambda: parts.people.sessions.end_of(kim.id, kinds=(Kind.PERSON,)), None)
    live(parts, tablet, lambda: parts.people.sessions.end(tablet.sessions[0].id), None)
    # Nobody touches the tablet for five minutes: what the page hears is no use of it.
    live(parts, pin, lambda: clock.forward(minutes=6), None)


def test_the_same_reader_goes_on_being_told(
    parts: HubParts, kim: Account, clock: FakeClock
) -> None:
    other = account(parts.engine, "robin", Role.STAFF, [STORE])

    def another_goes() -> None:
        clock.forward(minutes=4)
        parts.people.accounts.change(other.id, Wish(active=False), NOBODY)
        parts.people.alarms.sound(guessed_pin(STORE, "Kim Lund"))

    live(parts, by_pin(parts, kim), another_goes, GUESSED)


def test_a_guessed_pin_is_told_to_open_pages_of_managers_alone_and_no_secret_to_anybody(
    parts: HubParts, kim: Account
) -> None:
    def guess() -> None:
        parts.people.alarms.sound(guessed_pin(STORE, "Kim Lund"))

    manager, tablet = a_person(parts, kim), a_tablet(parts)
    staff = a_person(parts, account(parts.engine, "robin", Role.STAFF, [STORE]))
    heard = live(parts, manager, guess, GUESSED)
    assert f'href="/people?store={STORE}"' in heard
    for who in (staff, tablet):
        told = live(parts, who, guess, "event: beat")
        assert "guessed" not in told
        heard += told
    for who in (manager, staff, tablet):
        assert not [each for each in who.secrets if each in heard]
    assert not re.search(r"csrf|stemning_(session|tablet)|argon2", heard)


def test_what_somebody_has_seen_goes_from_open_pages_and_what_came_later_stays(
    parts: HubParts, kim: Account
) -> None:
    alarms, manager = parts.people.alarms, a_person(parts, kim)
    alarms.sound(guessed_pin(STORE, "Kim Lund"))
    app = create_app(parts)
    page = AsgiClient(app, key="").get(f"/people?store={STORE}", headers=manager.headers).text
    found = re.search(r'name="newest" value="(\d+)"', page)
    assert found is not None
    alarms.sound(guessed_pin(STORE, "Robin"))
    form = {"store": STORE, "newest": found[1], "csrf": masked(manager.sessions[0].csrf)}

    def seen() -> None:
        headers = {**manager.headers, "HX-Request": "true"}
        sent = AsgiClient(app, key="").post("/people/alarms/seen", data=form, headers=headers)
        assert sent.status_code == 204

    seen()
    (left,) = alarms.unseen()
    assert left.name == "Robin"
    form["newest"] = str(left.id)
    told = live(parts, manager, seen, 'event: guessed\ndata: <div id="guessed">\ndata: </div>')
    assert "Robin" in told


@pytest.mark.parametrize(
    "path",
    [
        "/live",
        "/alive",
        "/fragments/devices",
        "/fragments/week",
        "/fragments/scenes",
        "/fragments/scenes/event/places",
    ],
)
def test_what_a_page_asks_by_itself_makes_no_session_last(
    parts: HubParts, kim: Account, clock: FakeClock, path: str
) -> None:
    app, who = create_app(parts), by_pin(parts, kim)

    def ask(path: str) -> int:
        async def first() -> int:
            async with an_answer(app, "GET", path, f"store={STORE}", who.headers) as answer:
                return answer.status

        return asyncio.run(first())

    def name() -> str:
        me = AsgiClient(app, key="").get("/api/v1/me", headers=who.headers).json()
        return str(me["name"])

    for _ in range(2):
        clock.forward(minutes=2)
        assert ask(path) in {200, 204}
    clock.forward(minutes=2)
    assert name() == "Till"


BY_A_TAP = {
    "/fragments/scenes/x/changes",
    "/fragments/scenes/x/publish",
    "/fragments/scenes/x/standing",
    "/fragments/voices",  # once, by the page that somebody opened
}


def test_every_part_of_a_page_is_asked_for_by_a_tap_or_known_to_be_asked_for_by_itself() -> None:
    asked = set()
    for directory, kind in (("static", "*.js"), ("templates", "*.html")):
        for file in (WEB / directory).rglob(kind):
            for found in re.findall(r"/fragments/[^`\"'?\s]+", file.read_text(encoding="utf-8")):
                # An expression that is all of a step stands for one, any other for nothing.
                asked.add(re.sub(r"\$\{\w+\}", "", re.sub(r"/\$\{\w+\}(?=/)", "/x", found)))
    repeated = {path for path in asked if is_by_itself(path)}
    assert asked - repeated == BY_A_TAP
    assert len(repeated) == 5
