"""Mistakes of a schedule as a document, each with its place and a sentence that says what to do.

`scenes.review` says what the wishes of a schedule do to each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from scenes.day_words import WEEKDAY_NAMES, listed, weekday_words
from scenes.occurrences import Planned
from scenes.rules import (
    EVERY_HOLIDAY,
    EVERYWHERE,
    WEEKDAYS,
    DateException,
    OpenHours,
    QuietHour,
    Reaction,
    Rule,
    SpecialDays,
    Weekday,
)
from scenes.scene import Scene
from scenes.schedule import Schedule
from scenes.schedule_words import KINDS, Item, title
from scenes.special_overlaps import overlaps
from scenes.template import effective, refusals
from scenes.time_of_day import parse_time


@dataclass(frozen=True, slots=True)
class Problem:
    """``place`` is like "rules[evenings].until"; one that ``forbids`` keeps it from being deployed.

    The others are warnings.
    """

    place: str
    sentence: str
    forbids: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """What a schedule stands on: the ``scenes`` that may be planned, and its store.

    ``drafts`` and ``retired`` are scenes that may not. ``zones`` is None for a template, whose
    stores have zones and hours of their own. ``holidays`` are the names that the store's country
    has, none without a country; None: of a template, not known. ``template`` is what the schedule
    builds on.
    """

    scenes: Mapping[str, Scene]
    drafts: Collection[str] = ()
    retired: Collection[str] = ()
    zones: Collection[str] | None = None
    holidays: Collection[str] | None = None
    has_sun: bool = True
    template: Schedule | None = None


def problems(schedule: Schedule, ground: Ground) -> tuple[Problem, ...]:
    """Everything that is wrong, in the order of a schedule's parts."""
    return tuple(_Reading(schedule, ground).problems())


