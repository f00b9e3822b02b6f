"""What a person reads who asks the interface for something that can't be, or reads its pages."""

from __future__ import annotations

from typing import Any

import pytest

from hub.app import create_app
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient

ZONE = "/api/v1/zones/entrance"
ENDS = (
    "say next-change, closing, minutes (up to 10080) "
    "or an instant with offset, such as 2026-12-24T16:00:00+01:00"
)


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ({"hours": 3}, f"body.end: {ENDS}"),
        ({"minutes": 99999}, f"body.end: {ENDS}"),
        ({"at": "2026-12-24T16:00:00"}, f"body.end: {ENDS}"),
        (None, f"body.end: {ENDS}"),
        ([], f"body.end: {ENDS}"),
        ("whenever", f"'whenever' is no end: {ENDS}"),
        (0, f"0 is no end: {ENDS}"),
        ("10081", f"'10081' is no end: {ENDS}"),
    ],
)
def test_an_end_that_is_none_is_told_in_one_sentence(
    client: AsgiClient, end: Any, message: str
) -> None:
    answer = client.request(
        "PUT", f"{ZONE}/override", json={"scene": "event", "end": end}, headers={"If-Match": "*"}
    )
    assert (answer.status_code, answer.json()["message"]) == (422, message)


@pytest.mark.parametrize(
    "text", ["2026-10-22T09:00:00", "2026-10-22", "tomorrow", "2026-10-22T09:00:00 02:00"]
)
def test_an_instant_without_time_zone_is_told_how_to_write_it(
    client: AsgiClient, text: str
) -> None:
    answer = client.get(f"{ZONE}/plan", params={"from": text})
    assert answer.status_code == 422
    assert answer.json()["message"] == (
        f"query.from: {text!r} is no instant with time zone; write 2026-10-22T09:00:00+02:00 "
        "or 2026-10-22T07:00:00Z (in an address, + is written %2B)"
    )


def test_the_examples_fit_what_they_are_for(client: AsgiClient) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert schemas["OverrideRequest"]["properties"]["scene"]["examples"] == ["evening"]
    assert schemas["DeviceRequest"]["properties"]["device"]["examples"] == ["window"]
    plan = document["paths"]["/api/v1/zones/{zone}/plan"]["get"]["description"]
    assert "today, or between the instants `from` and `to`" in plan
