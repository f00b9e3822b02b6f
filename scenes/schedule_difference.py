"""Two versions of a schedule as documents, and what differs between them in plain words.

"Rule “Calm mornings”: until 11:00 → 12:00": for who lost a race, the audit, and the history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import UNSET

from scenes.day_words import weekday_words
from scenes.language import _
from scenes.names import Names
from scenes.rules import WEEKDAYS, Weekday
from scenes.schedule import Schedule, TemplateUse
from scenes.schedule_words import KINDS, Item, hours_words, label, summary, title, words_of


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One part of a schedule that differs. ``place`` is like "rules[calm-mornings]".

    ``item`` is the id of what differs, where it is one of many: "calm-mornings", and ``name``
    what people call that.
    """

    place: str
    kind: Literal["added", "changed", "removed"]
    sentence: str
    item: str = ""
    name: str = ""


def document_changes(before: Schedule, after: Schedule, names: Names) -> tuple[DocumentChange, ...]:
    """What differs, in the order of a schedule's parts; empty for equal documents alone."""
    return (
        *_hours(before, after),
        *item_changes("special_hours", before.special_hours, after.special_hours, names),
        *group_changes(before.zone_groups, after.zone_groups, names),
        *item_changes("rules", before.rules, after.rules, names),
        *item_changes("exceptions", before.exceptions, after.exceptions, names),
        *item_changes("quiet_hours", before.quiet_hours, after.quiet_hours, names),
        *item_changes("reactions", before.reactions, after.reactions, names),
        *_presets(before, after, names),
        *_template(before.template, after.template),
    )


def sentences(changes: Sequence[DocumentChange]) -> list[str]:
    """What the changes say, for people."""
    return [change.sentence for change in changes]


def item_changes(
    section: str, before: Sequence[Item], after: Sequence[Item], names: Names
) -> Iterator[DocumentChange]:
    """What differs in one of a schedule's lists; items are the same by their ids."""
    old, new = _numbered(before), _numbered(after)
    for key, item in old.items():
        place, name = f"{section}[{item.id}]", title(section, item)
        if key not in new:
            said = _("{what} removed").format(what=name)
            yield DocumentChange(place, "removed", said, item.id, name)
        elif new[key] != item:
            words = item_words(item, new[key], names)
            yield DocumentChange(place, "changed", f"{name}: {words}", item.id)
    for key, item in new.items():
        if key not in old:
            sentence = _("{what} added: {summary}").format(
                what=title(section, item), summary=summary(item, names)
            )
            yield DocumentChange(f"{section}[{item.id}]", "added", sentence, item.id)
    if [key for key in old if key in new] != [key for key in new if key in old]:
        words = _("{kind}: the list has another order").format(kind=_(KINDS[section]))
        yield DocumentChange(section, "changed", words)


def item_words(before: Item, after: Item, names: Names) -> str:
    """What differs between two items of one id: "until 11:00 → 12:00, priority 0 → 1"."""
    differing = [
        field
        for field in after.__struct_fields__
        if getattr(before, field, UNSET) != getattr(after, field)
    ]
    return ", ".join(_field(field, before, after, names) for field in differing)


def _field(field: str, before: Item, after: Item, names: Names) -> str:
    old = words_of(field, getattr(before, field), names)
    new = words_of(field, getattr(after, field), names)
    # The same zones in another order, or a group in place of its zones, read alike.
    if old == new:
        return _("{what} written differently").format(what=label(field))
    return f"{label(field)} {old} → {new}"


def _numbered(items: Sequence[Item]) -> dict[tuple[str, int], Item]:
    """Items by id; a draft may hold twins, which are told apart by their order."""
    seen: Counter[str] = Counter()
    numbered: dict[tuple[str, int], Item] = {}
    for item in items:
        numbered[item.id, seen[item.id]] = item
        seen[item.id] += 1
    return numbered


def _hours(before: Schedule, after: Schedule) -> Iterator[DocumentChange]:
    days: dict[str, list[Weekday]] = {}
    for weekday in WEEKDAYS:
        old, new = before.hours.get(weekday), after.hours.get(weekday)
        if old != new:
            days.setdefault(f"{hours_words(old)} → {hours_words(new)}", []).append(weekday)
    for words, weekdays in days.items():
        sentence = _("Opening hours {weekdays}: {change}").format(
            weekdays=weekday_words(weekdays), change=words
        )
        yield DocumentChange(f"hours[{', '.join(weekdays)}]", "changed", sentence)


def group_changes(
    before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]], names: Names
) -> Iterator[DocumentChange]:
    """What differs between two schedules' zone groups."""
    for group in (*before, *(each for each in after if each not in before)):
        place, name = f"zone_groups[{group}]", _("Zone group “{group}”").format(group=group)
        old, new = before.get(group), after.get(group)
        if new is None:
            said = _("{what} removed").format(what=name)
            yield DocumentChange(place, "removed", said, group, name)
        elif old is None:
            said = _("{what} added: {summary}").format(what=name, summary=names.where(new))
            yield DocumentChange(place, "added", said, group)
        elif old != new:
            words = f"{names.where(old)} → {names.where(new)}"
            if names.where(old) == names.where(new):
                words = _("written differently")
            yield DocumentChange(place, "changed", f"{name}: {words}", group)


def _presets(before: Schedule, after: Schedule, names: Names) -> Iterator[DocumentChange]:
    for field, what in (
        ("quiet_scene", _("Scene of a quiet hour begun by hand")),
        ("emergency_scene", _("Scene of an emergency begun by hand")),
    ):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            words = f"{what}: {names.scene(old)} → {names.scene(new)}"
            yield DocumentChange(field, "changed", words)


def _template(before: TemplateUse | None, after: TemplateUse | None) -> Iterator[DocumentChange]:
    if before is None:
        if after is not None:
            words = _("Built on the template “{template}”, version {version}").format(
                template=after.id, version=after.version
            )
            yield DocumentChange("template", "added", words)
    elif after is None:
        words = _("No longer built on the template “{template}”").format(template=before.id)
        yield DocumentChange("template", "removed", words)
    elif before.id != after.id:
        words = _("Template: {change}").format(change=f"“{before.id}” → “{after.id}”")
        yield DocumentChange("template", "changed", words)
    elif before.version != after.version:
        words = _("Template “{template}”: version {before} → {after}").format(
            template=after.id, before=before.version, after=after.version
        )
        yield DocumentChange("template", "changed", words)
    yield from _left_out(before.without if before else {}, after.without if after else {})


def _left_out(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[DocumentChange]:
    for item in (*before, *(each for each in after if each not in before)):
        place = f"template.without[{item}]"
        if item not in after:
            words = _("The template’s “{item}” is no longer left out").format(item=item)
            yield DocumentChange(place, "removed", words, item)
        elif item not in before:
            words = _("The template’s “{item}” is left out: {why}").format(
                item=item, why=after[item]
            )
            yield DocumentChange(place, "added", words, item)
        elif before[item] != after[item]:
            words = _("The template’s “{item}” is left out for another reason: {why}").format(
                item=item, why=after[item]
            )
            yield DocumentChange(place, "changed", words, item)
