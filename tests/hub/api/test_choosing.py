"""Who writes says what they saw; and choices for a whole store."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from sqlmodel import col

from hub.app import create_app
from hub.parts import HubParts
from hub.tables import AuditRow
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock

ZONE = "/api/v1/zones/entrance"
OVERRIDE = f"{ZONE}/override"
STORE = "/api/v1/stores/nordic"
QUIET, EMERGENCY = f"{STORE}/quiet-hour", f"{STORE}/emergency"


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def put(client: AsgiClient, seen: str, **wish: Any) -> Any:
    body = {"scene": "event", "end": 60, **wish}
    return client.request("PUT", OVERRIDE, json=body, headers={"If-Match": seen})


def delete(client: AsgiClient, address: str, seen: str = "*", **query: str) -> Any:
    return client.request("DELETE", address, headers={"If-Match": seen}, params=query)


def tag(client: AsgiClient, address: str = ZONE) -> str:
    return str(client.get(address).headers["ETag"])


def scenes(client: AsgiClient) -> list[tuple[str, str]]:
    """What each zone is asked for, and by which layer."""
    zones = client.get("/api/v1/zones").json()
    return [(zone["desired"]["scene"], zone["desired"]["layer"]) for zone in zones]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_that_does_not_say_what_it_saw_is_refused(client: AsgiClient, method: str) -> None:
    put(client, "*")
    before = client.get(ZONE).json()
    wish = {"json": {"scene": "evening", "end": 5}} if method == "PUT" else {}
    answer = client.request(method, OVERRIDE, **wish)
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition.required")
    assert client.get(ZONE).json() == before


def test_of_two_tablets_the_slower_hears_what_the_faster_did(
    client: AsgiClient, clock: FakeClock
) -> None:
    seen = tag(client)
    clock.forward(minutes=2)
    first = put(client, seen, author="Kim")
    assert first.status_code == 200
    clock.forward(minutes=1)
    for lost in (put(client, seen, scene="evening"), delete(client, OVERRIDE, seen)):
        assert (lost.status_code, lost.json()["code"]) == (412, "precondition.failed")
        assert lost.json()["changed"] == ["Kim chose Event until 13:02, at 12:02"]
        assert "Kim chose Event until 13:02, at 12:02" in lost.json()["message"]
        assert lost.headers["ETag"] == first.headers["ETag"] == tag(client)
    assert client.get(ZONE).json()["override"]["scene"] == "event"
    # Who looks again decides anew.
    assert put(client, lost.headers["ETag"], scene="evening").status_code == 200


def test_everything_that_happened_since_is_told_in_order(
    client: AsgiClient, clock: FakeClock
) -> None:
    put(client, "*", author="Kim")
    seen = tag(client)
    put(client, "*", scene="evening", end="2026-10-23T09:00:00+02:00", author="Bo")
    clock.forward(minutes=5)
    assert delete(client, OVERRIDE, author="Kim").status_code == 200
    assert put(client, seen).json()["changed"] == [
        "Bo chose Evening until tomorrow 09:00, at 12:00",
        "Kim returned to the plan, at 12:05",
    ]


def test_a_choice_that_ended_by_itself_is_nobodys_change(
    client: AsgiClient, clock: FakeClock
) -> None:
    put(client, "*", end=5)
    seen = tag(client)
    clock.forward(minutes=6)
    assert client.get(ZONE).json()["override"] is None
    assert tag(client) == seen
    assert put(client, seen).status_code == 200


def test_a_quiet_hour_that_ended_by_itself_is_told_as_nobodys_doing(
    client: AsgiClient, clock: FakeClock
) -> None:
    client.post(QUIET, json={"end": 5, "author": "Kim"})
    seen = tag(client, QUIET)
    clock.forward(minutes=6)
    lost = delete(client, QUIET, seen)
    assert lost.status_code == 412
    assert lost.json()["changed"] == ["What you saw ended by itself, at 12:05"]


def test_a_choice_says_what_kind_of_reason_it_has(client: AsgiClient) -> None:
    zone = put(client, "*", why="too-loud", reason="a child sleeps", author="Kim").json()
    assert zone["override"]["why"] == "too-loud"
    assert zone["desired"]["reason"] == "Kim chose this: too loud, a child sleeps"
    assert put(client, "*", why="too-late").status_code == 422


def test_a_name_is_what_it_looks_like(client: AsgiClient) -> None:
    for hidden in ("\u202emiK", "Kim\u200b", "\u2066Kim\u2069", "Kim\u2028Bo", "Kim\nBo", "\ufeff"):
        answer = put(client, "*", author=hidden)
        assert answer.status_code == 422, hidden
        assert "author: one line, without control characters" in answer.json()["message"]
        assert delete(client, OVERRIDE, author=hidden).status_code == 422
    assert put(client, "*", author="  Kim ").json()["override"]["author"] == "Kim"
    assert put(client, "*", author=" \u00a0 ").json()["override"]["author"] == ""
    # Where there must be a name, spaces are none.
    copy = client.post("/api/v1/scenes/evening/clone", json={"id": "new", "name": "  "})
    assert (copy.status_code, "name" in copy.json()["message"]) == (422, True)


def test_a_choice_is_in_the_audit_with_what_it_was_before(
    client: AsgiClient, parts: HubParts
) -> None:
    put(client, "*", author="Kim", why="complaint", reason="cold light")
    put(client, "*", scene="evening")
    delete(client, OVERRIDE, author="Bo")
    with parts.engine.connect() as connection:
        rows = connection.execute(
            select(*AuditRow.__table__.columns)  # type: ignore[attr-defined]
            .where(col(AuditRow.action).startswith("override"))
            .order_by(col(AuditRow.id))
        ).all()
    assert [(row.action, row.author, row.subject, row.why) for row in rows] == [
        ("override.choose", "Kim", "zone entrance", "complaint: cold light"),
        ("override.choose", "", "zone entrance", "other"),
        ("override.return", "Bo", "zone entrance", ""),
    ]
    assert all(row.before == last.after for last, row in pairwise(rows))
    assert msgspec.json.decode(rows[1].after)["scene"] == "evening"


def test_a_quiet_hour_holds_in_every_zone_over_what_people_chose(
    client: AsgiClient, clock: FakeClock
) -> None:
    put(client, "*")
    answer = client.post(QUIET, json={"end": 30, "author": "Kim", "reason": "a school class"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["layer"], answer.json()["scene"]) == ("quiet-hour", "quiet-hour")
    assert scenes(client) == [("quiet-hour", "quiet-hour")] * 2
    zone = client.get(ZONE).json()
    assert zone["desired"]["reason"] == "Quiet hour, begun by Kim: a school class"
    assert zone["override"]["scene"] == "event"
    assert client.get(QUIET).json() == answer.json()
    clock.forward(minutes=31)
    assert client.get(QUIET).json() is None
    assert scenes(client) == [("event", "override"), ("trading", "fallback")]


def test_a_quiet_hour_is_replaced_and_ended_by_who_saw_it(
    client: AsgiClient, clock: FakeClock
) -> None:
    client.post(QUIET, json={"end": 30})
    seen = tag(client, QUIET)
    clock.forward(minutes=1)
    wish = {"end": "closing", "author": "Bo"}
    assert client.post(QUIET, json=wish, headers={"If-Match": seen}).status_code == 200
    assert client.get(QUIET).json()["end"] == "2026-10-22T18:00:00Z"
    lost = delete(client, QUIET, seen)
    assert lost.status_code == 412
    assert lost.json()["changed"] == ["Bo began a quiet hour until 20:00, at 12:01"]
    assert client.request("DELETE", QUIET).status_code == 428
    for _ in range(2):
        assert delete(client, QUIET, author="Kim").status_code == 204
    assert scenes(client) == [("trading", "fallback")] * 2


def test_a_quiet_hour_that_holds_is_not_replaced_by_who_does_not_know_of_it(
    client: AsgiClient, clock: FakeClock
) -> None:
    first = client.post(QUIET, json={"end": 60, "author": "Kim"})
    clock.forward(minutes=1)
    refused = client.post(QUIET, json={"end": 5, "author": "Bo"})
    assert (refused.status_code, refused.json()["code"]) == (409, "quiet-hour.held")
    assert "Kim began a quiet hour in Nordic at 12:00" in refused.json()["message"]
    assert "until 13:00" in refused.json()["message"]
    older = client.post(QUIET, json={"end": 5}, headers={"If-Match": '"quiet-hour-none"'})
    assert older.json()["changed"] == ["Kim began a quiet hour until 13:00, at 12:00"]
    assert client.get(QUIET).json() == first.json()
    whatever = client.post(QUIET, json={"end": 5, "author": "Bo"}, headers={"If-Match": "*"})
    assert whatever.json()["author"] == "Bo"
    # One that is over is in nobody's way.
    clock.forward(minutes=6)
    assert client.post(QUIET, json={"end": 5}).status_code == 200


def test_an_emergency_is_above_all_and_goes_on_until_a_person_ends_it(
    client: AsgiClient, clock: FakeClock
) -> None:
    put(client, "*")
    client.post(QUIET, json={"end": 30})
    answer = client.post(EMERGENCY, json={"author": "Kim", "reason": "somebody fell"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["end"] is None
    assert scenes(client) == [("emergency", "emergency")] * 2
    clock.forward(days=1)
    # Set off once more, it goes on as it is.
    again = client.post(EMERGENCY, json={"author": "Bo"})
    assert (again.json(), again.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
    assert put(client, "*", end=60).json()["desired"]["layer"] == "emergency"
    assert delete(client, EMERGENCY, '"emergency-none"').json()["changed"] == [
        "Kim set off the emergency, at yesterday 12:00"
    ]
    assert scenes(client) == [("emergency", "emergency")] * 2
    assert delete(client, EMERGENCY, answer.headers["ETag"], author="Bo").status_code == 204
    assert scenes(client) == [("event", "override"), ("trading", "fallback")]


@pytest.mark.parametrize("address", [QUIET, EMERGENCY])
def test_a_preset_that_is_in_no_library_is_told_before_anything_changes(
    client: AsgiClient, parts: HubParts, address: str
) -> None:
    schedule = parts.planner.store("nordic").schedule
    unknown = msgspec.structs.replace(schedule, quiet_scene="lost", emergency_scene="lost")
    parts.planner.deploy({"nordic": unknown})
    before = scenes(client)
    answer = client.post(address, json={"end": 30} if address == QUIET else {})
    assert (answer.status_code, answer.json()["code"]) == (404, "scene.unknown")
    assert "scene of Nordic is 'lost'" in answer.json()["message"]
    assert scenes(client) == before
    assert client.get(address).json() is None


@pytest.mark.parametrize(
    "body", [{}, {"end": "next-change"}, {"end": 0}, {"end": None}, {"end": 5, "scene": "event"}]
)
def test_a_wrong_quiet_hour_is_refused(client: AsgiClient, body: Any) -> None:
    assert client.post(QUIET, json=body).status_code == 422
    assert scenes(client) == [("trading", "fallback")] * 2


def test_a_store_that_is_unknown_or_has_no_zones_has_no_choices(
    client: AsgiClient, parts: HubParts
) -> None:
    nowhere = "/api/v1/stores/nowhere/quiet-hour"
    assert client.post(nowhere, json={"end": 5}).status_code == 404
    assert client.get(nowhere).status_code == 404
    assert delete(client, nowhere).status_code == 404
    shop = parts.planner.shop
    parts.planner.load(replace(shop, stores=(replace(shop.stores[0], zones=()),)))
    answer = client.post(EMERGENCY, json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "store.no-zones")
