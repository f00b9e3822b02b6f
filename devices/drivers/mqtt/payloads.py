"""Reading what devices say: a payload is read or it is nothing, but never an error."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

LONGEST_BYTES = 65_536
"""No device says more; what is longer is not read at all."""

Object = Mapping[str, object]


def read_object(payload: bytes) -> Object | None:
    """The JSON object that a payload is, or None."""
    if len(payload) > LONGEST_BYTES:
        return None
    try:
        value = msgspec.json.decode(payload)
    except (ValueError, RecursionError):  # ValueError: no JSON, no UTF-8
        return None
    return value if isinstance(value, dict) else None


def number(words: Object, key: str) -> float | None:
    """A finite number, or None; true and false are none."""
    value = words.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        finite = float(value)
    except OverflowError:
        return None
    return finite if math.isfinite(finite) else None


def flag(words: Object, key: str) -> bool | None:
    """True or false, or None."""
    value = words.get(key)
    return value if isinstance(value, bool) else None


def text(words: Object, key: str) -> str | None:
    """A string, or None."""
    value = words.get(key)
    return value if isinstance(value, str) else None


def nested(words: Object, key: str) -> Object | None:
    """An object within, or None."""
    value = words.get(key)
    return value if isinstance(value, dict) else None


def switched(words: Object, key: str) -> bool | None:
    """ON or OFF, as both firmwares write it, or None."""
    return {"ON": True, "OFF": False}.get((text(words, key) or "").upper())
