"""How a change of what is asked of a zone is held against what its author saw."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[str], None]
"""Is given the edition of what will be written over; raises to let nothing happen."""


def whatever(_edition: str) -> None:
    """Whoever doesn't say what they saw writes over whatever is there."""
