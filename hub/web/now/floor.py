"""A store's floor plan as the page draws it: where each zone's spot stands, outline and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.floors.desk import Floor
from hub.floors.drawing import HEIGHT, WIDTH, Label, Point, Rectangle, box_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a spot stands: per cent of the plan; its corners in per cent of its own box.

    ``corners`` are for the style, ``points`` for the drawing of its frame; a rectangle has none.
    The script (``static/now.js``) puts the spot there.
    """

    box: str
    corners: str = ""
    points: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the spots."""

    outline: str
    labels: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT


def places(floor: Floor) -> dict[str, Place]:
    """The place of each zone."""
    found = {}
    for zone, shape in floor.drawing.shapes.items():
        box = box_of(shape.points)
        numbers = (box.x / WIDTH, box.y / HEIGHT, box.width / WIDTH, box.height / HEIGHT)
        corners = points = ""
        if not isinstance(shape, Rectangle):
            inside = [((x - box.x) / box.width, (y - box.y) / box.height) for x, y in shape.points]
            corners = ", ".join(f"{100 * x:.2f}% {100 * y:.2f}%" for x, y in inside)
            points = " ".join(f"{100 * x:.2f},{100 * y:.2f}" for x, y in inside)
        box_words = " ".join(f"{100 * number:.2f}" for number in numbers)
        found[zone] = Place(box_words, corners, points)
    return found


def ground(floor: Floor) -> Ground:
    """Outline and labels."""
    return Ground(_points(floor.drawing.outline or ()), floor.drawing.labels)


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
