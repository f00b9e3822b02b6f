"""The sheet over the calendar: one thing that is planned, to be changed or made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Literal

from hub.library_names import scene_name
from hub.public_holidays import names_of
from hub.schedules.errors import UnknownPartError
from hub.schedules.shifting import just
from hub.shop import Shop, Store
from hub.web.looks import Look, scene_look, tile_order
from hub.web.words import date_words, weekday_words
from scenes.holiday_words import holiday_words
from scenes.language import _, pgettext
from scenes.rules import (
    EVERY_HOLIDAY,
    EVERYWHERE,
    WEEKDAYS,
    DateException,
    DateSpan,
    QuietHour,
    Rule,
    SpecialDays,
    SpecialHours,
    TimeOfDay,
)
from scenes.schedule import Schedule
from scenes.time_of_day import Anchor, parse_time

Part = Literal["rules", "exceptions", "quiet-hours", "special-hours"]
_SECTIONS: dict[Part, str] = {
    "rules": "rules",
    "exceptions": "exceptions",
    "quiet-hours": "quiet_hours",
    "special-hours": "special_hours",
}
_MONDAY = date(2024, 1, 1)
PlannedOrHours = Rule | DateException | QuietHour | SpecialHours


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of several."""

    value: str
    words: str
    chosen: bool
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class TimeField:
    """A time of day: by the ``clock``, or so long before or after an opening or a sunset."""

    name: str
    label: str
    clock: str
    anchors: tuple[Choice, ...]
    later: bool
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the template ``week/_sheet.html`` shows. ``only`` names the day that alone may differ.

    ``kinds`` are what something new can be; ``weekdays`` and ``spans`` are empty where they don't
    apply.
    """

    title: str
    part: Part
    item: str
    new: bool
    on: str
    only: str
    kinds: tuple[Choice, ...]
    name: str
    note: str
    priority: int | None
    scenes: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    weekdays: tuple[Choice, ...]
    spans: tuple[DateSpan | None, ...]
    holidays: tuple[Choice, ...]
    times: tuple[TimeField, ...]
    may_close: bool
    closed: bool
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody drew in the calendar to make something new."""

    on: date
    from_: str = "09:00"
    until: str = "10:00"
    zone: str = EVERYWHERE
    scene: str = ""


def sheet_of(
    shop: Shop, store: Store, schedule: Schedule, part: Part, item: str, on: date | None
) -> Sheet:
    """The sheet of one item; `UnknownPartError`."""
    items: Sequence[PlannedOrHours] = getattr(schedule, _SECTIONS[part])
    found = next((each for each in items if each.id == item), None)
    if found is None:
        raise UnknownPartError(_("it is not in the plan any more"))
    return _sheet(shop, store, schedule, found, part, on, new=False)


def new_sheet(shop: Shop, store: Store, schedule: Schedule, part: Part, begun: Beginning) -> Sheet:
    """The sheet of something new."""
    return _sheet(shop, store, schedule, _new_item(shop, part, begun), part, begun.on, new=True)


def _new_item(shop: Shop, part: Part, begun: Beginning) -> PlannedOrHours:
    name = f"{part.rstrip('s')}-{token_hex(3)}"
    zones, from_, until = (begun.zone,), begun.from_, begun.until
    first = next(iter(sorted(shop.scenes, key=lambda each: tile_order(each, each))), "")
    scene = begun.scene if begun.scene in shop.scenes else first
    weekday = WEEKDAYS[begun.on.weekday()]
    match part:
        case "rules":
            return Rule(
                id=name, zones=zones, scene=scene, from_=from_, until=until, weekdays=(weekday,)
            )
        case "exceptions":
            days = just(begun.on)
            return DateException(
                id=name, zones=zones, scene=scene, from_=from_, until=until, days=days
            )
        case "quiet-hours":
            return QuietHour(id=name, zones=zones, from_=from_, until=until, weekdays=(weekday,))
    return SpecialHours(id=name, days=just(begun.on), hours=None)


def _sheet(
    shop: Shop,
    store: Store,
    schedule: Schedule,
    item: PlannedOrHours,
    part: Part,
    on: date | None,
    *,
    new: bool,
) -> Sheet:
    days: SpecialDays | None = getattr(item, "days", None)
    hours = isinstance(item, SpecialHours)
    several = isinstance(item, Rule) or (isinstance(item, DateException) and not _once(item))
    return Sheet(
        title=_titles(part)[0 if new else 1],
        part=part,
        item=item.id,
        new=new,
        on=on.isoformat() if on else "",
        only=_day_of(on) if on and several and not new else "",
        kinds=_kinds(part) if new else (),
        name=item.name,
        note=item.note,
        priority=None if isinstance(item, SpecialHours) else item.priority,
        scenes=() if isinstance(item, SpecialHours) else _scenes(shop, item.scene),
        zones=() if isinstance(item, SpecialHours) else _zones(store, schedule, item.zones),
        weekdays=_weekdays(item) if days is None else (),
        spans=(*days.dates, None) if days else (),
        holidays=_holidays(store, days) if days else (),
        times=_times(store, item),
        may_close=hours,
        closed=isinstance(item, SpecialHours) and item.hours is None,
        valid_from=getattr(item, "valid_from", None) or "",
        valid_to=getattr(item, "valid_to", None) or "",
    )


