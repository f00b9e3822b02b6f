"""A floor plan as a document: shapes of zones on a plane, an outline and labels. Pure.

The plane is `WIDTH` × `HEIGHT` units with its origin at the top left, whatever a shop measures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

WIDTH, HEIGHT = 1000, 700
LEAST = 60
"""A shape is at least so wide and so high, so that a thumb finds it."""
MOST_SHAPES, MOST_POINTS, MOST_LABELS = 100, 24, 40
GAP = 20

X = Annotated[int, Field(ge=0, le=WIDTH, strict=True)]
Y = Annotated[int, Field(ge=0, le=HEIGHT, strict=True)]
Point = tuple[X, Y]


def _flat_enough(points: Sequence[Point]) -> Sequence[Point]:
    box = box_of(points)
    if box.width < LEAST or box.height < LEAST:
        raise ValueError(f"a shape is at least {LEAST} wide and {LEAST} high")
    if abs(_area(points)) < LEAST * LEAST / 2:
        raise ValueError("the corners lie nearly on one line")
    return points


Points = Annotated[
    tuple[Point, ...], Field(min_length=3, max_length=MOST_POINTS), AfterValidator(_flat_enough)
]


class Rectangle(BaseModel):
    """A zone with four right angles; ``x`` and ``y`` are its top left corner."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["rectangle"] = "rectangle"
    x: X
    y: Y
    width: Annotated[int, Field(ge=LEAST, le=WIDTH, strict=True)]
    height: Annotated[int, Field(ge=LEAST, le=HEIGHT, strict=True)]

    @model_validator(mode="after")
    def _inside(self) -> Rectangle:
        if self.x + self.width > WIDTH or self.y + self.height > HEIGHT:
            raise ValueError(f"a shape ends within the plan, which is {WIDTH} by {HEIGHT}")
        return self

    @property
    def points(self) -> tuple[Point, ...]:
        """Its corners, clockwise."""
        right, bottom = self.x + self.width, self.y + self.height
        return (self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)


class Polygon(BaseModel):
    """A zone with other corners, in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["polygon"]
    points: Points


Shape = Annotated[Rectangle | Polygon, Field(discriminator="kind")]


class Label(BaseModel):
    """A word on the plan that is no zone: "Stairs", "Till". ``x`` and ``y`` are its middle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^\S(.*\S)?$")]
    x: X
    y: Y


ZoneId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]


class Drawing(BaseModel):
    """What somebody drew: the shop's ``outline`` if they drew one, zones by id, labels."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "outline": None,
                    "shapes": {
                        "entrance": {
                            "kind": "rectangle",
                            "x": 40,
                            "y": 400,
                            "width": 300,
                            "height": 260,
                        },
                        "fitting-rooms": {
                            "kind": "polygon",
                            "points": [[600, 40], [960, 40], [960, 300], [700, 300]],
                        },
                    },
                    "labels": [{"text": "Till", "x": 500, "y": 620}],
                }
            ]
        },
    )

    outline: Points | None = None
    shapes: Annotated[dict[ZoneId, Shape], Field(max_length=MOST_SHAPES)] = {}
    labels: Annotated[tuple[Label, ...], Field(max_length=MOST_LABELS)] = ()

    def only(self, zones: Iterable[str]) -> Drawing:
        """Without the shapes of other zones than these."""
        kept = frozenset(zones)
        shapes = {zone: shape for zone, shape in self.shapes.items() if zone in kept}
        return self.model_copy(update={"shapes": shapes})

    def having(self, shapes: dict[str, Rectangle]) -> Drawing:
        """With more shapes."""
        return self.model_copy(update={"shapes": {**self.shapes, **shapes}})

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return self.model_dump(mode="json")


class Box(BaseModel):
    """The smallest upright rectangle around something."""

    model_config = ConfigDict(frozen=True)

    x: int
    y: int
    width: int
    height: int

    def touches(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


def box_of(points: Sequence[Point]) -> Box:
    """The box around some points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(x=min(xs), y=min(ys), width=max(xs) - min(xs), height=max(ys) - min(ys))


def _area(points: Sequence[Point]) -> float:
    turned = [*points[1:], points[0]]
    pairs = zip(points, turned, strict=True)
    return sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in pairs) / 2
