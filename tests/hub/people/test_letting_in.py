"""What a browser is let in by: its cookies, its token against other sites, links and keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest

from hub.api.csrf import masked
from hub.api.letting_in import SESSION_COOKIE, TABLET_COOKIE
from hub.app import create_app
from hub.audit import Search, find
from hub.parts import HubParts
from hub.people.accounts import Account, Wish
from hub.people.rights import Role
from hub.people.sessions import RESET, Kind, Opening
from hub.people.who import NOBODY
from tests.hub.asgi_client import AsgiClient
from tests.parts.signed_in import account, hashed

PASSWORD, PIN = "nine green lamps", "4071"
ME = "/api/v1/me"


@pytest.fixture
def kim(parts: HubParts) -> Account:
    """A manager with a password and a PIN."""
    found = account(parts.engine, "kim", Role.MANAGER, ["nordic"], name="Kim Lund")
    wish = Wish(password_hash=hashed(PASSWORD), pin_hash=hashed(PIN))
    return parts.people.accounts.change(found.id, wish, NOBODY)


@pytest.fixture
def nobody(parts: HubParts) -> AsgiClient:
    """A browser that shows only what a test says."""
    return AsgiClient(create_app(parts), key="")


def opened(parts: HubParts, who: Account, kind: Kind = Kind.PERSON, name: str = "") -> str:
    return parts.people.sessions.open(Opening(kind=kind, account=who.id, name=name))


def signed_in(parts: HubParts, who: Account) -> tuple[dict[str, str], str]:
    """The cookie of a browser that ``who`` is signed in with, and its token."""
    token = opened(parts, who)
    session = parts.people.sessions.find(token)
    assert session is not None
    return {"Cookie": f"{SESSION_COOKIE}={token}"}, masked(session.csrf)


def told(parts: HubParts, action: str) -> list[str]:
    """Of whom the audit says that it was done, and by whom."""
    with parts.engine.connect() as connection:
        return [
            f"{row.change.subject} by {row.change.author}"
            for row in find(connection, Search(action=action), 9)
        ]


def cookies(answer: httpx.Response) -> dict[str, set[str]]:
    """Each cookie that is set, with what is said of it, in small letters."""
    found = {}
    for line in answer.headers.get_list("set-cookie"):
        first, *flags = line.split("; ")
        found[first.partition("=")[0]] = {flag.lower() for flag in flags}
    return found


@pytest.mark.parametrize(
    ("headers", "with_token", "status"),
    [
        ({}, True, 200),
        ({"Origin": "http://hub", "Sec-Fetch-Site": "same-origin"}, True, 200),
        ({}, False, 403),
        ({"Origin": "http://hub"}, False, 403),
        ({"Origin": "http://elsewhere.example"}, True, 403),
        ({"Origin": "null"}, True, 403),
        ({"Referer": "http://hub.elsewhere.example/"}, True, 403),
        ({"Sec-Fetch-Site": "cross-site"}, True, 403),
        ({"Sec-Fetch-Site": "same-site"}, True, 403),
        ({"X-CSRF-Token": "é"}, False, 403),
        ({"X-CSRF-Token": ""}, False, 403),
        ({"Authorization": "Basic a2ltOng=", "Origin": "http://elsewhere.example"}, True, 403),
    ],
)
def test_a_cookie_alone_writes_nothing(
    parts: HubParts,
    nobody: AsgiClient,
    kim: Account,
    headers: Mapping[str, str],
    with_token: bool,
    status: int,
) -> None:
    cookie, token = signed_in(parts, kim)
    sent = {**cookie, **({"X-CSRF-Token": token} if with_token else {})}
    raw = [(k.encode(), v.encode()) for k, v in {**sent, **headers}.items()]
    answer = nobody.request("PATCH", ME, json={"language": "sv"}, headers=raw)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["code"] == "people.csrf"
    chosen = parts.people.accounts.get(kim.id).language
    assert chosen == ("sv" if status == 200 else None)


def test_a_form_shows_its_token_in_a_field(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    cookie, token = signed_in(parts, kim)
    wish = {"language": "nb", "theme": "dark"}
    assert nobody.post("/me/choose", data=wish, headers=cookie).status_code == 403
    _, others = signed_in(parts, kim)
    stolen = nobody.post("/me/choose", data={**wish, "csrf": others}, headers=cookie)
    assert stolen.status_code == 403
    assert parts.people.accounts.get(kim.id).language is None
    sent = nobody.post("/me/choose", data={**wish, "csrf": token}, headers=cookie)
    assert sent.status_code == 303
    assert parts.people.accounts.get(kim.id).language == "nb"


def test_a_token_looks_another_way_in_each_answer_and_alike_within_one(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    token = parts.people.sessions.open(Opening(kind=Kind.PERSON, account=kim.id))
    session = parts.people.sessions.find(token)
    assert session is not None
    cookie = {"Cookie": f"{SESSION_COOKIE}={token}"}
    # Where nothing is, the page repeats what the address says.
    html = {**cookie, "Accept": "text/html"}
    pages = [nobody.get(f"/{session.csrf[:9]}", headers=html).text for _ in range(2)]
    pages += [nobody.get(path, headers=cookie).text for path in ("/people?store=nordic", "/me")]
    shown = [
        set(re.findall(r'name="csrf(?:-token)?" (?:value|content)="([^"]+)"', p)) for p in pages
    ]
    assert [len(each) for each in shown] == [1, 1, 1, 1]
    assert len(set.union(*shown)) == 4
    said = nobody.get(ME, headers=cookie).json()["csrf"]
    for one in (*set.union(*shown), said):
        assert session.csrf not in one
        headers = {**cookie, "X-CSRF-Token": one}
        sent = nobody.request("PATCH", ME, json={"theme": "dark"}, headers=headers)
        assert sent.status_code == 200, sent.text


def test_an_odd_cookie_of_another_program_hides_nobody(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    mine = f"{SESSION_COOKIE}={opened(parts, kim)}"
    for other in ('grafana={"a": [1, 2]}', "a b=1", "=", "über=1"):
        for cookie in (f"{other}; {mine}; stemning_theme=dark", f"{mine}; {other}"):
            headers = [(b"Cookie", cookie.encode())]
            assert nobody.get(ME, headers=headers).json()["name"] == "Kim Lund", cookie
    odd = {"Cookie": 'grafana={"a": [1, 2]}; stemning_language=nb'}
    assert 'lang="nb"' in nobody.get("/sign-in", headers=odd).text


def test_a_key_needs_no_token(parts: HubParts, nobody: AsgiClient, kim: Account) -> None:
    bearer = {"Authorization": f"Bearer {opened(parts, kim, Kind.KEY)}"}
    assert nobody.request("PATCH", ME, json={"theme": "dark"}, headers=bearer).status_code == 200
    # A page elsewhere has no key to show, but what a browser says of one counts.
    foreign = {**bearer, "Sec-Fetch-Site": "cross-site"}
    assert nobody.request("PATCH", ME, json={"theme": ""}, headers=foreign).status_code == 403


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_script_reads_a_cookie_and_no_other_site_sends_it(
    parts: HubParts, nobody: AsgiClient, kim: Account, scheme: str
) -> None:
    form = {"username": "kim", "password": PASSWORD}
    answer = nobody.post(f"{scheme}://hub/sign-in", data=form)
    flags = cookies(answer)[SESSION_COOKIE]
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) == (scheme == "https")
    assert PASSWORD not in answer.text
    cookie, token = signed_in(parts, kim)
    form = {"store": "nordic", "name": "Till", "csrf": token}
    made = nobody.post(f"{scheme}://hub/people/tablet", data=form, headers=cookie)
    assert made.status_code == 303, made.text
    flags = cookies(made)[TABLET_COOKIE]
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) == (scheme == "https")
    assert told(parts, "tablet.create") == ["tablet Till by Kim Lund"]
    # Whoever made it is signed out there.
    assert nobody.get(ME, headers=cookie).json()["kind"] == "nobody"


def test_signing_in_goes_on_to_pages_of_the_hub_alone(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    form = {"username": "kim", "password": PASSWORD}
    for path, to in {
        "/week?store=nordic": "/week?store=nordic",
        "//elsewhere.example/": "/",
        "https://elsewhere.example/": "/",
        "/\\elsewhere.example": "/",
    }.items():
        answer = nobody.post("/sign-in", data={**form, "next": path})
        assert (answer.status_code, answer.headers["location"]) == (303, to)


def test_a_link_that_resets_lets_in_once(parts: HubParts, nobody: AsgiClient, kim: Account) -> None:
    link = opened(parts, kim, Kind.LINK, RESET)
    entered = nobody.get(f"/enter/{link}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/me")
    assert nobody.get(f"/enter/{link}").status_code == 401
    assert told(parts, "session.begin")[0] == "account kim by Kim Lund"
    token = entered.cookies[SESSION_COOKIE]
    session = parts.people.sessions.find(token)
    assert session is not None
    new = {"password": "ten blue lamps", "csrf": masked(session.csrf)}
    changed = nobody.post("/me/password", data=new, headers={"Cookie": f"{SESSION_COOKIE}={token}"})
    assert changed.status_code == 303, changed.text
    assert parts.people.signing_in.by_password("kim", "ten blue lamps", "192.0.2.7")


def test_a_link_ends_by_itself_and_others_open_nothing(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    link = opened(parts, kim, Kind.LINK, RESET)
    parts.now.forward(seconds=timedelta(minutes=31).total_seconds())  # type: ignore[attr-defined]
    for token in (link, "x", opened(parts, kim), opened(parts, kim, Kind.KEY)):
        answer = nobody.get(f"/enter/{token}")
        assert answer.status_code == 401
        assert not cookies(answer)


def test_an_own_password_needs_the_one_until_now(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    cookie, token = signed_in(parts, kim)
    other, _ = signed_in(parts, kim)
    headers = {**cookie, "X-CSRF-Token": token}
    wish = {"password": "ten blue lamps"}
    wrong = {**wish, "now": "not this one"}
    assert nobody.request("PUT", f"{ME}/password", json=wrong, headers=headers).status_code == 401
    right = {**wish, "now": PASSWORD}
    assert nobody.request("PUT", f"{ME}/password", json=right, headers=headers).status_code == 204
    assert "account kim by Kim Lund" in told(parts, "account.change")
    # Here one stays, elsewhere one is out.
    assert nobody.get(ME, headers=cookie).json()["username"] == "kim"
    assert nobody.get(ME, headers=other).json()["kind"] == "nobody"


def test_signing_out_everywhere_else_leaves_this_browser_alone(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    cookie, token = signed_in(parts, kim)
    other, _ = signed_in(parts, kim)
    bearer = {"Authorization": f"Bearer {opened(parts, kim, Kind.KEY)}"}
    sent = nobody.post("/me/sign-out", data={"csrf": token}, headers=cookie)
    assert sent.status_code == 303
    names = [nobody.get(ME, headers=each).json()["username"] for each in (cookie, other, bearer)]
    assert names == ["kim", "", ""]
    assert told(parts, "session.end-all") == ["account kim by Kim Lund"]


def test_whoever_signs_in_has_a_token_that_nobody_knew_before(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    cookie, csrf = signed_in(parts, kim)
    before = cookie["Cookie"].partition("=")[2]
    form = {"username": "kim", "password": PASSWORD, "csrf": csrf}
    planted = f"{SESSION_COOKIE}=planted"
    for sent, held in ((cookie, before), ({"Cookie": planted}, "planted")):
        answer = nobody.post("/sign-in", data=form, headers=sent)
        assert answer.status_code == 303, answer.text
        assert answer.cookies[SESSION_COOKIE] != held
        assert nobody.get(ME, headers=sent).json()["kind"] == "nobody"


def test_keys_and_tablets_that_end_are_in_the_audit(
    parts: HubParts, nobody: AsgiClient, kim: Account
) -> None:
    cookie, token = signed_in(parts, kim)
    headers = {**cookie, "X-CSRF-Token": token}
    mine = opened(parts, kim, Kind.KEY, "mine")
    bearer = {"Authorization": f"Bearer {mine}"}
    assert nobody.request("DELETE", f"{ME}/key", headers=bearer).status_code == 204
    assert told(parts, "key.end") == ["key mine by Kim Lund"]
    assert nobody.get("/api/v1/zones", headers=bearer).status_code == 401
    opened(parts, kim, Kind.KEY, "the counter")
    (key,) = nobody.get("/api/v1/keys", headers=cookie).json()
    ended = nobody.request("DELETE", f"/api/v1/keys/{key['id']}", headers=headers)
    assert ended.status_code == 204
    assert told(parts, "key.end")[0] == "key the counter by Kim Lund"
    shared = Opening(kind=Kind.TABLET, store="nordic", name="Till")
    till = {"Cookie": f"{TABLET_COOKIE}={parts.people.sessions.open(shared)}"}
    assert nobody.get("/api/v1/zones", headers=till).status_code == 200
    (tablet,) = nobody.get("/api/v1/tablets", headers=cookie).json()
    ended = nobody.request("DELETE", f"/api/v1/tablets/{tablet['id']}", headers=headers)
    assert ended.status_code == 204
    assert told(parts, "tablet.end") == ["tablet Till by Kim Lund"]
    assert nobody.get("/api/v1/zones", headers=till).status_code == 401
