"""Units and identifiers as types, so that no bare number crosses a boundary."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)",
        min_length=1,
        max_length=64,
        description="Identifier: lower-case letters, digits and single hyphens.",
        examples=["fitting-rooms"],
    ),
]
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of the text after them: a name must not turn its page."""

LINE_PATTERN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$"
"""One line of text: no control characters, and none of `TURNING`."""

Percentage = Annotated[float, Meta(ge=0, le=100, description="Per cent, 0 to 100.")]
Kelvin = Annotated[
    int, Meta(ge=1000, le=12000, description="Colour temperature in kelvin (2700 is warm).")
]
Seconds = Annotated[float, Meta(ge=0, le=86400, description="Seconds, at most one day.")]
Colour = Annotated[
    str,
    Meta(
        pattern=r"^#[0-9a-f]{6}$(?!\n)", description="sRGB colour as #rrggbb.", examples=["#ffb46b"]
    ),
]
Instant = Annotated[
    datetime, Meta(tz=True, description="Instant with offset, 1970 to 2199; UTC inside.")
]
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
TimeZone = Annotated[
    str,
    Meta(max_length=64, description="IANA time zone.", examples=["Europe/Copenhagen"]),
]
Count = Annotated[int, Meta(ge=0)]
Number = Annotated[int, Meta(ge=1, description="Counts from 1.")]


def check_instants(*instants: datetime | None) -> None:
    """Refuse (`ValueError`) what lies outside of [EARLIEST, LATEST).

    No shop was or will be there, and near the ends of the calendar sums and time zones overflow.
    A schema can't say it: whoever holds an `Instant` that came over a wire asks here.
    """
    for instant in instants:
        if instant is not None and not EARLIEST <= instant < LATEST:
            raise ValueError(f"the instant {instant.isoformat()} is not between 1970 and 2200")
