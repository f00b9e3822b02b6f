"""Plain values (of YAML or JSON) to structs, strictly: a misspelt field is an error."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Hashable, Iterator
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
from msgspec import inspect

from hub.schema_words import in_words
from hub.yaml_file import Document, Path
from scenes.errors import StemningError
from scenes.units import TURNING

T = TypeVar("T")
_UNWRITABLE = {"Cc", "Cs", "Zl", "Zp"}


class NotWhatIsReadError(StemningError, ValueError):
    """A value that is none of its kind; ``text`` says what is wrong, ``path`` where."""

    code = "document.invalid"

    def __init__(self, path: Path, text: str) -> None:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        super().__init__(f"{place.lstrip('.')}: {text}" if place else text)
        self.path = path
        self.text = text


def read_strictly(value: Any, kind: type[T]) -> T:  # noqa: ANN401 - what YAML and JSON give
    """``value`` as a ``kind``; `NotWhatIsReadError` says the first thing that is wrong."""
    for path, name in _strangers(value, _type_of(cast("Hashable", kind)), ()):
        raise NotWhatIsReadError(path, f"there is no field {name!r} here")
    try:
        read = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text, path = in_words(str(error))
        raise NotWhatIsReadError(path, text) from error
    for path, text in _unwritable(value, ()):
        raise NotWhatIsReadError(path, text)
    return read


class StrictReading:
    """One walk through a document that goes on after an error.

    So that a person mends a file once, and not error by error.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[str] = []

    def problem(self, path: Path, text: str) -> None:
        """Note what is wrong, with its line."""
        self.problems.append(f"{self._document.place(path)}: {text}")

    def part(self, value: Any, path: Path, kind: type[T]) -> T | None:  # noqa: ANN401
        """A piece of the document as its struct, or None and a problem."""
        try:
            return read_strictly(value, kind)
        except NotWhatIsReadError as error:
            self.problem(path + error.path, error.text)
            return None


def _strangers(value: Any, kind: inspect.Type, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401
    """The keys that no struct has; values of another shape are somebody else's matter."""
    match kind:
        case inspect.StructType() if isinstance(value, dict):
            fields = {field.encode_name: field.type for field in kind.fields}
            for name, each in value.items():
                if name in fields:
                    yield from _strangers(each, fields[name], (*path, name))
                else:
                    yield path, name
        case inspect.ListType() | inspect.VarTupleType() if isinstance(value, list):
            for place, each in enumerate(value):
                yield from _strangers(each, kind.item_type, (*path, place))
        case inspect.DictType() if isinstance(value, dict):
            for name, each in value.items():
                yield from _strangers(each, kind.value_type, (*path, name))
        case inspect.UnionType() if value is not None:
            for each in kind.types:
                yield from _strangers(value, each, path)
        case _:
            pass


def _unwritable(value: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401
    """What a schema lets pass, but no line of text or JSON can hold."""
    match value:
        case str() if any(_is_unwritable(each) for each in value):
            yield path, "one line of text without control characters is expected here"
        case float() if not math.isfinite(value):
            yield path, f"{value} is no number"
        case list():
            for place, each in enumerate(value):
                yield from _unwritable(each, (*path, place))
        case dict():
            for name, each in value.items():
                yield from _unwritable(each, (*path, name))
        case _:
            pass


def _is_unwritable(sign: str) -> bool:
    return unicodedata.category(sign) in _UNWRITABLE or sign in TURNING


@cache
def _type_of(kind: Hashable) -> inspect.Type:
    return inspect.type_info(kind)
