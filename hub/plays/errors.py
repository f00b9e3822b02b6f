"""What can be wrong with a question for plays."""

from __future__ import annotations

from scenes.errors import StemningError


class PlaysRangeError(StemningError, ValueError):
    """Days that are none, or in the wrong order."""

    code = "plays.range"
