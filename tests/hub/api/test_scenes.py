"""Scenes over REST: their life, their tags, and their files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest

from hub.app import create_app
from hub.parts import HubParts
from hub.scene_library import starter_scenes
from hub.scene_yaml import read_scene, write_scene
from scenes.scene_file import document_of
from tests.hub.asgi_client import AsgiClient

EVENING = document_of(starter_scenes()["evening"])
SCENE = "/api/v1/scenes/evening"
NEW = "/api/v1/scenes/disco"
YAML = {"Content-Type": "application/yaml"}
ANY = {"If-Match": "*"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def louder(volume: float = 45) -> dict[str, Any]:
    return {**EVENING, "music": {**EVENING["music"], "volume": volume}}


def put(client: AsgiClient, path: str, scene: dict[str, Any], **headers: str) -> httpx.Response:
    body = {"scene": scene, "author": "Kim", "why": "too quiet"}
    # As any client may write JSON, half a pair of surrogates included.
    kind = {"Content-Type": "application/json"}
    return client.request("PUT", path, content=json.dumps(body), headers=kind | (headers or ANY))


def post(client: AsgiClient, path: str, **body: Any) -> httpx.Response:
    return client.post(path, json={"author": "Kim", **body}, headers=ANY)


def test_a_scene_is_saved_reviewed_and_published(client: AsgiClient, parts: HubParts) -> None:
    before = client.get(SCENE)
    assert before.headers["etag"] == '"scene-evening-1"'
    saved = put(client, SCENE, louder(), **{"If-Match": before.headers["etag"]})
    assert saved.status_code == 200
    assert saved.headers["etag"] == '"scene-evening-2"'
    shown = saved.json()
    assert (shown["state"], shown["published_revision"], shown["newest_revision"]) == (
        "published",
        1,
        2,
    )
    assert (shown["music"]["volume"], shown["draft"]["music"]["volume"]) == (35, 45)
    assert shown["draft_changes"] == ["Volume 35 % → 45 %"]
    assert client.get(SCENE).json() == shown
    published = post(client, f"{SCENE}/publish")
    assert published.status_code == 200
    assert published.json()["music"]["volume"] == 45
    assert (published.json()["draft"], published.json()["draft_changes"]) == (None, [])
    assert parts.planner.shop.scenes["evening"].revision == 2
    plan = parts.planner.plans()["nordic", "entrance"]
    assert plan.scenes["evening"].revision == 2


def test_scenes_are_listed_by_state_and_id(client: AsgiClient, parts: HubParts) -> None:
    assert put(client, NEW, EVENING).json()["state"] == "draft"
    assert post(client, "/api/v1/scenes/opening/retire").json()["state"] == "retired"
    listed = client.get("/api/v1/scenes").json()
    assert [each["id"] for each in listed] == [
        *sorted(parts.planner.shop.scenes),
        "disco",
        "opening",
    ]
    for state, names in (("draft", ["disco"]), ("retired", ["opening"])):
        asked = client.get(f"/api/v1/scenes?state={state}").json()
        assert [each["id"] for each in asked] == names
    assert client.get("/api/v1/scenes?state=lost").status_code == 422


def test_a_write_says_what_it_has_seen(client: AsgiClient) -> None:
    body = {"scene": EVENING}
    for method, path in (
        ("PUT", SCENE),
        ("DELETE", SCENE),
        ("POST", f"{SCENE}/publish"),
        ("POST", f"{SCENE}/retire"),
        ("POST", f"{SCENE}/revert"),
        ("PUT", f"{SCENE}/file"),
    ):
        content: dict[str, Any] = {"json": {"revision": 1} if "revert" in path else {}}
        if path == SCENE and method == "PUT":
            content = {"json": body}
        if path.endswith("file"):
            content = {"content": "name: X", "headers": YAML}
        if method == "DELETE":
            content = {}
        assert client.request(method, path, **content).status_code == 428, (method, path)


def test_who_is_late_hears_what_changed(client: AsgiClient) -> None:
    assert put(client, SCENE, louder(45)).status_code == 200
    late = put(client, SCENE, louder(40), **{"If-Match": '"scene-evening-1"'})
    assert late.status_code == 412
    assert late.headers["etag"] == '"scene-evening-2"'
    sentence = "Kim saved revision 2 on 22 October 2026 10:00 UTC: Volume 35 % → 45 %"
    assert late.json()["changed"] == [sentence]
    # Who saw something else altogether hears at least of the last change.
    lost = put(client, SCENE, louder(40), **{"If-Match": '"zone-7"'})
    assert (lost.status_code, lost.json()["changed"]) == (412, [sentence])
    assert client.get(SCENE).json()["draft"]["music"]["volume"] == 45


def test_whoever_makes_a_scene_overwrites_nobodys(client: AsgiClient) -> None:
    new = {"If-Match": '"scene-disco-0"'}
    assert put(client, NEW, EVENING, **new).status_code == 200
    assert put(client, NEW, louder(), **new).status_code == 412


def test_a_scene_in_use_stays_and_the_places_are_named(client: AsgiClient) -> None:
    for answer in (
        post(client, f"{SCENE}/retire"),
        client.request("DELETE", SCENE, headers=ANY),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "scene.in-use")
        assert answer.json()["problems"] == ["Nordic: Rule “evenings”"]
    assert client.get(f"{SCENE}/uses").json() == [
        {"kind": "schedule", "store": "nordic", "text": "Nordic: Rule “evenings”"}
    ]


def test_a_scene_that_nobody_uses_is_deleted_and_its_revisions_stay(client: AsgiClient) -> None:
    put(client, NEW, EVENING)
    gone = client.request("DELETE", f"{NEW}?author=Kim&why=never+played", headers=ANY)
    assert (gone.status_code, gone.content) == (204, b"")
    for path in (NEW, f"{NEW}/uses", f"{NEW}/file"):
        assert (client.get(path).status_code, client.get(path).json()["code"]) == (
            404,
            "scene.unknown",
        )
    late = client.post(f"{NEW}/publish", headers={"If-Match": '"scene-disco-1"'})
    assert late.status_code == 412
    assert late.json()["changed"] == ["Kim deleted it on 22 October 2026 10:00 UTC"]
    assert post(client, f"{NEW}/publish").status_code == 404
    assert [each["revision"] for each in client.get(f"{NEW}/revisions").json()] == [1]
    (change, *_) = client.get("/api/v1/audit?subject=scene+disco").json()["changes"]
    assert (change["action"], change["author"], change["why"]) == (
        "scene.delete",
        "Kim",
        "never played",
    )


def test_a_copy_and_a_way_back(client: AsgiClient) -> None:
    copy = {"id": "late-evening", "name": "Late evening"}
    made = client.post(f"{SCENE}/clone", json=copy)
    assert (made.status_code, made.headers["etag"]) == (201, '"scene-late-evening-1"')
    assert (made.json()["name"], made.json()["state"]) == ("Late evening", "draft")
    again = client.post(f"{SCENE}/clone", json=copy)
    assert (again.status_code, again.json()["code"]) == (409, "scene.exists")
    put(client, SCENE, louder())
    post(client, f"{SCENE}/publish")
    back = post(client, f"{SCENE}/revert", revision=1)
    assert back.json()["draft_changes"] == ["Volume 45 % → 35 %"]
    lost = post(client, f"{SCENE}/revert", revision=9)
    assert (lost.status_code, lost.json()["code"]) == (404, "scene.unknown-revision")
    revisions = client.get(f"{SCENE}/revisions").json()
    assert [
        (each["revision"], each["origin"], each["author"], each["plays"], each["changes"])
        for each in revisions
    ] == [
        (3, "person", "Kim", False, ["Volume 45 % → 35 %"]),
        (2, "person", "Kim", True, ["Volume 35 % → 45 %"]),
        (1, "file", "scene file", False, []),
    ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"mood": None}, "mood says what mood it intends: relax, energise, focus, celebrate"),
        ({"experience": "fun"}, "experience says which experience it serves: entertainment"),
        ({"lights": {}}, "lights"),
        ({"limits": {"max_volume": 20}}, "music.volume is 35 %, more than the scene's limits"),
        ({"name": "\ud800"}, "U+D800"),
        ({"name": "a\nb"}, "U+000A"),
        ({"name": "a\u202eb"}, "U+202E"),
        ({"name": " "}, "name has no character that can be seen"),
        ({"name": "\u200b\u3164\u0301"}, "name has no character that can be seen"),
        ({"\ud800": 1}, "surrogates not allowed"),
        ({"light": {"\ud800": {"level": 1}}}, "light"),
        ({"revision": 4}, "'revision' is not written"),
        ({"light": {"all": {"level": "dim"}}}, "level"),
    ],
)
def test_what_is_no_scene_is_refused_in_words(
    client: AsgiClient, change: dict[str, Any], complaint: str
) -> None:
    answer = put(client, NEW, {**EVENING, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert complaint in answer.json()["message"]
    assert client.get(NEW).status_code == 404


def test_a_file_goes_out_and_comes_in_the_same(client: AsgiClient) -> None:
    given = client.get(f"{SCENE}/file")
    assert given.headers["content-type"].startswith("application/yaml")
    assert 'filename="evening.yaml"' in given.headers["content-disposition"]
    assert given.text == write_scene(starter_scenes()["evening"])
    same = client.request(
        "PUT",
        f"{SCENE}/file",
        content=given.content,
        headers={**YAML, "If-Match": given.headers["etag"]},
    )
    assert (same.status_code, same.headers["etag"]) == (200, given.headers["etag"])
    text = given.text.replace("volume: 35", "volume: 44").replace(
        "Evening", "Kveldsstemning på Løkka"
    )
    saved = client.request(
        "PUT", f"{SCENE}/file?author=Kim", content=text.encode(), headers={**YAML, **ANY}
    )
    assert saved.json()["draft_changes"] == [
        "Name “Evening” → “Kveldsstemning på Løkka”",
        "Volume 35 % → 44 %",
    ]
    assert client.get(f"{SCENE}/file").text == given.text, "what plays"
    draft = client.get(f"{SCENE}/file?revision=2").text
    assert msgspec.structs.replace(read_scene("evening", draft), revision=2) == msgspec.convert(
        saved.json()["draft"], type(read_scene("evening", draft))
    )
    assert client.get(f"{SCENE}/file?revision=7").json()["code"] == "scene.unknown-revision"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"- no scene", "the file names no fields"),
        (b"name: [", "line 1"),
        (b"name: X\nmood: happy\nexperience: aesthetic", "mood says"),
        (b"\xff\xfe", "a scene file is text in UTF-8"),
        (b"", "the file names no fields"),
    ],
)
def test_what_is_no_scene_file_is_refused_in_words(
    client: AsgiClient, content: bytes, complaint: str
) -> None:
    answer = client.request("PUT", f"{NEW}/file", content=content, headers={**YAML, **ANY})
    assert answer.status_code == 422
    assert complaint in answer.json()["message"]


def test_a_scene_file_is_small(client: AsgiClient) -> None:
    content = b"name: " + b"x" * 100_000
    answer = client.request("PUT", f"{NEW}/file", content=content, headers={**YAML, **ANY})
    assert answer.status_code == 413


def test_what_waits_of_the_files_shows_in_health(client: AsgiClient, parts: HubParts) -> None:
    put(client, SCENE, louder())
    post(client, f"{SCENE}/publish")
    files = starter_scenes()
    files["evening"] = msgspec.structs.replace(files["evening"], description="Warmer.")
    parts.planner.load(replace(parts.planner.shop, scenes=files))
    parts.shop.look_for_notices()
    part = client.get("/healthz").json()["parts"]["shop-file"]
    assert part["ok"]
    assert "the file of the scene Evening changed after somebody" in part["detail"]
