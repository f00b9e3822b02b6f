"""An override's end as a request says it."""

from __future__ import annotations

import math
from datetime import datetime

from hub.api.models import At, Minutes
from hub.errors import OverrideEndError
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd, Until

_LONGEST_MINUTES = 7 * 24 * 60


def read_end(end: str | float | Minutes | At) -> OverrideEnd:
    """What is meant; `OverrideEndError` when that can't be told."""
    match end:
        case "next-change":
            return NextChange()
        case "closing":
            return Closing()
        case Minutes(minutes=minutes):
            return _minutes(minutes)
        case At(at=instant):
            return Until(instant)
        case str():
            return _text(end)
        case _:
            return _minutes(end)


def _text(text: str) -> OverrideEnd:
    try:
        return _minutes(float(text))
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise OverrideEndError(
            f"{text!r} is no end: say next-change, closing, minutes, or an instant"
        ) from None
    if instant.tzinfo is None:
        raise OverrideEndError(f"{text!r} needs an offset, such as {text}+01:00 or {text}Z")
    return Until(instant)


def _minutes(minutes: float) -> OverrideEnd:
    if not (math.isfinite(minutes) and 0 < minutes <= _LONGEST_MINUTES):
        raise OverrideEndError("an override lasts more than no minutes and at most seven days")
    return ForMinutes(minutes)
