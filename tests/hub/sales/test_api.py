"""A till's file over HTTP."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from hub.app import create_app
from hub.parts import HubParts
from hub.sales import api
from hub.sales.importer import import_sales
from hub.tables import SalesImportRow
from tests.hub.asgi_client import AsgiClient
from tests.hub.sales.till import receipts
from tests.waiting import wait_until

CSV = b"receipt,time,amount\n1,2026-10-22 11:00,20.00\n1,2026-10-22 11:00,5.50\n2,never,1.00\n"


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    """Requests to a hub whose parts don't run."""
    return AsgiClient(create_app(parts))


def post(client: AsgiClient, content: Any = CSV, kind: str = "text/csv", **query: Any) -> Any:
    return client.post(
        "/api/v1/sales/imports",
        content=content,
        params={"store": "nordic", **query},
        headers={"content-type": kind},
    )


def test_a_file_as_the_body(client: AsgiClient, parts: HubParts) -> None:
    answer = post(client, file_name="till.csv")
    assert answer.status_code == 200
    report = answer.json()
    assert (report["receipts_new"], report["lines"], report["bad_rows"]) == (1, 2, 1)
    assert report["first_bad_rows"] == [
        {"line": 4, "reason": "time 'never' is not like 2026-03-14 15:09:26"}
    ]
    assert report["stores"] == {"nordic": {"receipts": 1, "total": "25.50", "currency": "DKK"}}
    assert receipts(parts.engine) == [("nordic", "1", "2026-10-22 09:00:00", 2550, 2)]
    assert post(client).json()["receipts_unchanged"] == 1


def test_a_file_as_curl_sends_one_that_is_told_no_kind(client: AsgiClient, parts: HubParts) -> None:
    # More than a form's field may have, and no form at all.
    content = CSV + b"3,2026-10-22 11:00,1.00\n" * 60_000
    answer = post(client, content, "application/x-www-form-urlencoded")
    assert answer.status_code == 200, answer.text
    assert answer.json()["receipts_new"] == 2
    assert len(receipts(parts.engine)) == 2


def test_a_file_in_a_form(client: AsgiClient, parts: HubParts) -> None:
    answer = client.post(
        "/api/v1/sales/imports", files={"file": (r"C:\till\t.csv", CSV)}, params={"store": "nordic"}
    )
    assert answer.status_code == 200
    assert len(receipts(parts.engine)) == 1
    with parts.engine.connect() as connection:
        assert connection.scalars(select(col(SalesImportRow.file_name))).all() == ["t.csv"]


def test_a_file_larger_than_memory_is_worth_goes_to_disk(
    client: AsgiClient, parts: HubParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_IN_MEMORY_BYTES", 20)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(CSV), 7):
            yield CSV[start : start + 7]

    assert post(client, content=pieces()).status_code == 200
    assert len(receipts(parts.engine)) == 1


@pytest.mark.parametrize(
    ("content", "query", "code"),
    [
        (b"a,b\n1,2\n", {}, "sales.header"),
        (b"", {}, "sales.header"),
        (CSV, {"columns": "colour=red"}, "sales.options"),
        (CSV, {"time_zone": "Nowhere/Town"}, "sales.options"),
        (CSV, {"add_stores": "true"}, "sales.options"),
        (CSV, {"store": "nope"}, "sales.options"),
        (CSV, {"colour": "red"}, "request.invalid"),
    ],
)
def test_what_cannot_be_used_is_422(
    client: AsgiClient, content: bytes, query: dict[str, str], code: str
) -> None:
    answer = post(client, content=content, **query)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_form_without_the_file_is_422(client: AsgiClient) -> None:
    answer = client.post("/api/v1/sales/imports", files={"other": ("t.csv", CSV)})
    assert (answer.status_code, answer.json()["code"]) == (422, "sales.options")


def test_another_kind_of_file_is_415(client: AsgiClient) -> None:
    assert post(client, kind="application/pdf").status_code == 415


def test_too_much_is_413(client: AsgiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "LARGEST_BYTES", 10)
    assert post(client).status_code == 413


def test_one_import_at_a_time(client: AsgiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def slow(*arguments: Any, **options: Any) -> Any:
        under_way.set()
        assert go_on.wait(10)
        return import_sales(*arguments, **options)

    monkeypatch.setattr("hub.sales.desk.import_sales", slow)
    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(post(client).status_code))
    first.start()
    wait_until(under_way.is_set, 10, "the first import to begin")
    busy = post(client)
    go_on.set()
    first.join(10)
    assert (busy.status_code, busy.json()["code"]) == (409, "sales.busy")
    assert answers == [200]
    assert post(client).status_code == 200
