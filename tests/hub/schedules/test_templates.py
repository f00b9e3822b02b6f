"""Templates of groups of stores, and the stores that differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from hub.app import create_app
from hub.parts import HubParts
from scenes.rules import Rule
from scenes.schedule import Schedule, TemplateUse
from tests.hub.asgi_client import AsgiClient
from tests.hub.schedules.drafts import KIM, having, save_shop_file, sources, whatever
from tests.hub.shops import SHOP_FILE, rule

Turn = Callable[[Schedule], Schedule]
WINTER = "/api/v1/templates/winter"
ANY = {"If-Match": "*"}
SECOND = """
  - id: harbour
    name: Harbour
    time_zone: Europe/Copenhagen
    zones: [{id: entrance, name: Entrance, fallback: trading}]
  - id: inland
    name: Inland
    time_zone: Europe/Copenhagen
    zones: [{id: entrance, name: Entrance, fallback: trading}]
groups:
  denmark: [nordic, harbour]
"""
LATE = {
    "id": "late",
    "name": "Late evening",
    "zones": ["all"],
    "scene": "evening",
    "from": "20:00",
    "until": "22:00",
}
FIRE = {**LATE, "id": "drill", "name": "Fire drill", "scene": "closing", "locked": True}
TEMPLATE = {"name": "Winter", "group": "denmark", "schedule": {"rules": [LATE]}, "author": "Kim"}


@pytest.fixture
def parts(tmp_path: Path, parts: HubParts) -> HubParts:
    save_shop_file(parts, tmp_path, SHOP_FILE + SECOND)
    return parts


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def save(client: AsgiClient, tag: str = "*", **more: Any) -> httpx.Response:
    return client.request("PUT", WINTER, json={**TEMPLATE, **more}, headers={"If-Match": tag})


def deploy(client: AsgiClient) -> httpx.Response:
    return client.post(f"{WINTER}/deploy", json={"author": "Kim"}, headers=ANY)


def change(parts: HubParts, store: str, *rules: Rule, use: TemplateUse | None = None) -> None:
    """Let a person deploy other rules, and another use of the template, in a store."""
    parts.schedules.begin(store, None, KIM)
    for each in rules:
        parts.schedules.change(store, having(each), KIM, whatever)
    if use is not None:
        turn: Turn = lambda schedule: msgspec.structs.replace(schedule, template=use)  # noqa: E731
        parts.schedules.change(store, turn, KIM, whatever)
    parts.schedules.deploy(store, KIM, whatever)


def test_a_template_goes_to_every_store_of_its_group(client: AsgiClient, parts: HubParts) -> None:
    saved = save(client, '"template-winter-0"')
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"template-winter-1"')
    assert saved.json()["stores"] == ["nordic", "harbour"]
    assert "rule:late" not in sources(parts), "saved is not deployed"
    assert deploy(client).json() == {"stores": ["nordic", "harbour"]}
    for store in ("nordic", "harbour"):
        slots = parts.planner.planned(store, "entrance").plan.slots
        assert "rule:late" in {slot.source for slot in slots}
        newest = parts.schedules.newest(store)
        assert (newest.number, newest.origin, newest.author) == (2, "template", "Kim")
        assert newest.schedule.template == TemplateUse(id="winter", version=1)
        assert "late" not in [item.id for item in newest.schedule.rules], "its own document"
    assert parts.schedules.newest("inland").number == 1
    assert deploy(client).json() == {"stores": []}
    body = client.get("/api/v1/stores/nordic/schedule").json()
    assert [item["id"] for item in body["effective"]["rules"]][-1] == "late"

    save(client, schedule={"rules": [{**LATE, "until": "23:00"}]})
    assert client.get(WINTER).json()["version"] == 2
    versions = client.get(f"{WINTER}/versions").json()
    assert [each["version"] for each in versions] == [2, 1]
    assert "Rule “Late evening”, every day 20:00 to 22:00" in reasons(parts)
    deploy(client)
    assert "Rule “Late evening”, every day 20:00 to 23:00" in reasons(parts)


def reasons(parts: HubParts) -> set[str]:
    return {slot.reason for slot in parts.planner.planned("nordic", "entrance").plan.slots}


def test_the_stores_that_differ_are_named_with_why(client: AsgiClient, parts: HubParts) -> None:
    save(client)
    deploy(client)
    own = rule("late", "event", "20:00", "21:00", note="the harbour is empty by nine")
    change(parts, "nordic", own)
    left_out = TemplateUse(id="winter", version=1, without={"late": "we close at six"})
    change(parts, "harbour", use=left_out)
    nordic, harbour = client.get(f"{WINTER}/stores").json()
    assert (nordic["store"], nordic["version"], nordic["same"]) == ("nordic", 1, False)
    changed = [each for each in nordic["deviations"] if each["place"] == "rules[late]"]
    assert [(each["kind"], each["reason"]) for each in changed] == [
        ("changed", "the harbour is empty by nine")
    ]
    assert harbour["deviations"] == [
        {
            "kind": "left-out",
            "place": "rules[late]",
            "sentence": "Rule “Late evening” left out",
            "reason": "we close at six",
        }
    ]
    save(client, schedule={"rules": [{**LATE, "until": "23:00"}]})
    _, harbour = client.get(f"{WINTER}/stores").json()
    assert (harbour["version"], harbour["newest"]) == (1, 2)
    assert "older-version" in {each["kind"] for each in harbour["deviations"]}


def test_a_store_that_does_not_build_on_it_is_named_too(client: AsgiClient) -> None:
    save(client)
    stores = client.get(f"{WINTER}/stores").json()
    assert [(each["store"], each["version"], each["same"]) for each in stores] == [
        ("nordic", None, False),
        ("harbour", None, False),
    ]


def test_one_store_against_a_lock_refuses_all_of_them(client: AsgiClient, parts: HubParts) -> None:
    change(parts, "harbour", rule("drill", "event", "20:00", "21:00"))
    save(client, schedule={"rules": [FIRE]})
    refused = deploy(client)
    assert (refused.status_code, refused.json()["code"]) == (409, "template.refused")
    assert refused.json()["problems"] == [
        "Harbour: Rule “Fire drill” is locked by the template: a store can’t change it"
    ]
    assert parts.schedules.newest("nordic").number == 1
    assert "rule:drill" not in sources(parts)


def test_a_draft_against_a_lock_can_not_be_deployed(client: AsgiClient, parts: HubParts) -> None:
    save(client, schedule={"rules": [FIRE]})
    deploy(client)
    parts.schedules.begin("nordic", None, KIM)
    parts.schedules.change(
        "nordic", having(rule("drill", "event", "20:00", "21:00")), KIM, whatever
    )
    draft = "/api/v1/stores/nordic/draft"
    refused = client.post(f"{draft}/deploy", json={}, headers=ANY)
    assert refused.json()["problems"] == [
        "Rule “Fire drill” is locked by the template: a store can’t change it"
    ]


def test_who_saves_over_an_unseen_version_hears_what_changed(client: AsgiClient) -> None:
    assert save(client, "").status_code == 412
    assert client.request("PUT", WINTER, json=TEMPLATE).status_code == 428
    save(client)
    save(client, '"template-winter-1"', schedule={"rules": [{**LATE, "until": "23:00"}]})
    lost = save(client, '"template-winter-1"', name="Late winter")
    assert (lost.status_code, lost.headers["ETag"]) == (412, '"template-winter-2"')
    assert lost.json()["changed"] == [
        "Kim made version 2, 10:00 UTC: Rule “Late evening”: until 22:00 → 23:00"
    ]
    again = save(client, '"template-winter-2"', schedule={"rules": [{**LATE, "until": "23:00"}]})
    assert again.json()["version"] == 2, "the same again is no version"


def test_a_template_with_mistakes_is_refused(client: AsgiClient) -> None:
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"group": "sweden"}, "no group of stores is called “sweden”: write it in the shop file"),
        (
            {"schedule": {"rules": [{**LATE, "scene": "none"}]}},
            "Rule “Late evening”: no scene is called “none”",
        ),
        (
            {"schedule": {"template": {"id": "summer", "version": 1}}},
            "a template builds on no other template",
        ),
    ]
    for wrong, problem in mistakes:
        refused = save(client, **wrong)
        assert (refused.status_code, refused.json()["problems"]) == (409, [problem])
    assert client.get(WINTER).status_code == 404


def test_a_template_in_use_is_not_deleted(client: AsgiClient, parts: HubParts) -> None:
    save(client)
    deploy(client)
    refused = client.request("DELETE", WINTER, headers=ANY)
    assert (refused.status_code, refused.json()["code"]) == (409, "template.in-use")
    assert "Nordic, Harbour" in refused.json()["message"]
    for store in ("nordic", "harbour"):
        parts.schedules.revert(store, 1, KIM, whatever)
    assert client.request("DELETE", f"{WINTER}?author=Max", headers=ANY).status_code == 204
    assert client.get(WINTER).status_code == 404
    assert client.get("/api/v1/templates").json() == []
    # What once built on it can still be gone back to.
    parts.schedules.revert("nordic", 2, KIM, whatever)
    assert "rule:late" in sources(parts)
    assert save(client, '"template-winter-0"').json()["version"] == 3


def test_groups_and_templates_survive_a_restart(client: AsgiClient, parts: HubParts) -> None:
    save(client)
    deploy(client)
    saved = parts.planner.saved_shop()
    assert saved is not None
    assert saved.groups == {"denmark": ("harbour", "nordic")}
    parts.planner.load(saved)
    assert "rule:late" in sources(parts)
    assert parts.schedules.newest("nordic").number == 2


def test_the_shop_file_can_build_on_a_template(
    parts: HubParts, client: AsgiClient, tmp_path: Path
) -> None:
    save(client)
    text = SHOP_FILE + "    template: {id: winter, version: 1}\n" + SECOND
    save_shop_file(parts, tmp_path, text)
    assert parts.schedules.newest("nordic").origin == "file"
    assert "rule:late" in sources(parts)
    (tmp_path / "shop.yaml").write_text(text.replace("version: 1", "version: 7"))
    assert parts.shop.check()
    assert parts.shop.status.problem == (
        "line 22, stores[0].template: there is no template 'winter' of this version"
    )
    assert "rule:late" in sources(parts)


def test_a_template_is_the_same_on_every_database(parts_on_both: HubParts, tmp_path: Path) -> None:
    save_shop_file(parts_on_both, tmp_path, SHOP_FILE + SECOND)
    client = AsgiClient(create_app(parts_on_both))
    assert save(client).status_code == 200
    assert deploy(client).json() == {"stores": ["nordic", "harbour"]}
    assert [each["version"] for each in client.get(f"{WINTER}/stores").json()] == [1, 1]
    assert "rule:late" in sources(parts_on_both)
