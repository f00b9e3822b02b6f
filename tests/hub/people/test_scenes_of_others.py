"""A scene is the chain's: who is of one store changes nothing that plays in another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.app import create_app
from hub.parts import HubParts
from hub.people.rights import Role
from hub.scene_library import starter_scenes
from scenes.scene_file import document_of
from tests.hub.asgi_client import AsgiClient
from tests.hub.people.test_every_route_and_role import OTHER, OWN, SHOP
from tests.hub.shops import FakeClock, a_hub
from tests.parts.signed_in import account

ANY = {"If-Match": "*"}
EVENING = document_of(starter_scenes()["evening"])


@pytest.fixture
def hub(tmp_path: Path, sqlite_template: Path) -> Iterator[HubParts]:
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    made = a_hub(tmp_path, f"sqlite:///{tmp_path / 'hub.db'}", FakeClock(), shop_file=SHOP)
    yield made
    made.engine.dispose()


def louder() -> dict[str, Any]:
    return {**EVENING, "music": {**EVENING["music"], "volume": 45}}


def put(client: AsgiClient, scene: str) -> httpx.Response:
    wish = {"scene": louder()}
    return client.request("PUT", f"/api/v1/scenes/{scene}", json=wish, headers=ANY)


def turn(client: AsgiClient, scene: str, verb: str) -> httpx.Response:
    return client.post(f"/api/v1/scenes/{scene}/{verb}", json={}, headers=ANY)


def test_a_manager_publishes_where_they_manage_and_leaves_the_rest_to_head_office(
    hub: HubParts,
) -> None:
    app = create_app(hub)
    manager = AsgiClient(app, account(hub.engine, "kim", Role.MANAGER, [OWN], name="Kim Lund"))
    head_office = AsgiClient(app)
    assert put(manager, "evening").status_code == 200
    where = {"store": OTHER}
    chosen = {"scene": "evening", "end": 60}
    path = "/api/v1/zones/hall/override"
    sent = head_office.request("PUT", path, params=where, json=chosen, headers=ANY)
    assert sent.status_code == 200, sent.text
    for verb in ("publish", "retire"):
        refused = turn(manager, "evening", verb)
        assert refused.status_code == 403, refused.text
        assert refused.json()["code"] == "people.forbidden"
        said = refused.json()["message"]
        assert "other stores use this scene in 1 place" in said
        # Nothing of what others do is told.
        assert "Mall" not in refused.text
    gone = manager.request("DELETE", "/api/v1/scenes/evening", headers=ANY)
    assert gone.status_code == 403
    assert hub.planner.shop.scenes["evening"].revision == 1
    assert turn(head_office, "evening", "publish").status_code == 200
    assert hub.planner.shop.scenes["evening"].revision == 2


def test_a_manager_reads_that_a_new_scene_will_be_offered_in_every_store(hub: HubParts) -> None:
    app = create_app(hub)
    manager = AsgiClient(app, account(hub.engine, "kim", Role.MANAGER, [OWN]))
    assert put(manager, "disco").status_code == 200
    asked = manager.get("/fragments/scenes/disco/publish", params={"store": OWN}).text
    assert "everybody in all stores can choose it" in asked
    assert turn(manager, "disco", "publish").status_code == 200
    other = AsgiClient(app, account(hub.engine, "robin", Role.STAFF, [OTHER]))
    hall = f"/api/v1/zones/hall/override?store={OTHER}"
    sent = other.request("PUT", hall, json={"scene": "disco", "end": 60}, headers=ANY)
    assert sent.status_code == 200, sent.text
    # From then on it is more than one store's.
    assert turn(manager, "disco", "retire").status_code == 403


def test_what_only_the_own_store_uses_is_the_manager_s(hub: HubParts) -> None:
    manager = AsgiClient(create_app(hub), account(hub.engine, "kim", Role.MANAGER, [OWN]))
    assert put(manager, "disco").status_code == 200
    assert turn(manager, "disco", "publish").status_code == 200
    chosen = {"scene": "disco", "end": 60}
    path = f"/api/v1/zones/entrance/override?store={OWN}"
    assert manager.request("PUT", path, json=chosen, headers=ANY).status_code == 200
    assert put(manager, "disco").status_code == 200
    assert turn(manager, "disco", "publish").status_code == 200
    # In use, even though it is one's own: every place is named.
    assert turn(manager, "disco", "retire").status_code == 409
    assert manager.request("DELETE", path, headers=ANY).is_success
    assert turn(manager, "disco", "retire").status_code == 200
