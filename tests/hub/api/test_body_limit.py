"""A body that is too long is refused, whether its length is said or not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.api.body_limit import MOST_BYTES
from hub.app import create_app
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient

WHAT_IF = "/api/v1/stores/nordic/what-if"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


async def in_pieces(length: int) -> AsyncIterator[bytes]:
    for _ in range(length // 65536 + 1):
        yield b" " * 65536


def test_a_body_that_says_that_it_is_too_long_is_refused_unread(client: AsgiClient) -> None:
    answer = client.post(WHAT_IF, headers=JSON, content=b" " * (MOST_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json() == {
        "code": "http.413",
        "message": f"a request brings {MOST_BYTES} bytes at most",
    }


def test_a_body_that_does_not_say_its_length_is_refused_when_it_is_too_long(
    client: AsgiClient,
) -> None:
    answer = client.post(WHAT_IF, headers=JSON, content=in_pieces(MOST_BYTES))
    assert answer.status_code == 413
    assert answer.json()["message"] == f"a request brings {MOST_BYTES} bytes at most"


def test_a_body_up_to_the_limit_is_read(client: AsgiClient) -> None:
    body = b" " * (MOST_BYTES - 2) + b"{}"
    assert client.post(WHAT_IF, headers=JSON, content=body).status_code == 422


def test_receipts_have_a_limit_of_their_own(client: AsgiClient) -> None:
    answer = client.post(
        "/api/v1/sales/imports", files={"file": ("r.csv", b" " * (MOST_BYTES + 1))}
    )
    assert answer.status_code != 413
