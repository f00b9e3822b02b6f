"""Nudges, mute and scent off over REST: who writes says what they saw; the zone tells it all."""

from __future__ import annotations

from typing import Any

import pytest

from hub.app import create_app
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock

ZONE = "/api/v1/zones/entrance"
VOLUME = f"{ZONE}/adjustments/volume"
STORE = "/api/v1/stores/nordic"
CALMS = {"mute": "volume", "scent-off": "scent"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def put(client: AsgiClient, seen: str = "*", address: str = VOLUME, **wish: Any) -> Any:
    body = {"percent": 80, "end": 60, "author": "Kim", **wish}
    return client.request("PUT", address, json=body, headers={"If-Match": seen})


def delete(client: AsgiClient, address: str, seen: str = "*", **query: str) -> Any:
    return client.request("DELETE", address, headers={"If-Match": seen}, params=query)


def zone(client: AsgiClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(ZONE).json()
    return found


def test_a_zone_tells_what_was_nudged_by_whom_and_what_is_in_force(client: AsgiClient) -> None:
    before = zone(client)
    assert before["adjustments"] == []
    assert before["in_force"] == {"light": 100, "volume": 100, "scent": 100}
    assert before["adjustment_tags"]["volume"] == '"volume-none"'
    answer = put(client, '"volume-none"', why="too-loud")
    assert answer.status_code == 200
    after = answer.json()
    assert after == zone(client)
    (nudge,) = after["adjustments"]
    assert (nudge["kind"], nudge["percent"], nudge["author"]) == ("volume", 80, "Kim")
    assert nudge["words"] == "20 % quieter until 13:00, Kim: too loud"
    assert after["in_force"] == {"light": 100, "volume": 80, "scent": 100}
    assert answer.headers["ETag"] == after["adjustment_tags"]["volume"]
    # The scene goes on as it is: nobody chose one, and it begins and ends as before.
    for field in ("since", "until", "scene", "reason", "ends"):
        assert after["desired"][field] == before["desired"][field]
    assert after["tag"] == before["tag"]
    plan = client.get(f"{ZONE}/plan").json()["slots"]
    (nudged,) = [slot for slot in plan if slot["adjust"]]
    assert nudged["adjust"] == after["in_force"]
    assert nudged["adjust_reason"] == nudge["words"]


def test_of_two_tablets_the_slower_hears_what_the_faster_did(
    client: AsgiClient, clock: FakeClock
) -> None:
    first = put(client, '"volume-none"')
    clock.forward(minutes=1)
    assert put(client, address=f"{ZONE}/adjustments/light", percent=50).status_code == 200
    for lost in (put(client, '"volume-none"', percent=60), delete(client, VOLUME, '"volume-none"')):
        assert (lost.status_code, lost.json()["code"]) == (412, "precondition.failed")
        assert lost.json()["changed"] == ["Kim set the volume to 80 % until 13:00, at 12:00"]
        assert lost.headers["ETag"] == first.headers["ETag"]
    assert client.request("PUT", VOLUME, json={"percent": 80}).status_code == 428
    assert zone(client)["in_force"]["volume"] == 80


def test_a_nudge_ends_at_the_next_planned_change_or_when_somebody_says_so(
    client: AsgiClient,
) -> None:
    client.request("PUT", VOLUME, json={"percent": 90}, headers={"If-Match": "*"})
    assert zone(client)["adjustments"][0]["end"] == zone(client)["desired"]["until"]
    assert put(client, percent=100).json()["adjustments"] == []
    put(client)
    assert delete(client, VOLUME, author="Bo").json()["adjustments"] == []
    assert delete(client, VOLUME).status_code == 200
    told = client.get("/api/v1/audit", params={"action": "volume"}).json()
    changes = told["changes"]
    assert [(each["action"], each["author"]) for each in changes] == [
        ("volume.end", "Bo"),
        ("volume.nudge", "Kim"),
        ("volume.end", "Kim"),
        ("volume.nudge", ""),
    ]


@pytest.mark.parametrize(
    ("sense", "percent"), [("light", 10), ("volume", 151), ("scent", 110), ("warmth", 100)]
)
def test_nobody_nudges_beyond_what_can_be(client: AsgiClient, sense: str, percent: float) -> None:
    answer = put(client, address=f"{ZONE}/adjustments/{sense}", percent=percent)
    assert answer.status_code == 422
    assert zone(client)["adjustments"] == []


@pytest.mark.parametrize("calm", CALMS)
def test_a_whole_store_is_calm_at_once_and_one_holds_at_a_time(
    client: AsgiClient, clock: FakeClock, calm: str
) -> None:
    address = f"{STORE}/{calm}"
    assert client.get(address).json() is None
    begun = client.post(address, json={"author": "Kim", "reason": "a school class"})
    assert begun.status_code == 200
    assert begun.json()["end"] == "2026-10-22T18:00:00Z", "closing, if nothing is said"
    for each in client.get("/api/v1/zones").json():
        assert each["in_force"][CALMS[calm]] == 0
        assert [(it["kind"], it["author"]) for it in each["adjustments"]] == [(calm, "Kim")]
    clock.forward(minutes=1)
    again = client.post(address, json={"end": 30, "author": "Bo"})
    assert (again.status_code, again.json()["code"]) == (409, "calm.held")
    assert "Kim" in again.json()["message"]
    seen = {"If-Match": begun.headers["ETag"]}
    replaced = client.request("POST", address, json={"end": "until-ended"}, headers=seen)
    assert replaced.json()["end"] == "2026-10-29T10:01:00Z", "seven days at most"
    lost = delete(client, address, begun.headers["ETag"])
    assert lost.status_code == 412
    assert "at 12:01" in lost.json()["changed"][0]
    assert delete(client, address, replaced.headers["ETag"]).status_code == 204
    assert zone(client)["in_force"] == {"light": 100, "volume": 100, "scent": 100}
    assert delete(client, address).status_code == 204


def test_return_to_plan_takes_the_nudges_along(client: AsgiClient) -> None:
    put(client)
    back = delete(client, f"{ZONE}/override")
    assert back.json()["adjustments"] == []


def test_an_emergency_heeds_no_nudge_and_says_what_waits(client: AsgiClient) -> None:
    put(client)
    client.post(f"{STORE}/emergency", json={})
    there = zone(client)
    assert there["in_force"]["volume"] == 100
    assert [each["kind"] for each in there["adjustments"]] == ["volume"]


def test_why_tells_who_made_it_so(client: AsgiClient, clock: FakeClock) -> None:
    put(client, why="too-loud", end=30)
    client.post(f"{STORE}/scent-off", json={"author": "Bo"})
    told = "Scent off until 20:00, Bo; 20 % quieter until 12:30, Kim: too loud"
    assert client.get(f"{ZONE}/why").json()["adjusted"] == told
    later = {"at": "2026-10-22T13:00:00+02:00"}
    assert client.get(f"{ZONE}/why", params=later).json()["adjusted"] == "Scent off until 20:00, Bo"
    clock.forward(minutes=20)
    then = client.get(f"{ZONE}/why", params={"at": "2026-10-22T12:05:00+02:00"}).json()
    assert (then["basis"], then["adjusted"]) == ("record", told)
