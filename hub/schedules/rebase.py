"""A draft on top of what was deployed since it was begun: three-way, by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from msgspec import UNSET

from scenes.language import _
from scenes.names import Names
from scenes.schedule import Schedule
from scenes.schedule_difference import document_changes, sentences
from scenes.schedule_words import KINDS

Prefer = Literal["draft", "deployed"]
_MAPPINGS = ("hours", "zone_groups")


class _Sides(NamedTuple):
    """The same thing as it was, as it is deployed, and as the draft has it; UNSET: not there."""

    base: Any
    deployed: Any
    draft: Any


@dataclass(frozen=True, slots=True)
class Rebased:
    """The merged document. Each of ``conflicts`` says what both sides changed, and how."""

    schedule: Schedule
    conflicts: tuple[str, ...]


def rebase(
    base: Schedule, deployed: Schedule, draft: Schedule, names: Names, prefer: Prefer = "draft"
) -> Rebased:
    """What ``draft`` changes of ``base``, upon ``deployed``; where both do, ``prefer`` holds."""
    return _Merge(names, prefer).whole(_Sides(base, deployed, draft))


@dataclass(slots=True)
class _Merge:
    names: Names
    prefer: Prefer
    conflicts: list[str] = field(default_factory=list)

    def whole(self, sides: _Sides) -> Rebased:
        fields: dict[str, Any] = {}
        for name in Schedule.__struct_fields__:
            of = _Sides(*(getattr(side, name) for side in sides))
            if name in KINDS:
                fields[name] = self._list(name, of)
            elif name in _MAPPINGS:
                fields[name] = self._mapping(name, of)
            else:
                parts = _Sides(*({name: each} for each in of))
                fields[name] = self._choose(of, parts)
        return Rebased(Schedule(**fields), tuple(self.conflicts))

    def _list(self, name: str, sides: _Sides) -> tuple[Any, ...]:
        if sides.deployed == sides.base:
            own: tuple[Any, ...] = sides.draft
            return own
        by_id = _Sides(*({item.id: item for item in side} for side in sides))
        chosen = []
        for key in _order(*(list(side) for side in by_id)):
            three = _Sides(*(side.get(key, UNSET) for side in by_id))
            parts = _Sides(*({} if each is UNSET else {name: (each,)} for each in three))
            item = self._choose(three, parts)
            if item is not UNSET:
                chosen.append(item)
        return tuple(chosen)

    def _mapping(self, name: str, sides: _Sides) -> dict[str, Any]:
        chosen = {}
        for key in dict.fromkeys(key for side in sides for key in side):
            three = _Sides(*(side.get(key, UNSET) for side in sides))
            parts = _Sides(*({} if each is UNSET else {name: {key: each}} for each in three))
            value = self._choose(three, parts)
            if value is not UNSET:
                chosen[key] = value
        return chosen

    def _choose(self, sides: _Sides, parts: _Sides) -> Any:  # noqa: ANN401 - any field's
        """What holds of one thing; ``parts`` are the fields of a schedule that has it alone."""
        if sides.draft in (sides.base, sides.deployed):
            return sides.deployed
        if sides.deployed == sides.base:
            return sides.draft
        theirs, ours = (self._words(parts.base, part) for part in (parts.deployed, parts.draft))
        said = _("Deployed since: {theirs}. In the draft: {ours}")
        self.conflicts.append(said.format(theirs=theirs, ours=ours))
        return sides.draft if self.prefer == "draft" else sides.deployed

    def _words(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        changes = document_changes(Schedule(**before), Schedule(**after), self.names)
        return "; ".join(sentences(changes))


def _order(base: Sequence[str], deployed: Sequence[str], draft: Sequence[str]) -> list[str]:
    """The ids of all, as what is deployed has them, unless the draft alone turned some around."""
    first, second = deployed, draft
    if _turned(base, draft) and not _turned(base, deployed):
        first, second = draft, deployed
    return list(dict.fromkeys((*first, *second)))


def _turned(base: Sequence[str], side: Sequence[str]) -> bool:
    """Whether what both have stands in another order."""
    return [key for key in base if key in side] != [key for key in side if key in base]
