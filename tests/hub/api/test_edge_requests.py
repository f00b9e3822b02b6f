"""Asking devices, and an agent for its log: what came of it is told to the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hub.app import create_app
from hub.audit import Change, Search, find
from hub.parts import HubParts
from hub.requests import Requests
from scenes.codec import decode
from scenes.messages import DeviceState, Reading, Reply, Request, State
from tests.hub.api.test_rest import introduce
from tests.hub.asgi_client import AsgiClient

ASK = "/api/v1/stores/nordic/edges/ceiling/requests"
BOOT = "0123456789abcdef"
LOG = "/api/v1/stores/nordic/edges/ceiling/log"
LINES = ("2026-10-22 09:00:00Z INFO edge.agent: started", "2026-10-22 09:00:02Z INFO edge: ok")

Answer = Callable[[Request], Reply | None]


def answering(parts: HubParts, answer: Answer) -> AsgiClient:
    """A client of a hub whose agent answers so; with None the broker is not there."""

    def publish(_topic: str, payload: bytes) -> bool:
        reply = answer(decode(Request, payload))
        if reply is not None:
            requests.answer(reply)
        return reply is not None

    requests = Requests(publish, parts.now)
    introduce(parts)
    return AsgiClient(create_app(replace(parts, requests=requests)))


def obeyed(parts: HubParts, *, done: bool = True, text: str = "window dims") -> Answer:
    def answer(request: Request) -> Reply:
        lines = LINES if request.action == "log" else ()
        return Reply(
            id=request.id, edge="ceiling", at=parts.now(), done=done, text=text, lines=lines
        )

    return answer


def audited(parts: HubParts) -> Change:
    with parts.engine.connect() as connection:
        (entry,) = find(connection, Search(store="nordic", action="device"), 5)
    return entry.change


@pytest.mark.parametrize("done", [True, False])
def test_what_came_of_a_request_is_told_with_who_asked(parts: HubParts, done: bool) -> None:
    client = answering(parts, obeyed(parts, done=done))
    answer = client.post(f"{ASK}?author=Kim", json={"action": "identify", "device": "window"})
    assert (answer.status_code, answer.json()["done"]) == (200, done)
    change = audited(parts)
    assert (change.action, change.subject) == ("device.identify", "device window")
    assert change.author
    assert change.after == {
        "edge": "ceiling",
        "zone": "entrance",
        "done": done,
        "text": "window dims",
    }


def test_a_new_cartridge_is_told_with_what_was_in_the_old_one(parts: HubParts) -> None:
    client = answering(parts, obeyed(parts, text="full"))
    common: Any = {"store": "nordic", "edge": "ceiling", "boot": BOOT, "at": parts.now()}
    scent = DeviceState(
        kind="diffuser", zone="entrance", reading=Reading(fragrance="fig", cartridge_ml=3.5)
    )
    parts.reported.state(State(**common, zones={}, devices={"scent": scent}))
    client.post(ASK, json={"action": "refill", "device": "scent"})
    after = audited(parts).after
    assert (after["fragrance"], after["left_ml"]) == ("fig", 3.5)


def test_a_request_in_vain_is_told_too(parts: HubParts) -> None:
    client = answering(parts, lambda _request: None)
    answer = client.post(ASK, json={"action": "refill", "device": "scent"})
    assert answer.status_code == 503
    change = audited(parts)
    assert change.action == "device.refill"
    assert change.after["done"] is False
    assert "not connected" in change.after["text"]


def test_the_last_lines_of_an_agents_log_are_read_from_afar(parts: HubParts) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        reply = obeyed(parts)(request)
        assert reply is not None
        return reply

    client = answering(parts, answer)
    log = client.get(LOG)
    assert (log.status_code, log.json()["lines"]) == (200, list(LINES))
    assert [(each.action, each.device) for each in asked] == [("log", "ceiling")]
    assert client.get(LOG.replace("ceiling", "cellar")).json()["code"] == "edge.unknown"
