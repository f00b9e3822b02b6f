"""What the page of voices shows: screens, answers as counts, days, and what staff said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from hub.parts import HubParts
from hub.shop import Store
from hub.voices.document import FEWEST
from hub.voices.questions import SCALES, Complaint, Question, Remedy
from hub.voices.reading import Answer, Period, StaffNote, answers, period, staff_notes, surplus
from hub.voices.screens import Screen
from hub.web.languages.catalogues import LANGUAGES
from hub.web.looks import Look, scene_look
from hub.web.voice.words import asked, complaint_word, question_word, remedy_word
from hub.web.words import date_words, day_words, list_words, moment_words, number_words
from scenes.language import _, ngettext

BAR = 100
"""The longest bar, and the tallest, in units of their drawings."""
_DAY_STEP, _DAY_WIDTH = 10, 7
_LAST_NOTES = 8


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One screen of the store."""

    id: int
    name: str
    about: str
    made: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many gave one answer; ``width`` of `BAR`."""

    label: str
    icon: str
    n: str
    width: int


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day's answers, drawn ``height`` of `BAR` high at ``x``."""

    x: int
    y: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """The answers to one question in one zone. Without ``bars`` they are too few to show."""

    id: str
    zone: str
    question: str
    total: str
    mean: str
    bars: tuple[Bar, ...]
    days: tuple[DayBar, ...]
    first: str
    last: str
    in_words: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One complaint of staff."""

    when: str
    zone: str
    what: str
    look: Look
    remedy: str


@dataclass(frozen=True, slots=True)
class VoicePage:
    """What the template shows."""

    told: tuple[Told, ...]
    surplus: str
    staff: tuple[tuple[str, str], ...]
    notes: tuple[NoteLine, ...]
    screens: tuple[ScreenLine, ...]
    days: int


def voice_page(hub: HubParts, store: Store) -> VoicePage:
    """The page at this moment."""
    now = hub.now()
    shown = period(hub.engine, store.id, now, None, None)
    with hub.engine.connect() as connection:
        said = list(answers(connection, shown))
        notes = staff_notes(connection, shown)
        too_fast = surplus(connection, shown)
    counts = Counter(note.what for note in notes)
    return VoicePage(
        told=_told(said, shown, store),
        surplus=_surplus_words(too_fast),
        staff=tuple(
            (complaint_word(what), number_words(counts[what])) for what in Complaint if notes
        ),
        notes=tuple(_note(hub, note, store, now) for note in notes[:_LAST_NOTES]),
        screens=tuple(
            _screen(each, store, now)
            for each in hub.voice_screens.of_store(store.id)
            if each.revoked_at is None
        ),
        days=(shown.last - shown.first).days + 1,
    )


def zone_name(store: Store, zone: str) -> str:
    """What a zone is called; one that is gone by its id."""
    return next((each.name for each in store.zones if each.id == zone), zone)


def _told(said: Sequence[Answer], shown: Period, store: Store) -> tuple[Told, ...]:
    places = {zone.id: place for place, zone in enumerate(store.zones)}
    keys = sorted(
        {(each.zone, each.question) for each in said},
        key=lambda key: (places.get(key[0], len(places)), *key),
    )
    return tuple(
        _one(
            zone_name(store, zone),
            question,
            [each for each in said if (each.zone, each.question) == (zone, question)],
            shown,
            f"{zone}-{question}",
        )
        for zone, question in keys
    )


def _one(zone: str, question: Question, said: Sequence[Answer], shown: Period, key: str) -> Told:
    n = len(said)
    few = n < FEWEST
    total = ngettext("%(num)s answer", "%(num)s answers", n) % {"num": number_words(n)}
    mean = fmean(each.answer for each in said)
    scale = SCALES[question]
    days = () if few else _days(said, shown)
    return Told(
        id=key,
        zone=zone,
        question=question_word(question),
        total=_("Fewer than five answers") if few else total,
        mean=""
        if few
        else _("{mean} of {best}").format(mean=number_words(mean, 1), best=scale.high),
        bars=() if few else _bars(question, said),
        days=days,
        first=date_words(shown.first, year=False),
        last=day_words(shown.last, shown.last),
        in_words=" · ".join(day.words for day in days if day.height),
    )


def _bars(question: Question, said: Sequence[Answer]) -> tuple[Bar, ...]:
    counts = Counter(each.answer for each in said)
    most = max(counts.values())
    return tuple(
        Bar(
            choice.word if choice.icon else str(choice.value),
            choice.icon,
            number_words(counts[choice.value]),
            round(BAR * counts[choice.value] / most),
        )
        for choice in reversed(asked(question).choices)
    )


def _days(said: Sequence[Answer], shown: Period) -> tuple[DayBar, ...]:
    """How many answered each day, and no more.

    Beside the counts of all days together the mean of a full one would tell the answer of the only
    customer of another.
    """
    by_day = Counter(each.day for each in said)
    most = max(*by_day.values(), FEWEST)
    bars = []
    for place in range((shown.last - shown.first).days + 1):
        day = shown.first + timedelta(days=place)
        n = by_day[day]
        few = 0 < n < FEWEST
        height = round(BAR * (FEWEST - 1 if few else n) / most)
        count = _("1 to {most}").format(most=FEWEST - 1) if few else number_words(n)
        words = f"{date_words(day, year=False)}: {count}"
        bars.append(DayBar(place * _DAY_STEP, BAR - height, height, words))
    return tuple(bars)


def _surplus_words(taps: int) -> str:
    if not taps:
        return ""
    return ngettext(
        "%(num)s tap came too fast after another one and was not counted.",
        "%(num)s taps came too fast one after the other and were not counted.",
        taps,
    ) % {"num": number_words(taps)}


def _note(hub: HubParts, note: StaffNote, store: Store, now: datetime) -> NoteLine:
    scene = hub.planner.shop.scenes.get(note.scene)
    return NoteLine(
        when=moment_words(note.at, now, store.tz),
        zone=zone_name(store, note.zone),
        what=complaint_word(note.what),
        look=scene_look(note.scene, scene.name if scene else ""),
        remedy=remedy_word(Remedy(note.remedy)) if note.remedy else "",
    )


def _screen(screen: Screen, store: Store, now: datetime) -> ScreenLine:
    made = moment_words(screen.created_at, now, store.tz)
    return ScreenLine(
        id=screen.id,
        name=screen.name or zone_name(store, screen.zone),
        about=" · ".join(
            (
                zone_name(store, screen.zone),
                question_word(screen.question),
                list_words([LANGUAGES[each] for each in screen.languages]),
            )
        ),
        made=_("made {when} by {who}").format(when=made, who=screen.author)
        if screen.author
        else _("made {when}").format(when=made),
    )
