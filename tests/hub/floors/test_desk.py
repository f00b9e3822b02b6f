"""Floor plans over REST, on both databases: drawn once, never over somebody unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from hub.app import create_app
from hub.audit import Search, find
from hub.database import writing
from hub.floors.drawing import Drawing
from hub.floors.grid import grid
from hub.parts import HubParts
from hub.shop import Zone
from hub.tables import FloorPlanRow
from tests.hub.asgi_client import AsgiClient

FLOOR = "/api/v1/stores/nordic/floor"
SQUARE = {"kind": "rectangle", "x": 100, "y": 100, "width": 300, "height": 300}
DRAWING = {"shapes": {"entrance": SQUARE, "cellar": SQUARE}}


@pytest.fixture
def client(parts_on_both: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts_on_both))


def draw(client: AsgiClient, seen: str, author: str = "Kim", drawing: Any = DRAWING) -> Any:
    return client.request(
        "PUT", FLOOR, json=drawing, params={"author": author}, headers={"If-Match": seen}
    )


def test_without_a_drawing_zones_stand_in_rows(client: AsgiClient) -> None:
    answer = client.get(FLOOR)
    told = answer.json()
    assert answer.headers["ETag"] == '"floor-nordic-0"'
    places = {
        zone: place.model_dump() for zone, place in grid(["entrance", "fitting-rooms"]).items()
    }
    assert told["drawing"]["shapes"] == places
    assert (told["drawn"], told["edition"], told["changed_at"]) == ([], 0, None)
    assert client.get("/api/v1/stores/atlantis/floor").status_code == 404


def test_what_is_drawn_is_kept_and_told_and_other_zones_are_dropped(
    client: AsgiClient, parts_on_both: HubParts
) -> None:
    answer = draw(client, '"floor-nordic-0"')
    assert answer.status_code == 200
    assert answer.json()["gone"] == ["cellar"]
    told = client.get(FLOOR).json()
    assert told["drawing"]["shapes"]["entrance"] == SQUARE
    assert set(told["drawing"]["shapes"]) == {"entrance", "fitting-rooms"}
    assert (told["drawn"], told["edition"], told["author"]) == (["entrance"], 1, "Kim")
    with parts_on_both.engine.connect() as connection:
        [entry] = find(connection, Search(action="floor.draw"), 10)
    assert (entry.change.subject, entry.change.before) == ("floor of nordic", None)
    assert entry.change.after["shapes"]["entrance"] == SQUARE


def test_of_two_who_draw_the_slower_hears_what_happened(client: AsgiClient) -> None:
    seen = client.get(FLOOR).headers["ETag"]
    assert draw(client, seen).status_code == 200
    lost = draw(client, seen, "Robin", {"shapes": {}})
    assert lost.status_code == 412
    assert lost.json()["changed"] == ["Kim drew the floor plan, at 12:00"]
    assert lost.headers["ETag"] == '"floor-nordic-1"'
    assert client.get(FLOOR).json()["drawn"] == ["entrance"]
    assert client.request("PUT", FLOOR, json=DRAWING).status_code == 428
    assert draw(client, lost.headers["ETag"], "Robin", {"shapes": {}}).status_code == 200
    assert client.get(FLOOR).json()["drawn"] == []


def test_pages_know_what_was_drawn_without_the_database(parts_on_both: HubParts) -> None:
    store = parts_on_both.planner.store("nordic")
    floors, drawing = parts_on_both.floors, Drawing.model_validate(DRAWING)
    assert floors.last(store).edition == 0
    assert floors.floor(store).edition == 0
    client = AsgiClient(create_app(parts_on_both))
    draw(client, "*")
    assert floors.last(store).drawing.shapes["entrance"] == drawing.shapes["entrance"]


def test_a_zone_that_comes_or_goes_needs_no_drawing(parts_on_both: HubParts) -> None:
    draw(AsgiClient(create_app(parts_on_both)), "*")
    store = parts_on_both.planner.store("nordic")
    other = replace(store, zones=(Zone("window", "Window", "trading"),))
    floor = parts_on_both.floors.floor(other)
    assert set(floor.drawing.shapes) == {"window"}
    assert floor.gone == ("entrance",)


def test_a_document_that_cannot_be_read_leaves_the_rows(parts_on_both: HubParts) -> None:
    client = AsgiClient(create_app(parts_on_both))
    draw(client, "*")
    with writing(parts_on_both.engine) as connection:
        connection.execute(update(FloorPlanRow).values(document={"shapes": {"entrance": {}}}))
    told = client.get(FLOOR).json()
    assert (told["drawn"], told["edition"]) == ([], 1)
