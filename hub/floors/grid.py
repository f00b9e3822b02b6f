"""Where zones stand that nobody drew: in tidy rows, the same ones every time. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from hub.floors.drawing import GAP, HEIGHT, WIDTH, Box, Drawing, Rectangle, box_of

_STEP = 20
_SPOT = (240, 160)
"""So large is a zone that gets a place beside those that were drawn, if there is room."""


def grid(zones: Sequence[str]) -> dict[str, Rectangle]:
    """Every zone in rows of nearly squares; the last row is as wide as the others."""
    if not zones:
        return {}
    columns = max(1, round(math.sqrt(len(zones) * WIDTH / HEIGHT)))
    rows = math.ceil(len(zones) / columns)
    # As even as it goes: 5 zones in rows of 3 and 2, never of 4 and 1.
    fuller = len(zones) - (len(zones) // rows) * rows
    places: dict[str, Rectangle] = {}
    begin = 0
    for row in range(rows):
        count = len(zones) // rows + (row < fuller)
        for column, zone in enumerate(zones[begin : begin + count]):
            places[zone] = _cell(column, count, row, rows)
        begin += count
    return places


def placed(drawing: Drawing, zones: Sequence[str]) -> Drawing:
    """The drawing with a place for each zone that it lacks, and without any that is gone."""
    drawn = drawing.only(zones)
    missing = [zone for zone in zones if zone not in drawn.shapes]
    if not drawn.shapes:
        return drawn.having(grid(zones))
    taken = [box_of(shape.points) for shape in drawn.shapes.values()]
    found: dict[str, Rectangle] = {}
    fallback = grid(zones)
    for zone in missing:
        place = next((box for box in _spots() if not any(map(box.touches, taken))), None)
        if place is None:
            found[zone] = fallback[zone]
            continue
        taken.append(place)
        found[zone] = Rectangle(x=place.x, y=place.y, width=place.width, height=place.height)
    return drawn.having(found)


def _cell(column: int, columns: int, row: int, rows: int) -> Rectangle:
    left, right = (_edge(at, columns, WIDTH) for at in (column, column + 1))
    top, bottom = (_edge(at, rows, HEIGHT) for at in (row, row + 1))
    return Rectangle(x=left, y=top, width=right - left - GAP, height=bottom - top - GAP)


def _edge(number: int, count: int, length: int) -> int:
    return GAP + (length - GAP) * number // count


def _spots() -> Iterator[Box]:
    for width, height in (_SPOT, (_SPOT[0] // 2, _SPOT[1] // 2)):
        for y in range(GAP, HEIGHT - height + 1, _STEP):
            for x in range(GAP, WIDTH - width + 1, _STEP):
                yield Box(x=x, y=y, width=width, height=height)
