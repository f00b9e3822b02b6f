"""Who changes something, and what they have seen of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Since = Callable[[int | None], Sequence[str]]
Check = Callable[[int, Since], None]
"""Is given the edition that will be written over (0: there is none), and how to learn what became
of it since another one (None: nobody knows which), in sentences; raises to let nothing happen."""


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and why."""

    author: str = ""
    why: str = ""
