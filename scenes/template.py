"""A template of many stores under a store's own schedule, and where the store differs and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import msgspec

from scenes.day_words import listed
from scenes.language import _
from scenes.names import Names
from scenes.occurrences import Planned
from scenes.rules import Reaction, SpecialHours
from scenes.schedule import Schedule
from scenes.schedule_difference import DocumentChange, group_changes, item_changes
from scenes.schedule_words import KINDS, Item, title

T = TypeVar("T", bound=Item)
_Lockable = Planned | Reaction


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
    that locks something later holds everywhere at once; so does a zone group that it names, unless
    the store gives it other zones. Opening hours and the scenes of quiet hours and emergencies are
    the store's alone.
    """
    if template is None:
        return msgspec.structs.replace(local, template=None)
    without = local.template.without if local.template else {}
    gone = without.keys() - _locked_groups(template).keys()
    left = {group: its for group, its in template.zone_groups.items() if group not in gone}
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


def refusals(local: Schedule, template: Schedule, zones: Collection[str]) -> tuple[Refusal, ...]:
    """What of its template's locked items a store changes or leaves out: it can do neither.

    Nor can it leave out a zone group that one of them names, or let one play in none of its
    ``zones`` by giving such a group others.
    """
    return (*_item_refusals(local, template), *_group_refusals(local, template, zones))


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
    locked = {item.id for item in _locked_of(templates)}
    kept = tuple(item for item in own if item.id not in locked)
    gone = {item.id for item in kept} | (without.keys() - locked)
    return (*kept, *(item for item in templates if item.id not in gone))


def _item_refusals(local: Schedule, template: Schedule) -> Iterator[Refusal]:
    without = local.template.without if local.template else {}
    for section, item in _locked(template):
        own: Sequence[Item] = getattr(local, section)
        name = title(section, item)
        if any(each.id == item.id and each != item for each in own):
            said = _("{what} is locked by the template: a store can’t change it").format(what=name)
            yield Refusal(f"{section}[{item.id}]", said)
        if item.id in without:
            said = _("{what} is locked by the template: a store can’t leave it out")
            yield Refusal(f"template.without[{item.id}]", said.format(what=name))


def _group_refusals(
    local: Schedule, template: Schedule, zones: Collection[str]
) -> Iterator[Refusal]:
    for group, titles in _locked_groups(template).items():
        if local.template and group in local.template.without:
            said = _(
                "Zone group “{group}” is named by {items}, which the template locks: "
                "a store can’t leave it out"
            ).format(group=group, items=listed(titles))
            yield Refusal(f"template.without[{group}]", said)
    stands = effective(local, template)
    for section, item in _locked(template):
        if stands.zones_of(item.zones, zones):
            continue
        for group in dict.fromkeys(item.zones):
            if group in local.zone_groups and template.zones_of((group,), zones):
                said = _(
                    "{what} is locked by the template and would play nowhere: "
                    "give the zone group “{group}” a zone of the store"
                ).format(what=title(section, item), group=group)
                yield Refusal(f"zone_groups[{group}]", said)


def _locked(template: Schedule) -> Iterator[tuple[str, _Lockable]]:
    """The locked items, each with its list."""
    for section in KINDS:
        for item in _locked_of(getattr(template, section)):
            yield section, item


def _locked_of(items: Iterable[Item]) -> Iterator[_Lockable]:
    return (item for item in items if not isinstance(item, SpecialHours) and item.locked)


def _locked_groups(template: Schedule) -> dict[str, list[str]]:
    """The zone groups that locked items name, with what those items are called."""
    found: dict[str, list[str]] = {}
    for section, item in _locked(template):
        for group in dict.fromkeys(item.zones):
            if group in template.zone_groups:
                found.setdefault(group, []).append(title(section, item))
    return found


def _deviations(
    local: Schedule, template: Schedule, names: Names, newest_version: int | None
) -> Iterator[Deviation]:
    use = local.template
    if use and newest_version is not None and use.version < newest_version:
        sentence = _("Built on version {used} of the template; the newest is {newest}").format(
            used=use.version, newest=newest_version
        )
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
        sentence = _("{what} left out").format(what=change.name)
        return Deviation("left-out", change.place, sentence, why.get(change.item, ""))
    return Deviation(change.kind, change.place, change.sentence, note)
