"""Everything that a schedule plans, as lists: what a calendar can't be tapped for, keys can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hub.public_holidays import holidays_of
from hub.schedules.reviewing import store_names
from hub.shop import Library, Shop, Store
from hub.web.looks import Look, scene_look
from hub.web.words import day_words
from scenes.holiday_words import holiday_words
from scenes.language import N_, _
from scenes.schedule import Schedule
from scenes.schedule_words import Item, summary

_AHEAD = timedelta(days=200)
_MOST_HOLIDAYS = 6

SECTIONS = (
    ("rules", "rules", N_("Every week"), N_("Nothing is planned every week yet.")),
    ("exceptions", "exceptions", N_("Exceptions"), N_("No date differs.")),
    ("special-hours", "special_hours", N_("Special hours"), N_("No special opening hours.")),
    ("quiet-hours", "quiet_hours", N_("Quiet hours"), N_("No quiet hour is planned.")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One item in words; one that is ``locked`` is its template's."""

    part: str
    item: str
    look: Look | None
    name: str
    words: str
    locked: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One list; ``empty`` is said where it has no rows."""

    part: str
    title: str
    empty: str
    rows: tuple[Row, ...]


def sections(shop: Shop, store: Store, schedule: Schedule) -> list[Section]:
    """The lists of a schedule, in the order of its page."""
    names = store_names(store, Library(shop.scenes), schedule)

    def row(part: str, item: Item) -> Row:
        scene = getattr(item, "scene", None)
        look = scene_look(scene, names.scene(scene)) if scene else None
        name = item.name or (look.word if look else _("Opening hours"))
        return Row(part, item.id, look, name, summary(item, names), _locked(item))

    return [
        Section(part, _(title), _(empty), tuple(row(part, item) for item in getattr(schedule, at)))
        for part, at, title, empty in SECTIONS
    ]


def coming_holidays(store: Store, today: date) -> Sequence[tuple[str, str]]:
    """The next public holidays: the day, and what they are called."""
    country, region = store.place.country, store.place.region
    if country is None:
        return ()
    years = {today.year, (today + _AHEAD).year}
    days = {
        day: names for year in years for day, names in holidays_of(country, region, year).items()
    }
    coming = sorted(day for day in days if today <= day <= today + _AHEAD)[:_MOST_HOLIDAYS]
    return [(day_words(day, today), ", ".join(map(holiday_words, days[day]))) for day in coming]


def _locked(item: Item) -> bool:
    return bool(getattr(item, "locked", False))
