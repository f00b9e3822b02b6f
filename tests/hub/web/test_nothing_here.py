"""Addresses that lead nowhere."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from hub.api import errors
from hub.web import install

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
