"""Look first, then write what follows: again from the look where somebody wrote in between.

Compiling plans takes long, and nobody may wait for it: so what a plan follows from is looked at
before the transaction, and in it once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")
_TRIES = 5


class OvertakenError(Exception):
    """Between a look and its transaction somebody else wrote; the transaction wrote nothing."""


def until_not_overtaken(attempt: Callable[[], Made], busy: Exception) -> Made:
    """What ``attempt`` (a look, and its transaction) makes; ``busy`` if it is overtaken each time.

    It is raised as it is, so it is made beforehand, in the language of whoever asks.
    """
    for _attempt in range(_TRIES):
        try:
            return attempt()
        except OvertakenError:
            continue
    raise busy
