"""Floor plans as documents, and where zones stand that nobody drew."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError

from hub.floors.drawing import HEIGHT, LEAST, WIDTH, Drawing, Rectangle, box_of
from hub.floors.grid import grid, placed


def rectangle(x: int, y: int, width: int = 200, height: int = 200) -> Rectangle:
    return Rectangle(x=x, y=y, width=width, height=height)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 12, 40])
def test_the_grid_is_tidy(count: int) -> None:
    zones = [f"zone-{number}" for number in range(count)]
    places = grid(zones)
    assert list(places) == zones
    assert places == grid(zones)
    boxes = [box_of(place.points) for place in places.values()]
    assert not any(one.touches(other) for one, other in combinations(boxes, 2))
    # Every row begins and ends where the others do.
    rows: dict[int, list[Rectangle]] = {}
    for place in places.values():
        rows.setdefault(place.y, []).append(place)
    assert {min(each.x for each in row) for row in rows.values()} == {20}
    assert {max(each.x + each.width for each in row) for row in rows.values()} == {WIDTH - 20}
    assert max(place.y + place.height for place in places.values()) == HEIGHT - 20
    lengths = [len(row) for row in rows.values()]
    assert max(lengths) - min(lengths) <= 1


def test_without_a_drawing_every_zone_stands_in_the_grid() -> None:
    assert placed(Drawing(), ["a", "b"]).shapes == grid(["a", "b"])
    assert placed(Drawing(), []).shapes == {}


def test_a_new_zone_gets_a_place_beside_those_that_were_drawn() -> None:
    drawn = Drawing(shapes={"a": rectangle(20, 20, 500, 660), "gone": rectangle(600, 20)})
    shown = placed(drawn, ["a", "b", "c"])
    assert shown.shapes["a"] == drawn.shapes["a"]
    assert set(shown.shapes) == {"a", "b", "c"}
    boxes = [box_of(shape.points) for shape in shown.shapes.values()]
    assert not any(one.touches(other) for one, other in combinations(boxes, 2))


def test_where_there_is_no_room_a_zone_stands_in_the_grid_all_the_same() -> None:
    full = Drawing(shapes={"a": rectangle(0, 0, WIDTH, HEIGHT)})
    assert placed(full, ["a", "b"]).shapes["b"] == grid(["a", "b"])["b"]


@pytest.mark.parametrize(
    "shape",
    [
        {"kind": "rectangle", "x": 900, "y": 20, "width": 200, "height": 200},
        {"kind": "rectangle", "x": 20, "y": 20, "width": LEAST - 1, "height": 200},
        {"kind": "rectangle", "x": -1, "y": 20, "width": 200, "height": 200},
        {"kind": "rectangle", "x": 20.5, "y": 20, "width": 200, "height": 200},
        {"kind": "circle", "x": 20, "y": 20, "radius": 100},
        {"kind": "polygon", "points": [[0, 0], [200, 0]]},
        {"kind": "polygon", "points": [[0, 0], [200, 200], [400, 400]]},
        {"kind": "polygon", "points": [[0, 0], [200, 0], [200, HEIGHT + 1]]},
    ],
)
def test_nonsense_is_no_shape(shape: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Drawing.model_validate({"shapes": {"a": shape}})


def test_a_drawing_survives_its_document() -> None:
    corners = ((0, 0), (300, 0), (300, 200), (100, 300))
    drawing = Drawing.model_validate(
        {
            "outline": [[0, 0], [WIDTH, 0], [WIDTH, HEIGHT]],
            "shapes": {"a": {"kind": "polygon", "points": corners}},
            "labels": [{"text": "Till", "x": 10, "y": 20}],
        }
    )
    assert Drawing.model_validate_json(drawing.model_dump_json()) == drawing
