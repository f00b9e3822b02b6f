"""Mistakes of a schedule as a document, each with its place and a sentence that says what to do.

`scenes.review` says what the wishes of a schedule do to each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from scenes.day_words import listed, weekday_name, weekday_words
from scenes.language import _
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
from scenes.time_of_day import event_words, parse_time


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
            name = _("The opening hours of {weekday}").format(weekday=weekday_name(weekday))
            yield from _open_hours(f"hours[{weekday}]", name, hours)
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
            said = _("{what} begins at 24:00: say 00:00 of the next day").format(what=name)
            yield Problem(f"{place}.from", said)
        if isinstance(item, DateException):
            yield from self._days(f"{place}.days", name, item.days)
            return
        if isinstance(item, QuietHour) and item.days is not None:
            yield from self._days(f"{place}.days", name, item.days)
        elif not item.weekdays:
            said = _("{what} has no weekday: choose at least one").format(what=name)
            yield Problem(f"{place}.weekdays", said)
        yield from _validity(place, name, item)
        if isinstance(item, QuietHour):
            yield from self._loud(f"{place}.scene", name, item.scene, forbids=False)

    def _reaction(self, reaction: Reaction) -> Iterator[Problem]:
        place, name = _place("reactions", reaction), title("reactions", reaction)
        yield from self._scene(f"{place}.scene", name, reaction.scene)
        yield from self._zones(f"{place}.zones", name, reaction.zones)
        zones, measured = self.ground.zones, reaction.measured_in
        if zones is not None and measured is not None and measured not in zones:
            said = _("{what} is measured in “{zone}”, which is no zone of the store")
            sentence = said.format(what=name, zone=measured) + _instead(measured, zones)
            yield Problem(f"{place}.measured_in", sentence)

    def _scene(self, place: str, name: str, scene: str) -> Iterator[Problem]:
        ground = self.ground
        if scene in ground.retired:
            said = _("{what} plays “{scene}”, which is retired: choose another scene")
        elif scene in ground.drafts:
            said = _("{what} plays “{scene}”, which is a draft: publish it first")
        elif scene not in ground.scenes:
            said = _("{what}: no scene is called “{scene}”") + _instead(scene, ground.scenes)
        else:
            return
        yield Problem(place, said.format(what=name, scene=scene))

    def _loud(self, place: str, name: str, scene: str, *, forbids: bool) -> Iterator[Problem]:
        """A quiet hour has no music and no scent, an emergency still less."""
        recipe = self.ground.scenes.get(scene)
        if recipe is None:
            return
        music = recipe.music is not None and recipe.music.volume > 0
        scent = recipe.scent is not None and recipe.scent.intensity > 0
        if music and scent:
            said = _("{what} plays “{scene}”, which has music and scent: choose a scene without")
        elif music:
            said = _("{what} plays “{scene}”, which has music: choose a scene without")
        elif scent:
            said = _("{what} plays “{scene}”, which has scent: choose a scene without")
        else:
            return
        yield Problem(place, said.format(what=name, scene=scene), forbids)

    def _zones(self, place: str, name: str, zones: Sequence[str]) -> Iterator[Problem]:
        if not zones:
            said = _("{what} has no zone: choose at least one").format(what=name)
            yield Problem(place, said)
        if self.ground.zones is None:
            return
        known = {*self.ground.zones, *self._groups}
        for zone in zones:
            if zone not in known and zone != EVERYWHERE:
                said = _("{what}: the store has no zone or zone group “{zone}”")
                sentence = said.format(what=name, zone=zone)
                yield Problem(place, sentence + _instead(zone, known))

    def _times(self, place: str, name: str, item: Planned) -> Iterator[Problem]:
        for end, time in (("from", item.from_), ("until", item.until)):
            anchor = parse_time(time).anchor
            if anchor in ("sunrise", "sunset") and not self.ground.has_sun:
                said = _(
                    "{what} goes by the {event}, but nobody said where the store is: "
                    "give its latitude and longitude"
                )
                sentence = said.format(what=name, event=event_words(anchor))
                yield Problem(f"{place}.{end}", sentence)
            if anchor in ("opening", "closing") and self.ground.zones is not None:
                hours = {"what": name, "event": event_words(anchor)}
                yield from self._goes_by_hours(f"{place}.{end}", hours, item)

    def _goes_by_hours(
        self, place: str, said_of: dict[str, str], item: Planned
    ) -> Iterator[Problem]:
        template = self.ground.template
        special = (*self.schedule.special_hours, *(template.special_hours if template else ()))
        if not self.schedule.hours and not any(each.hours for each in special):
            said = _("{what} goes by {event}, but the store has no opening hours: give them first")
            yield Problem(place, said.format(**said_of))
            return
        weekdays = _weekdays(item)
        if weekdays and not set(weekdays).intersection(self.schedule.hours):
            said = _(
                "{what} goes by {event}, but the store is closed {days}: "
                "it plays on special hours alone"
            )
            yield Problem(place, said.format(**said_of, days=_on(weekdays)), forbids=False)

    def _days(self, place: str, name: str, days: SpecialDays) -> Iterator[Problem]:
        known = self.ground.holidays
        if known is None:
            return
        for holiday in days.holidays:
            if not known:
                said = _(
                    "{what} goes by public holidays, but none are known: give the store’s country"
                )
                yield Problem(f"{place}.holidays", said.format(what=name))
            elif holiday != EVERY_HOLIDAY and holiday not in known:
                said = _("{what}: the store’s country has no holiday “{holiday}”")
                sentence = said.format(what=name, holiday=holiday) + _instead(holiday, known)
                yield Problem(f"{place}.holidays", sentence)

    def _special_hours(self) -> Iterator[Problem]:
        specials = self.schedule.special_hours
        yield from _twins("special_hours", specials)
        for special in specials:
            place, name = _place("special_hours", special), title("special_hours", special)
            yield from self._days(f"{place}.days", name, special.days)
            if special.hours is not None:
                yield from _open_hours(f"{place}.hours", name, special.hours)
        for holder, loser, shared in overlaps(specials):
            said = _("{one} and “{other}” both hold on {day}: the first of the list wins")
            sentence = said.format(
                one=title("special_hours", loser), other=holder.name or holder.id, day=shared
            )
            yield Problem(_place("special_hours", loser), sentence, forbids=False)

    def _group(self, group: str, zones: Sequence[str]) -> Iterator[Problem]:
        place, name = f"zone_groups[{group}]", _("Zone group “{group}”").format(group=group)
        if group == EVERYWHERE:
            said = _("{what}: that word means all zones already, call it otherwise")
            yield Problem(place, said.format(what=name))
        if not zones:
            yield Problem(place, _("{what} has no zone").format(what=name), forbids=False)
        if self.ground.zones is None:
            return
        if group in self.ground.zones:
            said = _("{what} has the name of a zone: call it otherwise")
            yield Problem(place, said.format(what=name))
        for zone in zones:
            if zone not in self.ground.zones:
                said = _("{what}: the store has no zone “{zone}”").format(what=name, zone=zone)
                yield Problem(place, said + _instead(zone, self.ground.zones))

    def _presets(self) -> Iterator[Problem]:
        quiet, emergency = _("The preset of a quiet hour"), _("The preset of an emergency")
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
            titles.setdefault(group, []).append(_("Zone group “{group}”").format(group=group))
        for left in use.without:
            place, meant = f"template.without[{left}]", titles.get(left, [])
            if not meant:
                said = _("The template has no “{item}” that could be left out").format(item=left)
                yield Problem(place, said + _instead(left, titles), forbids=False)
            if len(meant) > 1:
                said = _("“{item}” leaves out {several}, which share that id")
                said = said.format(item=left, several=listed(meant))
                yield Problem(place, said, forbids=False)


def _place(section: str, item: Item) -> str:
    return f"{section}[{item.id}]"


def _twins(section: str, items: Iterable[Item]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            said = _("{what}: another one has the id “{id}” too")
            sentence = said.format(what=title(section, item), id=item.id)
            yield Problem(f"{_place(section, item)}.id", sentence)
        seen.add(item.id)


def _open_hours(place: str, name: str, hours: OpenHours) -> Iterator[Problem]:
    if hours.from_ == "24:00":
        said = _("{what} begin at 24:00: say 00:00 of the next day").format(what=name)
        yield Problem(f"{place}.from", said)


def _validity(place: str, name: str, item: Rule | QuietHour) -> Iterator[Problem]:
    first, last = item.valid_from, item.valid_to
    if first is not None and last is not None and last < first:
        said = _("{what} ends on {last}, before it begins on {first}")
        yield Problem(f"{place}.valid_to", said.format(what=name, last=last, first=first))


def _weekdays(item: Planned) -> tuple[Weekday, ...]:
    """The weekdays that decide when it plays; none where its special days do."""
    if isinstance(item, DateException) or (isinstance(item, QuietHour) and item.days is not None):
        return ()
    return item.weekdays


def _on(weekdays: Sequence[Weekday]) -> str:
    words = weekday_words(weekdays)
    return words if len(weekdays) == len(WEEKDAYS) else _("on {days}").format(days=words)


def _instead(wrong: str, right: Iterable[str]) -> str:
    """A hint for who mistyped a name."""
    close = get_close_matches(wrong, list(right), n=1)
    return _("; did you mean “{name}”?").format(name=close[0]) if close else ""
