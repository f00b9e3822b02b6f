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
from hub.people.rights import Role
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
