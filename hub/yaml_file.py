"""YAML as people write it, read strictly: every value knows its line.

Only what is plainly meant is a number, true, false or null. In particular ``10:00`` stays text
(YAML 1.1 reads 600), and so do ``no`` and ``2026-12-24``. A key that stands twice is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from scenes.errors import StemningError

Path = tuple[str | int, ...]
"""The way to a value: keys and positions."""

_DEEPEST = 20
_MOST_VALUES = 200_000


class YamlFileError(StemningError, ValueError):
    """A file that is no YAML, or not the plain kind; ``problems`` name lines."""

    code = "yaml.invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document as plain values, and the line of each."""

    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def place(self, path: Path) -> str:
        """Where the value (or the nearest one around it) stands: ``line 3, stores[0].id``."""
        known = path
        while known not in self.lines and known:
            known = known[:-1]
        line = self.lines.get(known, 1)
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        return f"line {line}, {dotted.lstrip('.')}" if dotted else f"line {line}"


def read_yaml(text: str) -> Document:
    """Read one document; `YamlFileError` when that can't be done."""
    try:
        loader = _PlainLoader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlFileError([f"line {line}: {error.problem or error}"]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlFileError([f"this is no YAML: {error}"]) from error
    if root is None:
        return Document(None)
    reading = _Reading(loader)
    value = reading.value(root, ())
    if reading.problems:
        raise YamlFileError(reading.problems)
    return Document(value, reading.lines)


class _PlainLoader(yaml.SafeLoader):
    """SafeLoader that guesses only YAML 1.2's plain types."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _begins in (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", list("-+0123456789")),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _begins)


class _Reading:
    """One walk over a document's nodes."""

    def __init__(self, loader: _PlainLoader) -> None:
        self._loader = loader
        self._left = _MOST_VALUES
        self.lines: dict[Path, int] = {}
        self.problems: list[str] = []

    def value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401
        """The plain value of a node."""
        line = node.start_mark.line + 1
        self.lines[path] = line
        self._left -= 1
        if len(path) > _DEEPEST or self._left < 0:
            raise YamlFileError([f"line {line}: too deep or too much"])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*path, place)) for place, each in enumerate(node.value)]
        try:
            return self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.problems.append(f"line {line}: {node.value!r} is of a kind that isn't read here")
            return None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(f"line {line}: a key is a word")
                continue
            key = str(key_node.value)
            if key in mapping:
                self.problems.append(f"line {line}: {key!r} stands here twice")
            mapping[key] = self.value(value_node, (*path, key))
            self.lines[*path, key] = line
        return mapping
