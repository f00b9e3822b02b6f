"""One table of a TOML file into one struct, with every mistake in a technician's words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

S = TypeVar("S", bound=msgspec.Struct)

_NUMBER = re.compile(r"\D*?(-?\d+(?:\.\d+)?)\D*")


def read_table(
    kind: type[S], table: Mapping[str, object], place: str, problems: list[str]
) -> S | None:
    """A ``kind`` made of ``table``; None after adding a sentence to ``problems`` per mistake."""
    before = len(problems)
    types = get_type_hints(kind, include_extras=True)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        expected = expectation(types[field.name])
        where = f"{place}.{field.name}" if place else field.name
        if field.name not in table:
            if field.required:
                problems.append(f"{where}: is missing: a {expected} is needed")
            continue
        value = table[field.name]
        try:
            values[field.name] = msgspec.convert(value, types[field.name])
        except msgspec.ValidationError:
            problems.append(f"{where}: {_refusal(value, types[field.name], expected)}")
    for key in table.keys() - types.keys():
        where = f"{place}.{key}" if place else key
        problems.append(f"{where}: {no_such('setting', key, types.keys())}")
    return kind(**values) if len(problems) == before else None


def _refusal(value: object, hint: Any, expected: str) -> str:  # noqa: ANN401
    """Why a value isn't what is expected; quotes around a number are the commonest reason."""
    if isinstance(value, str):
        try:
            meant = msgspec.convert(value, hint, strict=False)
        except msgspec.ValidationError:
            number = _number_in(value, hint)
            meant_too = f"; write {number}, a number without quotes" if number else ""
            return f"{shown(value)} is no {expected}{meant_too}"
        kind = "true or false" if isinstance(meant, bool) else "a number"
        return f"{shown(value)} is text; write {kind} without quotes"
    return f"{shown(value)} is no {expected}"


def _number_in(text: str, hint: Any) -> str | None:  # noqa: ANN401
    """The one number that ``text`` has among other letters, where it would be right: GPIO17."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    try:
        msgspec.convert(found[1], hint, strict=False)
    except msgspec.ValidationError:
        return None
    return found[1]


def expectation(hint: object) -> str:
    """The description that a field's type carries."""
    if get_origin(hint) is Annotated:
        metas = [meta for meta in get_args(hint)[1:] if isinstance(meta, msgspec.Meta)]
        found = [meta.description for meta in metas if meta.description]
        if found:
            return found[0]
    for part in get_args(hint):
        if part is not type(None):
            return expectation(part)
    raise TypeError(f"{hint} has no description")


def no_such(what: str, name: str, known: Collection[str]) -> str:
    """Say that ``name`` doesn't exist, and what was perhaps meant."""
    hint = perhaps(name, known) or f"; there are {', '.join(sorted(known))}"
    return f"there is no such {what}{hint}"


def perhaps(name: str, known: Collection[str]) -> str:
    """Which of the names was perhaps meant, to end a sentence with; "" if none is near."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def shown(value: object) -> str:
    """A value as a person wrote it, not too long."""
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
