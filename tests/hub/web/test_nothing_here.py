"""Addresses that lead nowhere."""

import asyncio
import threading

import httpx
import pytest
from fastapi import FastAPI, Request

from hub.api import errors
from hub.app import create_app
from hub.parts import HubParts
from hub.people.alarms import PinAlarms
from hub.web import install
from hub.web.bar import Bar
from hub.web.frame import frame
from tests.hub.asgi_client import AsgiClient

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def get(path: str, accept: str) -> httpx.Response:
    """GET a path of an application with the hub's errors and no route but a form."""
    app = FastAPI(docs_url=None, redoc_url=None)
    errors.install(app)
    install(app)

    @app.post("/override")
    def override() -> None: ...

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.get(path, headers={"Accept": accept})

    return asyncio.run(ask())


def test_a_person_gets_a_page() -> None:
    answer = get("/<b>nosuch", BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no page at /&lt;b&gt;nosuch." in answer.text


def test_a_reload_of_a_form_s_address_is_answered_in_words() -> None:
    answer = get("/override", BROWSER)
    assert answer.status_code == 405
    assert "Method Not Allowed." in answer.text


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/nosuch", "*/*"), ("/nosuch", "application/json"), ("/api/v1/nosuch", BROWSER)],
)
def test_a_program_gets_a_code(path: str, accept: str) -> None:
    answer = get(path, accept)
    assert (answer.status_code, answer.json()["code"]) == (404, "http.404")


def test_a_page_of_a_store_that_is_gone_is_told_so_and_looks_again(parts: HubParts) -> None:
    client = AsgiClient(create_app(parts))
    told = {
        path: client.get(path).status_code
        for path in ("/alive", "/alive?store=nordic", "/alive?store=gone")
    }
    assert told == {"/alive": 204, "/alive?store=nordic": 204, "/alive?store=gone": 404}
    # Nobody stands before a tablet on a wall when the store is in the shop file again.
    for path in ("/?store=gone", "/ask?store=nordic&zone=gone&scene=evening&seen=x"):
        gone = client.get(path)
        assert (gone.status_code, gone.headers["Refresh"]) == (404, "30")
    assert "Refresh" not in client.get("/?store=nordic").headers


def test_why_a_form_was_refused_is_told_although_the_database_hangs(
    parts: HubParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def watched(request: Request) -> Bar | None:
        threads.append(threading.current_thread())
        return frame(request)

    def hangs(*_whatever: object) -> None:
        raise RuntimeError("the database was asked")

    app = create_app(parts)
    app.state.frame = watched
    client = AsgiClient(app)
    client.get("/alive")  # the hub knows who asks from now on
    monkeypatch.setattr(PinAlarms, "unseen", hangs)
    refused = client.get(f"/?store={'x' * 65}")
    late = client.post("/override", headers={"X-Asked-At": "0"})
    assert (refused.status_code, late.status_code) == (422, 409)
    assert all('id="bar"' in each.text for each in (refused, late))
    # In the event loop it would hold up every page's beats.
    assert len(threads) == 2
    assert threading.current_thread() not in threads