def _day_of(day: date) -> str:
    return f"{weekday_words(day)} {date_words(day, year=False)}"


def _once(item: DateException) -> bool:
    return bool(item.days.dates) and item.days == just(date.fromisoformat(item.days.dates[0].first))


def _titles(part: Part) -> tuple[str, str]:
    match part:
        case "rules":
            return _("Something new, every week"), _("Every week")
        case "exceptions":
            return _("Something new on a date"), _("Exception")
        case "quiet-hours":
            return _("A new quiet hour"), _("Quiet hour")
    return _("Other opening hours"), _("Special opening hours")


def _kinds(part: Part) -> tuple[Choice, ...]:
    kinds: dict[Part, str] = {
        "rules": _("Every week"),
        "exceptions": _("On a date"),
        "quiet-hours": _("Quiet hour"),
        "special-hours": _("Opening hours"),
    }
    return tuple(Choice(kind, words, kind == part) for kind, words in kinds.items())


def _scenes(shop: Shop, chosen: str) -> tuple[Choice, ...]:
    ordered = sorted(shop.scenes.values(), key=lambda scene: tile_order(scene.id, scene.name))
    return tuple(
        Choice(
            each.id,
            scene_name(each.id, each.name),
            each.id == chosen,
            scene_look(each.id, each.name),
        )
        for each in ordered
    )


def _zones(store: Store, schedule: Schedule, chosen: Sequence[str]) -> tuple[Choice, ...]:
    return (
        Choice(EVERYWHERE, _("All zones"), EVERYWHERE in chosen),
        *(Choice(each, each, each in chosen) for each in schedule.zone_groups),
        *(Choice(zone.id, zone.name, zone.id in chosen) for zone in store.zones),
    )


def _weekdays(item: PlannedOrHours) -> tuple[Choice, ...]:
    chosen = getattr(item, "weekdays", ())
    return tuple(
        Choice(each, weekday_words(_MONDAY.replace(day=1 + place), short=True), each in chosen)
        for place, each in enumerate(WEEKDAYS)
    )


def _holidays(store: Store, days: SpecialDays) -> tuple[Choice, ...]:
    country = store.place.country
    if country is None:
        return ()
    return (
        Choice(EVERY_HOLIDAY, _("Every public holiday"), EVERY_HOLIDAY in days.holidays),
        *(
            Choice(each, holiday_words(each), each in days.holidays)
            for each in names_of(country, store.place.region)
        ),
    )


def _times(store: Store, item: PlannedOrHours) -> tuple[TimeField, ...]:
    if isinstance(item, SpecialHours):
        hours = item.hours
        from_, until = (hours.from_, hours.until) if hours else ("10:00", "18:00")
        return (
            TimeField("from", _("Opens"), from_, (), later=True, amount="00:00"),
            TimeField("until", _("Closes"), until, (), later=True, amount="00:00"),
        )
    return (
        _time(store, "from", _("From"), item.from_),
        _time(store, "until", _("Until"), item.until),
    )


def _time(store: Store, name: str, label: str, text: TimeOfDay) -> TimeField:
    anchor, offset = parse_time(text)
    hours, rest = divmod(int(abs(offset).total_seconds()), 3600)
    amount = f"{hours:02}:{rest // 60:02}"
    by_clock = anchor == "midnight"
    return TimeField(
        name=name,
        label=label,
        clock=text if by_clock else "",
        anchors=tuple(
            Choice(value, words, value == anchor) for value, words in _anchors(store).items()
        ),
        later=offset.total_seconds() >= 0,
        amount="00:00" if by_clock else amount,
    )


def _anchors(store: Store) -> dict[Anchor, str]:
    found: dict[Anchor, str] = {
        "midnight": _("At a time"),
        "opening": pgettext("time of day", "Opening"),
        "closing": pgettext("time of day", "Closing"),
    }
    if store.place.latitude is not None and store.place.longitude is not None:
        found |= {
            "sunrise": pgettext("time of day", "Sunrise"),
            "sunset": pgettext("time of day", "Sunset"),
        }
    return found
