"""An override's end as a request says it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from hub.api.models import ENDS, LONGEST_MINUTES, At, Minutes
from hub.errors import OverrideEndError
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd, Until, UntilEnded

_WORDS: Mapping[str, OverrideEnd] = {
    "next-change": NextChange(),
    "closing": Closing(),
    "until-ended": UntilEnded(),
}


def read_end(end: str | float | Minutes | At) -> OverrideEnd:
    """What is meant; `OverrideEndError` when that can't be told."""
    match end:
        case "next-change" | "closing" | "until-ended":
            return _WORDS[end]
        case Minutes(minutes=minutes):
            return _minutes(minutes, f"{minutes:g} minutes")
        case At(at=instant):
            return Until(instant)
        case str():
            return _text(end)
        case _:
            return _minutes(end, f"{end:g}")


def _text(text: str) -> OverrideEnd:
    try:
        minutes = float(text)
    except ValueError:
        pass
    else:
        return _minutes(minutes, repr(text))
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise OverrideEndError(f"{text!r} is no end: {ENDS}") from None
    if instant.tzinfo is None:
        raise OverrideEndError(f"{text!r} needs an offset, such as {text}+01:00 or {text}Z")
    return Until(instant)


def _minutes(minutes: float, shown: str) -> OverrideEnd:
    if not (math.isfinite(minutes) and 0 < minutes <= LONGEST_MINUTES):
        raise OverrideEndError(f"{shown} is no end: {ENDS}")
    return ForMinutes(minutes)
