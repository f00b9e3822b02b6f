"""What every answer says to a browser about itself, whoever asks for whatever."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Depends

from hub.api.access import open_to_all
from hub.app import create_app
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient

ANSWERS = {
    "/": 200,
    "/people?store=nordic": 200,
    "/nowhere": 404,
    "/api/v1/zones": 200,
    "/api/v1/nowhere": 404,
    "/openapi.json": 200,
    "/healthz": 503,
    "/metrics": 200,
    "/service-worker.js": 200,
    "/static/shell.css": 200,
    "/static/nothing.css": 404,
    "/docs": 200,
}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def test_every_answer_says_what_a_browser_may_do_with_it(client: AsgiClient) -> None:
    answers = {path: client.get(path) for path in ANSWERS}
    assert {path: answer.status_code for path, answer in answers.items()} == ANSWERS
    answers["refused"] = client.get("/api/v1/zones", headers={"Authorization": "Bearer x"})
    answers["to the gate"] = client.get("/week", headers={"Authorization": "Bearer x"})
    answers["too long"] = client.post("/sign-in", content=b"x" * 3_000_000)
    assert [answers[name].status_code for name in ("refused", "to the gate", "too long")] == [
        401,
        303,
        413,
    ]
    for path, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        kept = path in {"/static/shell.css", "/service-worker.js"}
        assert ("no-store" in answer.headers["Cache-Control"]) != kept, path


def test_so_does_what_went_wrong_inside_the_hub(parts: HubParts) -> None:
    broken = APIRouter()

    @broken.get("/api/v1/broken", dependencies=[Depends(open_to_all)])
    def nothing_works() -> str:
        raise ZeroDivisionError

    app = create_app(parts)
    app.include_router(broken)
    answer = AsgiClient(app).get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