class _Reading:
    def __init__(self, schedule: Schedule, ground: Ground) -> None:
        self.schedule = schedule
        self.ground = ground
        self._groups = effective(schedule, ground.template).zone_groups

    def problems(self) -> Iterator[Problem]:
        schedule = self.schedule
        for weekday, hours in schedule.hours.items():
            yield from _open_hours(
                f"hours[{weekday}]", f"The opening hours of {WEEKDAY_NAMES[weekday]}", hours
            )
        yield from self._special_hours()
        for group, zones in schedule.zone_groups.items():
            yield from self._group(group, zones)
        lists: tuple[tuple[str, Sequence[Planned]], ...] = (
            ("rules", schedule.rules),
            ("exceptions", schedule.exceptions),
            ("quiet_hours", schedule.quiet_hours),
        )
        for section, items in lists:
            yield from _twins(section, items)
            for item in items:
                yield from self._planned(section, item)
        yield from _twins("reactions", schedule.reactions)
        for reaction in schedule.reactions:
            yield from self._reaction(reaction)
        yield from self._presets()
        yield from self._against_template()

    def _planned(self, section: str, item: Planned) -> Iterator[Problem]:
        place, name = _place(section, item), title(section, item)
        yield from self._scene(f"{place}.scene", name, item.scene)
        yield from self._zones(f"{place}.zones", name, item.zones)
        yield from self._times(place, name, item)
        if item.from_ == "24:00":
            yield Problem(f"{place}.from", f"{name} begins at 24:00: say 00:00 of the next day")
        if isinstance(item, DateException):
            yield from self._days(f"{place}.days", name, item.days)
            return
        if isinstance(item, QuietHour) and item.days is not None:
            yield from self._days(f"{place}.days", name, item.days)
        elif not item.weekdays:
            yield Problem(f"{place}.weekdays", f"{name} has no weekday: choose at least one")
        yield from _validity(place, name, item)
        if isinstance(item, QuietHour):
            yield from self._loud(f"{place}.scene", name, item.scene, forbids=False)

    def _reaction(self, reaction: Reaction) -> Iterator[Problem]:
        place, name = _place("reactions", reaction), title("reactions", reaction)
        yield from self._scene(f"{place}.scene", name, reaction.scene)
        yield from self._zones(f"{place}.zones", name, reaction.zones)
        zones, measured = self.ground.zones, reaction.measured_in
        if zones is not None and measured is not None and measured not in zones:
            hint = _instead(measured, zones)
            sentence = f"{name} is measured in “{measured}”, which is no zone of the store{hint}"
            yield Problem(f"{place}.measured_in", sentence)

    def _scene(self, place: str, name: str, scene: str) -> Iterator[Problem]:
        ground = self.ground
        if scene in ground.retired:
            sentence = f"{name} plays “{scene}”, which is retired: choose another scene"
        elif scene in ground.drafts:
            sentence = f"{name} plays “{scene}”, which is a draft: publish it first"
        elif scene not in ground.scenes:
            sentence = f"{name}: no scene is called “{scene}”{_instead(scene, ground.scenes)}"
        else:
            return
        yield Problem(place, sentence)

    def _loud(self, place: str, name: str, scene: str, *, forbids: bool) -> Iterator[Problem]:
        """A quiet hour has no music and no scent, an emergency still less."""
        recipe = self.ground.scenes.get(scene)
        if recipe is None:
            return
        senses = [
            sense
            for sense, given in (
                ("music", recipe.music is not None and recipe.music.volume > 0),
                ("scent", recipe.scent is not None and recipe.scent.intensity > 0),
            )
            if given
        ]
        if senses:
            words = " and ".join(senses)
            sentence = f"{name} plays “{scene}”, which has {words}: choose a scene without"
            yield Problem(place, sentence, forbids)

    def _zones(self, place: str, name: str, zones: Sequence[str]) -> Iterator[Problem]:
        if not zones:
            yield Problem(place, f"{name} has no zone: choose at least one")
        if self.ground.zones is None:
            return
        known = {*self.ground.zones, *self._groups}
        for zone in zones:
            if zone not in known and zone != EVERYWHERE:
                sentence = f"{name}: the store has no zone or zone group “{zone}”"
                yield Problem(place, sentence + _instead(zone, known))

    def _times(self, place: str, name: str, item: Planned) -> Iterator[Problem]:
        for end, time in (("from", item.from_), ("until", item.until)):
            anchor = parse_time(time).anchor
            if anchor in ("sunrise", "sunset") and not self.ground.has_sun:
                sentence = f"{name} goes by the {anchor}, but nobody said where the store is"
                yield Problem(f"{place}.{end}", f"{sentence}: give its latitude and longitude")
            if anchor in ("opening", "closing") and self.ground.zones is not None:
                yield from self._goes_by_hours(f"{place}.{end}", f"{name} goes by {anchor}", item)

    def _goes_by_hours(self, place: str, said: str, item: Planned) -> Iterator[Problem]:
        template = self.ground.template
        special = (*self.schedule.special_hours, *(template.special_hours if template else ()))
        if not self.schedule.hours and not any(each.hours for each in special):
            yield Problem(place, f"{said}, but the store has no opening hours: give them first")
            return
        weekdays = _weekdays(item)
        if weekdays and not set(weekdays).intersection(self.schedule.hours):
            sentence = f"{said}, but the store is closed {_on(weekdays)}"
            yield Problem(place, f"{sentence}: it plays on special hours alone", forbids=False)

    def _days(self, place: str, name: str, days: SpecialDays) -> Iterator[Problem]:
        known = self.ground.holidays
        if known is None:
            return
        for holiday in days.holidays:
            if not known:
                sentence = f"{name} goes by public holidays, but none are known: give the store’s"
                yield Problem(f"{place}.holidays", f"{sentence} country")
            elif holiday != EVERY_HOLIDAY and holiday not in known:
                sentence = f"{name}: the store’s country has no holiday “{holiday}”"
                yield Problem(f"{place}.holidays", sentence + _instead(holiday, known))

    def _special_hours(self) -> Iterator[Problem]:
        specials = self.schedule.special_hours
        yield from _twins("special_hours", specials)
        for special in specials:
            place, name = _place("special_hours", special), title("special_hours", special)
            yield from self._days(f"{place}.days", name, special.days)
            if special.hours is not None:
                yield from _open_hours(f"{place}.hours", name, special.hours)
        for holder, loser, shared in overlaps(specials):
            name = f"{title('special_hours', loser)} and “{holder.name or holder.id}”"
            sentence = f"{name} both hold on {shared}: the first of the list wins"
            yield Problem(_place("special_hours", loser), sentence, forbids=False)

    def _group(self, group: str, zones: Sequence[str]) -> Iterator[Problem]:
        place, name = f"zone_groups[{group}]", f"Zone group “{group}”"
        if group == EVERYWHERE:
            yield Problem(place, f"{name}: that word means all zones already, call it otherwise")
        if not zones:
            yield Problem(place, f"{name} has no zone", forbids=False)
        if self.ground.zones is None:
            return
        if group in self.ground.zones:
            yield Problem(place, f"{name} has the name of a zone: call it otherwise")
        for zone in zones:
            if zone not in self.ground.zones:
                sentence = f"{name}: the store has no zone “{zone}”"
                yield Problem(place, sentence + _instead(zone, self.ground.zones))

    def _presets(self) -> Iterator[Problem]:
        quiet, emergency = "The preset of a quiet hour", "The preset of an emergency"
        yield from self._scene("quiet_scene", quiet, self.schedule.quiet_scene)
        yield from self._loud("quiet_scene", quiet, self.schedule.quiet_scene, forbids=False)
        yield from self._scene("emergency_scene", emergency, self.schedule.emergency_scene)
        yield from self._loud(
            "emergency_scene", emergency, self.schedule.emergency_scene, forbids=True
        )

    def _against_template(self) -> Iterator[Problem]:
        template, use = self.ground.template, self.schedule.template
        if template is None:
            return
        for refusal in refusals(self.schedule, template, self.ground.zones or ()):
            yield Problem(refusal.place, refusal.sentence)
        if use is None:
            return
        titles: dict[str, list[str]] = {}
        for section in KINDS:
            for item in getattr(template, section):
                titles.setdefault(item.id, []).append(title(section, item))
        for group in template.zone_groups:
            titles.setdefault(group, []).append(f"Zone group “{group}”")
        for left in use.without:
            place, meant = f"template.without[{left}]", titles.get(left, [])
            if not meant:
                sentence = f"The template has no “{left}” that could be left out"
                yield Problem(place, sentence + _instead(left, titles), forbids=False)
            if len(meant) > 1:
                sentence = f"“{left}” leaves out {listed(meant)}, which share that id"
                yield Problem(place, sentence, forbids=False)


