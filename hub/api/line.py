"""A name or a sentence, on one line."""

from __future__ import annotations

from typing import Annotated, Any
from unicodedata import category

from pydantic import BeforeValidator, Field, StringConstraints

from scenes.units import LINE_PATTERN

_UNSEEN = frozenset(("Cc", "Cf", "Zl", "Zp"))
"""Control characters, what has no look of its own (bidi marks, zero width), ends of lines."""


def _one_line(value: Any) -> Any:  # noqa: ANN401
    """A name that nobody can read differently from how it is kept."""
    if isinstance(value, str) and any(category(character) in _UNSEEN for character in value):
        raise ValueError("one line, without control characters and others that nobody can see")
    return value


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=LINE_PATTERN),
    BeforeValidator(_one_line),
    Field(description="One line, nothing in it that can't be seen; spaces around it don't count."),
]
