"""The shop's shared tablet: whoever comes in there is soon out, and a PIN opens no more than it."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from hub.api.letting_in import SESSION_COOKIE, TABLET_COOKIE
from hub.app import create_app
from hub.parts import HubParts
from hub.people.accounts import Account, Wish
from hub.people.rights import Role
from hub.people.sessions import RESET, Kind, Opening, id_of
from hub.people.who import NOBODY
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock
from tests.parts.signed_in import account, hashed

PASSWORD, PIN = "nine green lamps", "4071"
STORE = "nordic"


class Browser:
    """A browser that keeps its cookies, and sends the token that its last page was given."""

    def __init__(self, app: FastAPI, parts: HubParts, *, tablet: bool) -> None:
        self._client = AsgiClient(app, key="")
        self._cookies: dict[str, str] = {}
        if tablet:
            opening = Opening(kind=Kind.TABLET, store=STORE, name="Till")
            self._cookies[TABLET_COOKIE] = parts.people.sessions.open(opening)

    def get(self, path: str) -> httpx.Response:
        return self._kept(self._client.get(path, headers=self._headers()))

    def post(self, path: str, **fields: object) -> httpx.Response:
        form = {**fields, "csrf": self.me()["csrf"]}
        return self._kept(self._client.post(path, data=form, headers=self._headers()))

    def ask(self, method: str, path: str, body: object) -> httpx.Response:
        headers = {**self._headers(), "X-CSRF-Token": self.me()["csrf"]}
        return self._client.request(method, path, json=body, headers=headers)

    def me(self) -> dict[str, str]:
        said: dict[str, str] = self._client.get("/api/v1/me", headers=self._headers()).json()
        return said

    def token(self) -> str:
        return self._cookies[SESSION_COOKIE]

    def tablet_token(self) -> str:
        return self._cookies[TABLET_COOKIE]

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        self._cookies.update(answer.cookies)
        return answer


@pytest.fixture
def app(parts: HubParts) -> FastAPI:
    return create_app(parts)


def somebody(parts: HubParts, username: str, role: Role) -> Account:
    stores = None if role is Role.HEAD_OFFICE else [STORE]
    made = account(parts.engine, username, role, stores, name=username.title())
    wish = Wish(password_hash=hashed(PASSWORD), pin_hash=hashed(PIN))
    return parts.people.accounts.change(made.id, wish, NOBODY)


def test_who_comes_in_by_password_on_a_tablet_is_out_five_minutes_later(
    app: FastAPI, parts: HubParts, clock: FakeClock
) -> None:
    somebody(parts, "kim", Role.MANAGER)
    tablet, own = Browser(app, parts, tablet=True), Browser(app, parts, tablet=False)
    for browser, minutes in ((tablet, 30), (own, 30 * 24 * 60)):
        came_in = browser.post("/sign-in", username="kim", password=PASSWORD)
        assert came_in.status_code == 303
        # The browser shows it no longer than it could open anything.
        assert f"Max-Age={minutes * 60};" in came_in.headers["set-cookie"]
        assert browser.me()["name"] == "Kim"
    assert 'action="/pin/done"' in tablet.get(f"/people?store={STORE}").text
    assert 'action="/pin/done"' not in own.get(f"/people?store={STORE}").text
    clock.forward(minutes=6)
    assert (tablet.me()["name"], own.me()["name"]) == ("Till", "Kim")
    # Or at once, by a tap.
    assert tablet.post("/sign-in", username="kim", password=PASSWORD).status_code == 303
    token = tablet.token()
    assert tablet.post("/pin/done").status_code == 303
    assert tablet.me()["name"] == "Till"
    assert parts.people.sessions.find(token) is None


def test_a_pin_is_no_way_to_more_than_a_pin(app: FastAPI, parts: HubParts) -> None:
    boss = somebody(parts, "boss", Role.HEAD_OFFICE)
    kim = somebody(parts, "kim", Role.MANAGER)
    tablet = Browser(app, parts, tablet=True)
    assert tablet.post("/pin", account=boss.id, pin=PIN).status_code == 303
    assert tablet.me()["name"] == "Boss"
    page = tablet.get(f"/people?store={STORE}").text
    assert '<option value="head-office"' not in page
    new = {"store": STORE, "username": "max", "name": "Max", "role": "staff"}
    assert tablet.post("/people/add", **new, password=PASSWORD).status_code == 403
    higher = {**new, "role": "head-office"}
    assert tablet.post("/people/add", **higher, pin="8264").status_code == 403
    change = {"store": STORE, "account": kim.id, "seen": "*", "name": "Kim", "role": "head-office"}
    assert tablet.post("/people/change", **change).status_code == 403
    password = {"store": STORE, "account": kim.id, "password": "ten blue lamps"}
    assert tablet.post("/people/password", **password).status_code == 403
    assert tablet.ask("POST", "/api/v1/keys", {"name": "mine"}).status_code == 401
    # What a manager does at the till all day.
    assert tablet.post("/people/add", **new, pin="8264").status_code == 303


def test_an_own_pin_needs_the_one_until_now_where_it_was_typed(
    app: FastAPI, parts: HubParts, clock: FakeClock
) -> None:
    kim = somebody(parts, "kim", Role.MANAGER)
    tablet = Browser(app, parts, tablet=True)
    assert tablet.post("/pin", account=kim.id, pin=PIN).status_code == 303
    assert "PIN until now" in tablet.get("/me").text
    assert tablet.post("/me/pin", pin="8264").status_code == 401
    assert tablet.ask("PUT", "/api/v1/me/pin", {"pin": "8264", "now": "0000"}).status_code == 401
    assert tablet.post("/me/pin", pin="8264", now=PIN).status_code == 303
    for _ in range(4):
        assert tablet.post("/me/pin", pin="4071", now="1111").status_code == 401
    locked = tablet.post("/me/pin", pin="4071", now="1111")
    assert locked.status_code == 429
    (alarm,) = parts.people.alarms.unseen()
    assert alarm.name == "Kim"
    # The second lock is longer, and says so; a new PIN by somebody else ends the locks.
    clock.forward(minutes=16)
    again = [tablet.post("/pin", account=kim.id, pin="1111") for _ in range(5)][-1]
    assert (again.status_code, "Too many wrong" in again.text) == (429, True)
    locked = AsgiClient(app, key="").post(
        "/pin",
        data={"account": kim.id, "pin": "8264", "csrf": tablet.me()["csrf"]},
        headers={**tablet._headers(), "HX-Request": "true"},
    )
    assert "60 minutes" in locked.text
    sent = AsgiClient(app).request("PUT", f"/api/v1/people/{kim.id}/pin", json={"pin": "5093"})
    assert sent.status_code == 200, sent.text
    assert tablet.post("/pin", account=kim.id, pin="5093").status_code == 303


@pytest.mark.parametrize("by_pin", [True, False])
def test_nobody_has_an_own_secret_set_over_the_page_about_people(
    app: FastAPI, parts: HubParts, *, by_pin: bool
) -> None:
    # Head office manages itself; a manager by PIN is not above another one.
    for who in (somebody(parts, "boss", Role.HEAD_OFFICE), somebody(parts, "kim", Role.MANAGER)):
        browser = Browser(app, parts, tablet=by_pin)
        if by_pin:
            assert browser.post("/pin", account=who.id, pin=PIN).status_code == 303
        else:
            sent = browser.post("/sign-in", username=who.username, password=PASSWORD)
            assert sent.status_code == 303
        form = {"store": STORE, "account": who.id}
        at = f"/api/v1/people/{who.id}"
        new = {"password": "ten blue lamps"}
        refused = [
            browser.post("/people/password", **form, **new),
            browser.post("/people/pin", **form, pin="8264"),
            browser.ask("PUT", f"{at}/password", new),
            browser.ask("PUT", f"{at}/pin", {"pin": "8264"}),
        ]
        assert [each.status_code for each in refused] == [403] * 4
        assert "Change your own password and PIN in your own settings" in refused[0].text
        assert refused[3].json()["code"] == "people.forbidden"
        assert parts.people.signing_in.by_password(who.username, PASSWORD, "192.0.2.7")
        kept = parts.people.accounts.pin_hash(who.id)
        assert kept == hashed(PIN)


def test_a_locked_pin_is_told_at_its_person_and_unlocked_by_who_manages_them(
    app: FastAPI, parts: HubParts, clock: FakeClock
) -> None:
    kim, robin = somebody(parts, "kim", Role.MANAGER), somebody(parts, "robin", Role.STAFF)
    tablet, manager = Browser(app, parts, tablet=True), AsgiClient(app, kim)
    for _ in range(5):
        tablet.post("/pin", account=robin.id, pin="1111")
    assert tablet.post("/pin", account=robin.id, pin=PIN).status_code == 429
    page = manager.get(f"/people?store={STORE}").text
    at, until = "12:00", "12:15"
    assert (
        f"Somebody tried to guess the PIN of Robin on Till. 5 tries were wrong, the last one {at}. "
        f"That PIN is locked there until {until}."
    ) in page
    assert page.count(f"PIN locked until {until}") == 1
    assert page.count("Unlock the PIN") == 1
    clock.forward(minutes=1)
    form = {"store": STORE, "account": robin.id}
    assert manager.post("/people/pin/unlock", data=form).status_code == 303
    page = manager.get(f"/people?store={STORE}").text
    assert "That PIN was locked there until 12:01." in page
    assert "PIN locked until" not in page
    assert tablet.post("/pin", account=robin.id, pin=PIN).status_code == 303
    told = manager.get("/api/v1/audit", params={"action": "pin.unlocked"}).json()["changes"]
    assert [(each["author"], each["subject"]) for each in told] == [("Kim", "account robin")]


def test_whoever_came_in_by_pin_unlocks_it_not_to_guess_on(app: FastAPI, parts: HubParts) -> None:
    kim = somebody(parts, "kim", Role.MANAGER)
    tablet = Browser(app, parts, tablet=True)
    assert tablet.post("/pin", account=kim.id, pin=PIN).status_code == 303
    for _ in range(5):
        tablet.post("/me/pin", pin="4071", now="1111")
    assert parts.people.tries.locked_pins().keys() == {kim.id}
    page = tablet.get(f"/people?store={STORE}").text
    assert ("PIN locked until" in page, "Unlock the PIN" in page) == (True, False)
    form = {"store": STORE, "account": kim.id}
    assert tablet.post("/people/pin/unlock", **form).status_code == 403
    # By their password it is themselves.
    assert AsgiClient(app, kim).post("/people/pin/unlock", data=form).status_code == 303
    assert parts.people.tries.locked_pins() == {}


def test_a_tablet_that_too_many_pins_were_tried_on_is_told_as_that(
    app: FastAPI, parts: HubParts, clock: FakeClock
) -> None:
    people = [somebody(parts, name, Role.STAFF) for name in ("ada", "bo", "cy", "di", "eva")]
    kim = somebody(parts, "kim", Role.MANAGER)
    tablet, other = Browser(app, parts, tablet=True), Browser(app, parts, tablet=True)
    locked = id_of(tablet.tablet_token())
    for each in people:
        for _ in range(4):
            last = tablet.post("/pin", account=each.id, pin="1111")
    assert last.status_code == 429
    (alarm,) = parts.people.alarms.unseen()
    assert (alarm.account, alarm.name, alarm.wrong) == (None, "Eva", 20)
    page = AsgiClient(app).get(f"/people?store={STORE}").text
    assert "Somebody tried to guess PINs on Till, at last that of Eva. 20 tries were wrong" in page
    assert "No PIN opens it until" in page
    assert page.count("Unlock Till") == 1
    # Whoever came in by PIN, elsewhere, lets nobody guess on.
    form = {"store": STORE, "tablet": locked}
    assert other.post("/pin", account=kim.id, pin=PIN).status_code == 303
    assert "Unlock Till" not in other.get(f"/people?store={STORE}").text
    assert other.post("/people/tablet/unlock", **form).status_code == 403
    assert tablet.post("/pin", account=kim.id, pin=PIN).status_code == 429
    clock.forward(minutes=1)
    manager = AsgiClient(app, kim)
    assert manager.post("/people/tablet/unlock", data=form).status_code == 303
    page = manager.get(f"/people?store={STORE}").text
    assert "No PIN opened it until 12:01." in page
    assert ("No PIN opens it" in page, "Unlock Till" in page) == (False, False)
    assert tablet.post("/pin", account=kim.id, pin=PIN).status_code == 303
    told = manager.get("/api/v1/audit", params={"action": "tablet.unlocked"}).json()["changes"]
    assert [(each["author"], each["subject"]) for each in told] == [("Kim", "tablet Till")]


def test_who_may_not_look_keeps_the_frame_and_somebody_who_may_types_their_pin(
    app: FastAPI, parts: HubParts
) -> None:
    nils, kim = somebody(parts, "nils", Role.STAFF), somebody(parts, "kim", Role.MANAGER)
    tablet = Browser(app, parts, tablet=True)
    assert tablet.post("/pin", account=nils.id, pin=PIN).status_code == 303
    for path in ("/history", "/effects", "/voice", "/people", "/floor"):
        refused = tablet.get(path)
        assert refused.status_code == 403, path
        assert "Nils may not do this; " in refused.text
        assert "That was not done" not in refused.text
        for always in ('id="bar--emergency"', 'id="bar--mute"', '<nav class="pages"'):
            assert always in refused.text, (path, always)
        assert f'href="/pin?next={path}"' in refused.text
    # The PIN pad leads on to where they wanted to.
    assert 'name="next" value="/history"' in tablet.get("/pin?next=/history").text
    assert tablet.post("/pin", account=kim.id, pin=PIN, next="/history").headers["location"] == (
        "/history"
    )
    assert tablet.get("/history").status_code == 200
    # On a browser of one's own there is nobody else, but the frame is there, also around a 404.
    own = AsgiClient(app, nils)
    page = own.get("/history").text
    assert ('id="bar--emergency"' in page, "/pin?next=" in page) == (True, False)
    lost = own.get("/nosuch", headers={"Accept": "text/html"})
    assert (lost.status_code, 'id="bar--emergency"' in lost.text) == (404, True)


def test_the_editor_of_a_scene_has_the_button_for_a_pin_in_its_place(
    app: FastAPI, parts: HubParts
) -> None:
    nils, kim = somebody(parts, "nils", Role.STAFF), somebody(parts, "kim", Role.MANAGER)
    tablet = Browser(app, parts, tablet=True)

    def shown() -> tuple[bool, bool, bool]:
        page = tablet.get("/scenes/event").text
        words = "Saving asks for a PIN.", "Nils may not save scenes; a manager may."
        return words[0] in page, words[1] in page, 'data-do="type-pin"' in page

    assert shown() == (True, False, True)
    tablet.post("/pin", account=nils.id, pin=PIN)
    assert shown() == (False, True, True)
    tablet.post("/pin", account=kim.id, pin=PIN)
    assert shown() == (False, False, False)
    assert 'data-do="type-pin"' not in AsgiClient(app, nils).get("/scenes/event").text


def test_a_pin_where_a_password_belongs_gets_a_hint_and_the_typed_name_stays(
    app: FastAPI, parts: HubParts
) -> None:
    somebody(parts, "kim", Role.MANAGER)
    browser = Browser(app, parts, tablet=False)
    hint = "a PIN is no password: it is typed on the shop&#39;s shared tablet"
    page = browser.post("/sign-in", username="kim", password=PIN)
    assert page.status_code == 401
    assert hint in page.text
    assert 'name="username" value="kim"' in page.text
    assert PIN not in page.text
    # Nobody learns by it whether there is such an account.
    assert hint in browser.post("/sign-in", username="max", password="5093").text
    page = browser.post("/sign-in", username="kim", password="not this one")
    assert "belong together." in page.text


def test_what_a_tablet_did_is_nobody_s_who_is_called_as_it_is(
    app: FastAPI, parts: HubParts
) -> None:
    tablet = Browser(app, parts, tablet=True)
    kim = somebody(parts, "Till", Role.MANAGER)
    quiet = f"/api/v1/stores/{STORE}/quiet-hour"
    assert tablet.ask("POST", quiet, {"end": {"minutes": 60}}).status_code == 200
    ended = AsgiClient(app, kim).request("DELETE", quiet, headers={"If-Match": "*"})
    assert ended.status_code == 204
    told = AsgiClient(app).get("/api/v1/audit", params={"store": STORE}).json()["changes"]
    assert [each["account"] for each in told][:2] == ["Till", "tablet:Till"]


def test_a_tablet_that_is_made_anew_is_the_old_one_no_more(app: FastAPI, parts: HubParts) -> None:
    kim = somebody(parts, "kim", Role.MANAGER)
    tablet = Browser(app, parts, tablet=True)
    assert tablet.post("/pin", account=kim.id, pin=PIN).status_code == 303
    assert tablet.post("/people/tablet", store=STORE, name="Counter").status_code == 303
    assert [each.name for each in parts.people.sessions.of(Kind.TABLET)] == ["Counter"]
    assert parts.people.sessions.of(Kind.PIN) == []


def test_a_link_is_for_one_browser_and_one_password(app: FastAPI, parts: HubParts) -> None:
    kim = somebody(parts, "kim", Role.MANAGER)
    link = parts.people.sessions.open(Opening(kind=Kind.LINK, account=kim.id, name=RESET))
    browser = Browser(app, parts, tablet=False)
    assert browser.get(f"/enter/{link}").status_code == 303
    entered = browser.token()
    assert browser.post("/me/password", password="ten blue lamps").status_code == 303
    assert browser.me()["name"] == "Kim"
    assert browser.token() != entered
    assert parts.people.sessions.find(entered) is None
    # Whoever finds the page open later sets no other one.
    assert browser.post("/me/password", password="six red lamps!").status_code == 401
    assert "Password until now" in browser.get("/me").text


def test_a_key_that_is_called_reset_sets_no_password(app: FastAPI, parts: HubParts) -> None:
    kim = somebody(parts, "kim", Role.MANAGER)
    key = parts.people.sessions.open(Opening(kind=Kind.KEY, account=kim.id, name=RESET))
    sent = AsgiClient(app, key=key).post("/me/password", data={"password": "ten blue lamps"})
    assert (sent.status_code, dict(sent.cookies)) == (401, {})
    assert "Password until now" in AsgiClient(app, key=key).get("/me").text
    assert parts.people.signing_in.by_password("kim", PASSWORD, "192.0.2.7")


def test_an_account_s_keys_are_shown_to_who_may_end_them(app: FastAPI, parts: HubParts) -> None:
    kim, other = somebody(parts, "kim", Role.MANAGER), somebody(parts, "other", Role.MANAGER)
    robin = somebody(parts, "robin", Role.STAFF)
    for who in (kim, other, robin):
        opening = Opening(kind=Kind.KEY, account=who.id, name=f"of {who.name}")
        parts.people.sessions.open(opening)
    page = AsgiClient(app, kim).get(f"/people?store={STORE}").text
    assert ("of Kim" in page, "of Robin" in page, "of Other" in page) == (True, True, False)
