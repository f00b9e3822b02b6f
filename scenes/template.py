"""A template of many stores under a store's own schedule, and where the store differs and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import msgspec

from scenes.names import Names
from scenes.rules import SpecialHours
from scenes.schedule import Schedule
from scenes.schedule_difference import DocumentChange, group_changes, item_changes
from scenes.schedule_words import KINDS, Item, title

T = TypeVar("T", bound=Item)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a store can't do to its template. ``place`` is like "rules[evenings]"."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that a store has otherwise than its template; ``reason`` is empty if nobody said.

    ``place`` is like "rules[evenings]".
    """

    kind: Literal["added", "changed", "left-out", "older-version"]
    place: str
    sentence: str
    reason: str = ""


def effective(local: Schedule, template: Schedule | None) -> Schedule:
    """What a store's plans follow from: its own schedule, and under it what its template says.

    An item of the store stands in place of the template's with the same id; `TemplateUse.without`
    leaves others out. What the template locks stands whatever the store says, so that a template
    that locks something later holds everywhere at once. Opening hours and the scenes of quiet
    hours and emergencies are the store's alone.
    """
    if template is None:
        return msgspec.structs.replace(local, template=None)
    without = local.template.without if local.template else {}
    left = {group: its for group, its in template.zone_groups.items() if group not in without}
    return msgspec.structs.replace(
        local,
        special_hours=_merged(local.special_hours, template.special_hours, without),
        zone_groups=left | local.zone_groups,
        rules=_merged(local.rules, template.rules, without),
        exceptions=_merged(local.exceptions, template.exceptions, without),
        quiet_hours=_merged(local.quiet_hours, template.quiet_hours, without),
        reactions=_merged(local.reactions, template.reactions, without),
        template=None,
    )


def refusals(local: Schedule, template: Schedule) -> tuple[Refusal, ...]:
    """What of its template's locked items a store changes or leaves out: it can do neither."""
    return tuple(_refusals(local, template))


def deviations(
    local: Schedule, template: Schedule, names: Names, newest_version: int | None = None
) -> tuple[Deviation, ...]:
    """What a store has otherwise than its template, in the order of a schedule's parts.

    ``template`` is of the version that the store uses, ``newest_version`` the newest there is.
    """
    return tuple(_deviations(local, template, names, newest_version))


def _merged(
    own: tuple[T, ...], templates: tuple[T, ...], without: Mapping[str, str]
) -> tuple[T, ...]:
    locked = {item.id for item in templates if _is_locked(item)}
    kept = tuple(item for item in own if item.id not in locked)
    gone = {item.id for item in kept} | (without.keys() - locked)
    return (*kept, *(item for item in templates if item.id not in gone))


def _refusals(local: Schedule, template: Schedule) -> Iterator[Refusal]:
    without = local.template.without if local.template else {}
    for section in KINDS:
        own: Sequence[Item] = getattr(local, section)
        templates: Sequence[Item] = getattr(template, section)
        for item in filter(_is_locked, templates):
            said = f"{title(section, item)} is locked by the template: a store can’t"
            if any(each.id == item.id and each != item for each in own):
                yield Refusal(f"{section}[{item.id}]", f"{said} change it")
            if item.id in without:
                yield Refusal(f"template.without[{item.id}]", f"{said} leave it out")


def _deviations(
    local: Schedule, template: Schedule, names: Names, newest_version: int | None
) -> Iterator[Deviation]:
    use = local.template
    if use and newest_version is not None and use.version < newest_version:
        sentence = f"Built on version {use.version} of the template; the newest is {newest_version}"
        yield Deviation("older-version", "template", sentence)
    stands = effective(local, template)
    why = use.without if use else {}
    for section in KINDS:
        items: Sequence[Item] = getattr(stands, section)
        notes = {item.id: item.note for item in items}
        # A note is why something differs, and nothing that differs.
        templates: list[Item] = [
            msgspec.structs.replace(item, note=notes.get(item.id, item.note))
            for item in getattr(template, section)
        ]
        for change in item_changes(section, templates, items, names):
            # The store's own come first: that the order differs says nothing.
            if change.item:
                yield _deviation(change, notes.get(change.item, ""), why)
    for change in group_changes(template.zone_groups, stands.zone_groups, names):
        yield _deviation(change, "", why)


def _deviation(change: DocumentChange, note: str, why: Mapping[str, str]) -> Deviation:
    if change.kind == "removed":
        sentence = change.sentence.removesuffix("removed") + "left out"
        return Deviation("left-out", change.place, sentence, why.get(change.item, ""))
    return Deviation(change.kind, change.place, change.sentence, note)


def _is_locked(item: Item) -> bool:
    return not isinstance(item, SpecialHours) and item.locked
