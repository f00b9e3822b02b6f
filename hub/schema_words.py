"""What msgspec says about a document, as people say it."""

from __future__ import annotations

import re
from typing import get_args

from hub.yaml_file import Path
from scenes.rules import LocalDate, Name, TimeOfDay, WallTime
from scenes.units import Slug

_AT = re.compile(r"^(?P<text>.*?)(?: - at `(?:key in )?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_EXPECTED = re.compile(r"^Expected `([^`]+)`, got `([^`]+)`$")
_FIELD = re.compile(r"^Object (contains unknown|missing required) field `([^`]+)`$")
_REGEX = re.compile(r"^Expected `str` matching regex '(.*)'$", re.DOTALL)
_KINDS = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
}


def in_words(message: str) -> tuple[str, Path]:
    """A validation message in plain words, and the way to the value that it is about."""
    found = _AT.match(message)
    if found is None:
        return message, ()
    steps = _STEP.findall(found["path"] or "")
    return _plain(found["text"]), tuple(key or int(place) for key, place in steps)


def _plain(text: str) -> str:
    if kinds := _EXPECTED.match(text):
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in kinds[1].split(" | "))
        return f"{wanted} is expected here, not {_KINDS.get(kinds[2], kinds[2])}"
    if field := _FIELD.match(text):
        unknown = field[1].startswith("contains")
        return f"there is no field {field[2]!r} here" if unknown else f"{field[2]!r} is missing"
    if pattern := _REGEX.match(text):
        return _shapes().get(pattern[1].replace("\\\\", "\\"), text)
    return text


def _shapes() -> dict[str, str]:
    """The patterns of the wire contract, said in words."""
    words = {
        Slug: "an id has lower-case letters, digits and single hyphens between them",
        WallTime: "a time of day is written as 09:00 or 09:00:30; the day's end is 24:00",
        TimeOfDay: "a time of day is written as 09:00 or 09:00:30 (24:00 is the day's end), or as "
        "opening, closing, sunrise or sunset, with how long after or before: closing-00:30",
        LocalDate: "a date is written as 2026-12-24",
        Name: "one line of text without control characters is expected here",
    }
    return {_pattern(kind): text for kind, text in words.items()}


def _pattern(kind: object) -> str:
    (meta,) = get_args(kind)[1:]
    pattern: str = meta.pattern
    return pattern