def _place(section: str, item: Item) -> str:
    return f"{section}[{item.id}]"


def _twins(section: str, items: Iterable[Item]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            sentence = f"{title(section, item)}: another one has the id “{item.id}” too"
            yield Problem(f"{_place(section, item)}.id", sentence)
        seen.add(item.id)


def _open_hours(place: str, name: str, hours: OpenHours) -> Iterator[Problem]:
    if hours.from_ == "24:00":
        yield Problem(f"{place}.from", f"{name} begin at 24:00: say 00:00 of the next day")


def _validity(place: str, name: str, item: Rule | QuietHour) -> Iterator[Problem]:
    first, last = item.valid_from, item.valid_to
    if first is not None and last is not None and last < first:
        sentence = f"{name} ends on {last}, before it begins on {first}"
        yield Problem(f"{place}.valid_to", sentence)


def _weekdays(item: Planned) -> tuple[Weekday, ...]:
    """The weekdays that decide when it plays; none where its special days do."""
    if isinstance(item, DateException) or (isinstance(item, QuietHour) and item.days is not None):
        return ()
    return item.weekdays


def _on(weekdays: Sequence[Weekday]) -> str:
    words = weekday_words(weekdays)
    return words if len(weekdays) == len(WEEKDAYS) else f"on {words}"


def _instead(wrong: str, right: Iterable[str]) -> str:
    """A hint for who mistyped a name."""
    close = get_close_matches(wrong, list(right), n=1)
    return f"; did you mean “{close[0]}”?" if close else ""
