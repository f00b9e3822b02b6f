"""Auditions over REST: any recipe that may be saved, for a minute, and the page can tell of it."""

from __future__ import annotations

from typing import Any

import pytest

from hub.app import create_app
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock

ZONE = "/api/v1/zones/entrance"
AUDITION = f"{ZONE}/audition"
RECIPE: dict[str, Any] = {
    "name": "Dusk",
    "mood": "relax",
    "experience": "escapist",
    "light": {"all": {"level": 20, "temperature_k": 2400}},
}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def begin(client: AsgiClient, recipe: dict[str, Any] = RECIPE, **wish: Any) -> Any:
    return client.post(AUDITION, json={"scene": recipe, "author": "Kim", **wish})


def test_a_recipe_that_nobody_saved_is_heard_for_a_minute(
    client: AsgiClient, clock: FakeClock
) -> None:
    assert client.get(AUDITION).json() is None
    scenes = client.get("/api/v1/scenes").json()
    begun = begin(client)
    assert begun.status_code == 200
    there = begun.json()
    assert (there["of"], there["name"], there["author"], there["left_s"]) == (
        "unsaved",
        "Dusk",
        "Kim",
        60,
    )
    assert there["scene"]["light"]["all"]["level"] == 20
    zone = client.get(ZONE).json()
    assert zone["audition"]["name"] == "Dusk"
    assert (zone["desired"]["scene"], zone["desired"]["scene_name"]) == (
        "audition",
        "Audition: Dusk",
    )
    clock.forward(seconds=20)
    assert client.get(AUDITION).json()["left_s"] == 40
    clock.forward(seconds=40)
    assert client.get(AUDITION).json() is None
    zone = client.get(ZONE).json()
    assert (zone["audition"], zone["desired"]["scene"]) == (None, "trading")
    assert client.get("/api/v1/scenes").json() == scenes, "nothing was saved by it"


def test_the_next_one_takes_its_place_and_anybody_ends_it(client: AsgiClient) -> None:
    first = begin(client)
    second = begin(client, {**RECIPE, "name": "Later dusk"}, of="evening", seconds=30)
    assert second.json()["name"] == "Later dusk"
    seen = {"If-Match": first.headers["ETag"]}
    lost = client.request("DELETE", AUDITION, headers=seen)
    assert (lost.status_code, lost.headers["ETag"]) == (412, second.headers["ETag"])
    assert lost.json()["changed"] == ["Kim began an audition until 12:00, at 12:00"]
    ended = client.request("DELETE", AUDITION)
    assert (ended.status_code, ended.headers["ETag"]) == (204, '"audition-none"')
    assert client.get(ZONE).json()["desired"]["scene"] == "trading"
    told = client.get("/api/v1/audit", params={"action": "audition"}).json()
    changes = told["changes"]
    assert [each["action"] for each in changes] == ["audition.end"] + ["audition.begin"] * 2
    assert changes[0]["before"]["recipe"]["name"] == "Audition: Later dusk"


@pytest.mark.parametrize(
    "wrong",
    [
        {"scene": {**RECIPE, "music": {"source": "playlist:x", "volume": 140}}},
        {
            "scene": {
                **RECIPE,
                "music": {"source": "playlist:x", "volume": 60},
                "limits": {"max_volume": 50},
            }
        },
        {"scene": {**RECIPE, "light": {"All lamps": {"level": 5}}}},
        {"scene": RECIPE, "seconds": 5},
        {"scene": RECIPE, "seconds": 121},
        {"scene": RECIPE, "of": "audition"},
    ],
)
def test_a_recipe_is_checked_as_a_scene_file_is(client: AsgiClient, wrong: Any) -> None:
    answer = client.post(AUDITION, json=wrong)
    assert answer.status_code == 422
    assert client.get(AUDITION).json() is None


def test_a_quiet_hour_is_not_interrupted(client: AsgiClient) -> None:
    client.post("/api/v1/stores/nordic/quiet-hour", json={"end": 30})
    answer = begin(client)
    assert (answer.status_code, answer.json()["code"]) == (409, "audition.refused")
    assert "a quiet hour holds" in answer.json()["message"]


def test_no_scene_is_called_audition(client: AsgiClient) -> None:
    answer = client.request(
        "PUT",
        "/api/v1/scenes/audition",
        json={"scene": RECIPE},
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 422
