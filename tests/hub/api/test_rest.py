"""Scenes, edges, health, metrics, and the interface's own description."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from hub.api.bridge import json_schema
from hub.app import create_app
from hub.errors import NoReplyError, UnavailableError
from hub.parts import HubParts
from hub.requests import Announcement, Requests
from scenes.codec import decode
from scenes.messages import (
    DeviceInfo,
    DeviceState,
    Hello,
    Reading,
    Reply,
    Request,
    State,
    ZoneState,
)
from scenes.scene import Scene
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import SHOP_FILE, FakeClock

BOOT = "0123456789abcdef"


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def introduce(parts: HubParts) -> None:
    """Let an edge say hello and what it does."""
    now = parts.now()
    lamp = DeviceInfo(id="window", kind="light", zone="entrance", driver="gpio-pwm")
    parts.reported.hello(
        Hello(
            store="nordic",
            edge="ceiling",
            boot=BOOT,
            online=True,
            at=now,
            version="0.1.0",
            zones=("entrance",),
            devices=(lamp,),
        )
    )
    reading = Reading(level=50, problem="no answer")
    parts.reported.state(
        State(
            store="nordic",
            edge="ceiling",
            boot=BOOT,
            at=now,
            zones={"entrance": ZoneState(scene="trading", confirmed=False)},
            devices={"window": DeviceState(kind="light", zone="entrance", reading=reading)},
            waiting_events=3,
            dropped_events=2,
            clock="holdover",
            problems=("the outbox is full",),
        )
    )


def test_scenes_are_given_whole(client: AsgiClient, parts: HubParts) -> None:
    scenes = client.get("/api/v1/scenes").json()
    assert [scene["id"] for scene in scenes] == sorted(parts.planner.shop.scenes)
    assert [msgspec.convert(scene, Scene) for scene in scenes] == [
        parts.planner.shop.scenes[scene["id"]] for scene in scenes
    ]


def test_the_bridge_documents_a_scene_as_the_wire_has_it(client: AsgiClient) -> None:
    document = client.get("/openapi.json").json()
    answer = document["paths"]["/api/v1/scenes"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    assert schema["items"]["properties"].keys() > json_schema(Scene)["properties"].keys()
    scenes = client.get("/api/v1/scenes").json()
    jsonschema.validate(scenes, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{**scenes[0], "light": {"all": {"level": 101}}}], schema)


def test_edges_say_what_they_are_and_what_is_wrong(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    assert client.get("/api/v1/edges").json() == []
    introduce(parts)
    clock.forward(seconds=3)
    (edge,) = client.get("/api/v1/edges").json()
    assert edge == {
        "store": "nordic",
        "edge": "ceiling",
        "online": True,
        "stale": False,
        "age_s": 3,
        "version": "0.1.0",
        "boot": BOOT,
        "zones": ["entrance"],
        "unknown_zones": [],
        "devices": [
            {
                "id": "window",
                "kind": "light",
                "zone": "entrance",
                "driver": "gpio-pwm",
                "problem": "no answer",
                "cartridge_ml": None,
                "days_left": None,
            }
        ],
        "waiting_events": 3,
        "dropped_events": 2,
        "clock": "holdover",
        "problems": ["the outbox is full"],
    }


def test_an_edge_in_a_zone_that_left_the_shop_is_named(
    client: AsgiClient, parts: HubParts, tmp_path: Path
) -> None:
    introduce(parts)
    assert client.get("/healthz").json()["parts"]["edges"] == {"ok": True, "detail": ""}
    (tmp_path / "shop.yaml").write_text(
        SHOP_FILE.replace("- {id: entrance, name: Entrance, fallback: trading}", "").replace(
            "zones: [entrance]", "zones: [fitting-rooms]"
        )
    )
    assert parts.shop.check()
    assert parts.shop.status.problem is None
    (edge,) = client.get("/api/v1/edges").json()
    assert (edge["zones"], edge["unknown_zones"]) == (["entrance"], ["entrance"])
    assert client.get("/healthz").json()["parts"]["edges"] == {
        "ok": False,
        "detail": "ceiling of nordic serves entrance: the shop file has no such zone",
    }


REQUESTS = "/api/v1/stores/nordic/edges/ceiling/requests"
IDENTIFY = {"action": "identify", "device": "window"}


def test_without_a_broker_a_request_is_503(client: AsgiClient, parts: HubParts) -> None:
    assert client.post(REQUESTS, json=IDENTIFY).json()["code"] == "edge.unknown"
    introduce(parts)
    answer = client.post(REQUESTS, json=IDENTIFY)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert client.post(REQUESTS, json={**IDENTIFY, "action": "explode"}).status_code == 422


def test_without_a_broker_no_edge_is_removed(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    introduce(parts)
    clock.forward(minutes=1)
    answer = client.request("DELETE", "/api/v1/stores/nordic/edges/ceiling")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert len(client.get("/api/v1/edges").json()) == 1


def test_a_reply_reaches_whoever_asked(clock: FakeClock) -> None:
    asked: list[Request] = []

    def publish(topic: str, payload: bytes) -> bool:
        assert topic == "stemning/v1/nordic/edge/ceiling/request"
        asked.append(decode(Request, payload))
        # A reply to somebody else's question, and then ours, twice.
        for reply_id in ("other", asked[-1].id, asked[-1].id):
            reply = Reply(id=reply_id, edge="ceiling", at=clock(), done=True, text=reply_id)
            requests.answer(reply)
        return True

    requests = Requests(publish, clock)
    reply = asyncio.run(requests.ask("nordic", "ceiling", "identify", "window"))
    (request,) = asked
    assert (reply.text, request.action, request.device) == (request.id, "identify", "window")
    assert 0 < (request.expires_at - clock()).total_seconds() <= 5


def test_an_announcement_is_asked_for_whole(client: AsgiClient, parts: HubParts) -> None:
    introduce(parts)
    wish = {"action": "announce", "device": "speakers", "source": "file:jingles/closing.ogg"}
    for right in (wish, {**wish, "volume": 60, "duck": 20.5}):
        answer = client.post(REQUESTS, json=right)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    for wrong in (
        {"action": "announce", "device": "speakers"},
        {**IDENTIFY, "source": wish["source"]},
        {**wish, "source": "playlist:calm"},
        {**wish, "source": "file: "},
        {**wish, "volume": 101},
        {**wish, "duck": -1},
        {**wish, "loud": True},
    ):
        assert client.post(REQUESTS, json=wrong).status_code == 422, wrong


def test_an_announcement_reaches_the_edge_whole(clock: FakeClock) -> None:
    asked: list[Request] = []

    def publish(topic: str, payload: bytes) -> bool:
        asked.append(decode(Request, payload))
        reply = Reply(id=asked[-1].id, edge="ceiling", at=clock(), done=True)
        requests.answer(reply)
        return True

    requests = Requests(publish, clock)
    wish = Announcement("file:jingles/closing.ogg", 60.0, 20.0)
    asyncio.run(requests.ask("nordic", "ceiling", "announce", "speakers", wish))
    (request,) = asked
    assert (request.action, request.source) == ("announce", "file:jingles/closing.ogg")
    assert (request.volume, request.duck) == (60, 20)


def test_silence_is_no_reply_and_no_broker_is_said_at_once(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.requests.LONGEST_S", 0.05)
    with pytest.raises(NoReplyError, match="ceiling did not answer"):
        asyncio.run(Requests(lambda *_: True, clock).ask("nordic", "ceiling", "test", "window"))
    with pytest.raises(UnavailableError):
        asyncio.run(Requests(lambda *_: False, clock).ask("nordic", "ceiling", "test", "window"))


def test_health_names_the_part_that_fails(client: AsgiClient, parts: HubParts) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    health = answer.json()
    assert health["status"] == "failing"
    assert health["parts"]["database"] == {"ok": True, "detail": ""}
    assert health["parts"]["broker"]["ok"] is False
    assert "mqtt://127.0.0.1:1" in health["parts"]["broker"]["detail"]
    assert health["parts"]["shop-file"]["ok"] is True


def test_a_bad_shop_file_shows_in_health(
    client: AsgiClient, parts: HubParts, tmp_path: Path
) -> None:
    (tmp_path / "shop.yaml").write_text("stores: 5")
    parts.shop.check()
    assert client.get("/healthz").json()["parts"]["shop-file"] == {
        "ok": False,
        "detail": "line 1, stores: a list is expected here, not a whole number",
    }
    assert client.get("/api/v1/zones").json()[0]["zone"] == "entrance"


def test_metrics_count_and_say_how_things_stand(client: AsgiClient, parts: HubParts) -> None:
    introduce(parts)
    client.request(
        "PUT",
        "/api/v1/zones/entrance/override",
        json={"scene": "event", "end": 5},
        headers={"If-Match": "*"},
    )
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = dict(
        line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")
    )
    assert lines["stemning_overrides_total"] == "1.0"
    assert lines["stemning_broker_connected"] == "0.0"
    assert lines["stemning_edges_online"] == "1.0"
    assert lines["stemning_events_committed_total"] == "0.0"
    assert "stemning_oldest_state_age_seconds" in lines


def test_two_hubs_in_one_process_count_apart(client: AsgiClient, parts: HubParts) -> None:
    parts.metrics.events.inc(7)
    other = type(parts.metrics)()
    assert b"stemning_events_committed_total 7.0" in parts.metrics.text()
    assert b"stemning_events_committed_total 0.0" in other.text()


def test_every_error_has_the_same_shape(client: AsgiClient) -> None:
    for answer in (
        client.get("/api/v1/nowhere"),
        client.post("/api/v1/zones"),
        client.get("/api/v1/zones/attic"),
        client.get("/api/v1/zones?store=No Slug"),
    ):
        assert answer.status_code >= 400
        assert answer.json().keys() == {"code", "message"}
    assert client.post("/api/v1/zones").headers["allow"] == "GET"


def test_an_unforeseen_error_tells_nothing_of_the_inside(
    client: AsgiClient, parts: HubParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(parts.reported, "zones", burst)
    answer = client.get("/api/v1/zones")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_operation_is_described_and_says_its_errors(client: AsgiClient) -> None:
    document = client.get("/openapi.json").json()
    assert {"/healthz", "/metrics", "/api/v1/effects", "/api/v1/sales/imports"} <= document[
        "paths"
    ].keys()
    for name, operation in operations(document):
        assert operation.get("description"), name
        assert {"422", "503"} <= operation["responses"].keys(), name
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorBody"}, (name, status)
    assert "HTTPValidationError" not in json.dumps(document)
