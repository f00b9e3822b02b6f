"""The page People changes accounts, and nobody beyond their own stores."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from hub.app import create_app
from hub.parts import HubParts
from hub.people.accounts import Account
from hub.people.errors import AccountError
from hub.people.rights import Role
from hub.people.sessions import Kind
from hub.people.who import Who
from tests.hub.asgi_client import AsgiClient
from tests.hub.people.test_every_route_and_role import OTHER, OWN, SHOP
from tests.hub.shops import FakeClock, a_hub
from tests.parts.signed_in import account


@pytest.fixture
def hub(tmp_path: Path, sqlite_template: Path) -> Iterator[HubParts]:
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    made = a_hub(tmp_path, f"sqlite:///{tmp_path / 'hub.db'}", FakeClock(), shop_file=SHOP)
    yield made
    made.engine.dispose()


def change(client: AsgiClient, who: Account, *stores: str, role: str = "staff") -> tuple[int, str]:
    form = {"store": OWN, "account": who.id, "seen": "*", "name": "Robin", "role": role}
    sent = client.post(
        "/people/change", data={**form, "choose_stores": "true", "stores": list(stores)}
    )
    return sent.status_code, sent.text


def test_somebody_moves_to_another_store_by_the_page(hub: HubParts) -> None:
    client = AsgiClient(create_app(hub))
    robin = account(hub.engine, "robin", Role.STAFF, [OWN], name="Robin")
    page = client.get(f"/people?store={OWN}").text
    assert f'name="stores" value="{OWN}" checked' in page
    assert f'name="stores" value="{OTHER}">' in page

    def stores() -> frozenset[str] | None:
        return hub.people.accounts.get(robin.id).stores

    assert change(client, robin, OWN, OTHER)[0] == 303
    assert stores() == frozenset({OWN, OTHER})
    assert change(client, robin, "*")[0] == 303
    assert stores() is None
    assert change(client, robin, OTHER)[0] == 303
    status, said = change(client, robin)
    assert (status, "Name at least one store" in said) == (422, True)
    assert stores() == frozenset({OTHER})
    # Head office is of all stores, whatever is ticked.
    assert change(client, robin, OWN, role="head-office")[0] == 303
    assert stores() is None


def test_a_page_without_boxes_for_stores_makes_head_office_of_all(hub: HubParts) -> None:
    robin = account(hub.engine, "robin", Role.STAFF, [OWN], name="Robin")
    form = {"store": OWN, "account": robin.id, "seen": "*", "role": "head-office"}
    assert AsgiClient(create_app(hub)).post("/people/change", data=form).status_code == 303
    assert hub.people.accounts.get(robin.id).stores is None


def test_of_two_who_change_somebody_at_once_the_second_looks_again(hub: HubParts) -> None:
    robin = account(hub.engine, "robin", Role.STAFF, [OWN], name="Robin")
    client = AsgiClient(create_app(hub))
    found = re.search(r'name="seen" value="([^"]+)"', client.get(f"/people?store={OWN}").text)
    assert found is not None
    form = {"store": OWN, "account": robin.id, "seen": unescape(found[1])}
    assert client.post("/people/change", data={**form, "role": "installer"}).status_code == 303
    late = client.post("/people/change", data={**form, "active": "false"})
    assert late.status_code == 412
    kept = hub.people.accounts.get(robin.id)
    assert (kept.role, kept.active) == (Role.INSTALLER, True)


def test_a_manager_gives_nobody_a_store_that_is_not_theirs(hub: HubParts) -> None:
    kim = account(hub.engine, "kim", Role.MANAGER, [OWN], name="Kim Lund")
    client = AsgiClient(create_app(hub), kim)
    robin = account(hub.engine, "robin", Role.STAFF, [OWN], name="Robin")
    assert 'name="stores"' not in client.get(f"/people?store={OWN}").text
    for stores in ((OWN, OTHER), ("*",), (OTHER,)):
        assert change(client, robin, *stores)[0] == 403
    assert hub.people.accounts.get(robin.id).stores == frozenset({OWN})


def test_what_is_wrong_with_somebody_new_stands_beside_its_field_and_what_was_typed_stays(
    hub: HubParts,
) -> None:
    client = AsgiClient(create_app(hub))
    shown = client.get(f"/people?store={OWN}").text
    assert 'title="4 to 8 digits"' in add_form(shown)
    assert "PIN for the shop’s tablet, 4 to 8 digits" in add_form(shown)
    form = {"store": OWN, "name": "Nora Dahl", "username": "nora", "role": "installer"}
    account(hub.engine, "robin", Role.STAFF, [OWN], name="Robin")
    for field, wrong, words in (
        ("pin", {"pin": "12"}, "A PIN is 4 to 8 digits."),
        ("pin", {"pin": "1234"}, "This PIN is guessed too easily"),
        ("password", {"password": "short"}, "A password has at least 10 characters."),
        ("username", {"username": "no spaces here", "pin": "5093"}, "A username is letters"),
        ("username", {"username": "Robin", "pin": "5093"}, "Somebody has the username"),
    ):
        page = add_form(client.post("/people/add", data={**form, **wrong}).text)
        beside = re.search(rf'<label class="field">[^<]*<input name="{field}"(.*?)</label>', page)
        assert beside is not None, field
        assert words in unescape(beside[1])
        assert 'aria-invalid="true" aria-describedby="wrong" autofocus' in beside[1]
        assert 'name="name" value="Nora Dahl"' in page
        assert 'value="installer" selected' in page
        for secret in ("12", "1234", "5093", "short"):
            assert f'value="{secret}"' not in page
    # What is of no one field is told in the form.
    page = add_form(client.post("/people/add", data=form).text)
    assert "Give a password, or a PIN" in page
    sent = client.post("/people/add", data={**form, "pin": "5093"})
    assert sent.status_code == 303
    page = client.get(sent.headers["location"]).text
    assert "Nora Dahl has an account now, with the username nora." in page
    # Of an account that the reader doesn't see nothing is said.
    assert "has an account now" not in client.get(f"/people?store={OWN}&made=999").text


def test_what_is_wrong_with_a_change_stands_where_it_was_typed(hub: HubParts) -> None:
    client = AsgiClient(create_app(hub))
    robin = account(hub.engine, "robin", Role.STAFF, [OWN], name="Robin")
    sent = client.post("/people/pin", data={"store": OWN, "account": robin.id, "pin": "1111"})
    _before, opened, rest = sent.text.partition('<details class="manage" open>')
    assert opened
    assert "This PIN is guessed too easily" in rest.partition("</details>")[0]
    assert sent.text.count('role="alert"') == client.get("/people").text.count('role="alert"') + 1


def test_the_colours_of_the_pages_are_not_called_light_and_errors_stand_in_their_part(
    hub: HubParts,
) -> None:
    kim = account(hub.engine, "kim", Role.MANAGER, [OWN], name="Kim Lund")
    client = AsgiClient(create_app(hub), kim)
    choice = re.search(
        r'<label class="field">([^<]*)<select name="theme">(.*?)</select>', client.get("/me").text
    )
    assert choice is not None
    assert choice[1] == "Appearance"
    assert re.findall(r">([^<]+)</option>", choice[2]) == ["As the device has it", "Bright", "Dark"]
    russian = client.get("/me", headers={"Accept-Language": "ru"}).text
    words = re.search(r'<select name="theme">(.*?)</select>', russian)
    assert words is not None
    assert re.findall(r">([^<]+)</option>", words[1])[1:] == ["Светлое", "Тёмное"]
    page = client.post("/me/pin", data={"pin": "1111"}).text
    part = page.partition("PIN for the shop’s tablet</h2>")[2].partition("</section>")[0]
    assert "This PIN is guessed too easily" in part


def test_a_number_that_no_database_counts_to_is_refused(hub: HubParts) -> None:
    client = AsgiClient(create_app(hub))
    most = 2**63
    form = {
        "store": OWN,
        "account": most,
        "newest": most,
        "seen": "*",
        "password": "ten blue lamps",
    }
    for path in ("change", "pin", "pin/unlock", "password", "sign-out", "alarms/seen"):
        assert client.post(f"/people/{path}", data=form).status_code == 422, path
        # One less is asked for; there is no such account.
        known = {**form, "account": most - 1, "newest": most - 1}
        expected = 303 if path == "alarms/seen" else 404
        assert client.post(f"/people/{path}", data=known).status_code == expected, path


def test_a_tablet_is_of_a_store_that_there_is(hub: HubParts) -> None:
    client = AsgiClient(create_app(hub))
    sent = client.post("/people/tablet", data={"store": "gone", "name": "Till"})
    assert (sent.status_code, dict(sent.cookies)) == (404, {})
    assert hub.people.sessions.of(Kind.TABLET) == []
    head_office = Who(kind="person", name="Kim", role=Role.HEAD_OFFICE, stores=None)
    with pytest.raises(AccountError, match="there is no store 'gone'"):
        hub.people.office.make_tablet(head_office, "gone", "Till")


def add_form(page: str) -> str:
    """The form that makes an account."""
    return page.partition('action="/people/add"')[2].partition("</form>")[0]
