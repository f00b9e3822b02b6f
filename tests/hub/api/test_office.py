"""The office over REST and on the page: what it says, and a person's word."""

from __future__ import annotations

import msgspec
import pytest

from hub.app import create_app
from hub.parts import HubParts
from scenes.codec import encode
from scenes.messages import Hello, PlanMessage, State, ZoneState
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock

CONFIRM = "/api/v1/office/confirm"
WORD = {"author": "Kim", "why": "it was put back"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def contest(parts: HubParts, epoch: int | None = None) -> None:
    """Another hub's plan for the entrance goes over the broker, and the entrance follows it."""
    ours = parts.planner.plans()["nordic", "entrance"]
    theirs = msgspec.structs.replace(
        ours, epoch=epoch or ours.epoch - 7, revision=3, follows=ours.order
    )
    message = encode(PlanMessage(plan=theirs, hub="hub on a box"))
    parts.office.hear_plan("nordic", "entrance", message)
    zone = ZoneState(scene="trading", confirmed=True, epoch=theirs.epoch, revision=3)
    boot = "0123456789abcdef"
    now = parts.now()
    parts.reported.hello(
        Hello(store="nordic", edge="ceiling", boot=boot, online=True, at=now, version="1")
    )
    parts.reported.state(
        State(
            store="nordic", edge="ceiling", boot=boot, at=now, zones={"entrance": zone}, devices={}
        )
    )


def test_a_hub_in_office_has_nothing_to_say(client: AsgiClient, parts: HubParts) -> None:
    answer = client.get("/api/v1/office")
    office = answer.json()
    assert answer.headers["ETag"].startswith(f'"office-{parts.planner.epoch}-')
    assert office.pop("hub").startswith("hub on ")
    assert office == {
        "standing": "in-office",
        "epoch": parts.planner.epoch,
        "since": "2026-10-22T10:00:00Z",
        "in_its_place": None,
        "contested": [],
        "problems": [],
    }
    assert client.get("/healthz").json()["parts"]["office"] == {"ok": True, "detail": ""}
    assert "held back" not in client.get("/").text


def test_what_is_contested_is_told_everywhere_until_a_person_confirms(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    contest(parts)
    answer = client.get("/api/v1/office")
    (zone,) = answer.json()["contested"]
    metrics = client.get("/metrics").text
    assert "stemning_zones_contested 1.0" in metrics
    assert "stemning_in_office 1.0" in metrics
    assert (zone["zone"], zone["place"], zone["hub"]) == ("entrance", "the broker", "hub on a box")
    (problem,) = answer.json()["problems"]
    assert "held back" in problem
    assert problem in client.get("/healthz").json()["parts"]["office"]["detail"]
    assert f"{problem[:1].upper()}{problem[1:60]}" in client.get("/").text
    zones = {each["zone"]: each for each in client.get("/api/v1/zones").json()}
    reported = zones["entrance"]["reported"]
    assert (reported["confirmed"], len(reported["problems"])) == (False, 1)
    assert "than this hub's database knows" in reported["problems"][0]

    assert client.post(CONFIRM, json=WORD).status_code == 428
    late = client.post(CONFIRM, json=WORD, headers={"If-Match": '"office-1-1"'})
    assert (late.status_code, late.json()["changed"]) == (412, [problem])
    clock.forward(seconds=1)
    tag = answer.headers["ETag"]
    assert late.headers["ETag"] == tag
    done = client.post(CONFIRM, json=WORD, headers={"If-Match": tag})
    assert (done.status_code, done.json()["standing"]) == (200, "in-office")
    assert done.headers["ETag"] == client.get("/api/v1/office").headers["ETag"] != tag
    plan = parts.planner.plans()["nordic", "entrance"]
    assert plan.follows is not None
    assert plan.epoch > plan.follows[0] > zone["epoch"]
    again = client.post(CONFIRM, json=WORD, headers={"If-Match": tag})
    assert again.status_code == 412, "the same word twice is one too many"
    assert again.json()["changed"] == [
        "this hub decides since 2026-10-22 10:00 UTC, in every zone",
    ]
    (change,) = client.get("/api/v1/audit?action=office").json()["changes"]
    assert (change["author"], change["why"]) == ("Kim", "it was put back")


def test_out_of_office_every_write_is_a_conflict_that_names_who_decides(
    client: AsgiClient, parts: HubParts
) -> None:
    parts.office.heard_out()
    contest(parts, epoch=parts.planner.epoch + 5)
    office = client.get("/api/v1/office").json()
    assert office["standing"] == "out-of-office"
    assert office["in_its_place"] == {"hub": "hub on a box", "since": "2026-10-22T10:00:00Z"}
    seen = {"If-Match": "*"}
    wish = {"scene": "event", "end": 30}
    edge = "/api/v1/stores/nordic/edges/ceiling"
    for answer in (
        client.request("PUT", "/api/v1/zones/entrance/override", json=wish, headers=seen),
        client.post("/api/v1/stores/nordic/emergency", json={}, headers=seen),
        client.post(f"{edge}/requests", json={"action": "identify", "device": "window"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "hub.not-in-office")
        assert "hub on a box, since 2026-10-22 10:00 UTC, decides" in answer.json()["message"]
    assert client.get("/api/v1/zones").status_code == 200
    assert "stemning_in_office 0.0" in client.get("/metrics").text
    page = client.get("/").text
    assert "This hub is out of office, because hub on a box, since" in page
    assert client.get("/healthz").json()["parts"]["office"]["ok"] is False
