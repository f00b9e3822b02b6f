"""What is kept in English is said again in the reader's language, with its values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from hub.insights import words
from hub.insights.assembly import _estimate
from hub.insights.confounding import Footprint, Shared, confounder
from hub.insights.document import WORDING, Estimate, Interval
from hub.insights.estimate.figures import Figure
from hub.library_names import library_names, scene_description, scene_name
from hub.planning.saying import run_said
from hub.reactions.words import reason
from hub.retelling import Retelling
from hub.scene_library import starter_scenes
from hub.web.effects.retold import retold
from hub.web.languages.catalogues import translations
from scenes.language import speaking
from scenes.rules import Measure, Reaction

_LATIN = re.compile(r"[A-Za-z]{2,}")
# What a statistician looks up by its name.
_TERMS = "scipy.stats.bootstrap"


def russian(text: str) -> str:
    with speaking("ru", translations("ru")):
        return retold(text)


def footprint(
    name: str, cells: set[tuple[int, int]], days: int = 40, first: int = 1, last: int = 28
) -> Footprint:
    return Footprint(
        name, frozenset(cells), days, date(2026, 1, first), date(2026, 2 if last > 1 else 1, last)
    )


def hours(days: set[int], *quarters: int) -> set[tuple[int, int]]:
    return {(day, quarter) for day in days for quarter in quarters}


def confounded() -> Iterator[str]:
    """Every way in which two scenes can't be told apart."""
    week, weekend = {0, 1, 2, 3, 4}, {5, 6}
    never, once = Shared(days=0, days_ever=0, needed=7), Shared(days=1, days_ever=1, needed=7)
    early, late = hours(week, 36, 37), hours(week | weekend, 48)
    yield confounder(footprint("Trading", early), footprint("Evening", late), never)[1]
    yield confounder(footprint("Trading", early), footprint("Evening", late), once)[1]
    yield confounder(
        footprint("Event", hours(week, 36)), footprint("Evening", hours(weekend, 36)), never
    )[1]
    scattered = hours({0, 5}, 36, 40, 44, 48, 52)
    yield confounder(footprint("Event", scattered), footprint("Closed", late), never)[1]
    mixed = {(0, 48), (5, 36)}
    yield confounder(footprint("Event", mixed), footprint("Closing", hours(week, 36)), never)[1]
    alike = footprint("Event", early, 2), footprint("Trading", early)
    yield confounder(*alike, once)[1]
    yield confounder(footprint("Event", early), footprint("Trading", early), once)[1]
    both = Shared(days=0, days_ever=28, needed=7)
    before = Footprint("Trading", frozenset(early), 40, date(2026, 1, 1), date(2026, 2, 1))
    after = Footprint("Evening", frozenset(early), 40, date(2026, 2, 2), date(2026, 3, 1))
    yield confounder(before, after, both)[1]
    yield confounder(before, before, both)[1]


def effects() -> Iterator[str]:
    """Every sentence of an effects document."""
    method = words.method(7, 10)
    yield from (str(each) for _name, each in method)
    yield from (WORDING, words.NO_VISITS, words.NO_RECORDS, words.NONE_CONFIRMED)
    yield from (words.NO_RECEIPTS, words.NO_SENSED, *words.NOTHING_TO_COMPARE.values())
    yield words.ONLY_LAST.format(days=400)
    for share in ("12 %", words.LESS_THAN_ONE):
        yield words.NUDGED.format(share=share)
    yield _estimate(Figure(None, None, 0)).note
    yield _estimate(Figure(1.0, None, 3)).note
    yield _estimate(Figure(1.0, None, 30)).note
    sure = words.ratio_words(Estimate(value=1.256, interval=Interval(low=1.012, high=1.593)))
    alone = words.ratio_words(Estimate(value=0.9, note=words.too_few_days(3, 7)))
    nothing = words.ratio_words(Estimate(note=words.NOTHING_TO_COMPARE["sales"]))
    yield words.COMPARED.format(
        scene="Quiet hour",
        baseline="Trading",
        dwell=sure,
        visits=alone,
        sales=nothing,
        days=37,
        hours="65",
        others="43",
    )
    yield from confounded()


@pytest.mark.parametrize("sentence", list(effects()))
def test_every_sentence_of_effects_is_said_in_the_readers_language(sentence: str) -> None:
    told = russian(sentence).replace(_TERMS, "")
    assert not _LATIN.search(told), told


def test_values_are_told_again_too() -> None:
    text = words.COMPARED.format(
        scene="Quiet hour",
        baseline="Late show",
        dwell="+25.6 % (+1.2 % to +59.3 %)",
        visits="no visits to compare",
        sales="−2.4 % (not enough data: 3 of 7 days)",
        days="1,037",
        hours="65",
        others="43",
    )
    told = russian(text)
    assert "Тихий час против Late show: пребывание +25,6\u00a0% (от +1,2\u00a0% до" in told
    assert "визиты в час нет визитов для сравнения; " in told
    assert "(данных недостаточно: дней 3 из 7)" in told
    assert "дней: 1\u00a0037" in told


def test_a_count_takes_its_form_and_english_stays_as_it_is() -> None:
    told = Retelling((("{n} day", "{n} days"), "Ran on {days} only"))
    assert told("Ran on 5 days only") == "Ran on 5 days only"
    with speaking("ru", translations("ru")):
        assert [told(text) for text in ("1 day", "3 days", "5 days")] == [
            "1 день",
            "3 дня",
            "5 дней",
        ]
        assert told("nobody knows this") == "nobody knows this"


def test_the_librarys_scenes_are_called_in_the_readers_language_unless_a_shop_named_them() -> None:
    assert library_names().keys() == {scene.name for scene in starter_scenes().values()}
    with speaking("ru", translations("ru")):
        assert scene_name("evening", "Evening") == "Вечер"
        assert scene_name("evening", "Late light") == "Late light"
        assert scene_name("party", "Event") == "Event"
        for scene in starter_scenes().values():
            assert not _LATIN.search(scene_name(scene.id, scene.name))
            assert not _LATIN.search(scene_description(scene.id, scene.description))


@pytest.mark.parametrize("measure", ["occupancy", "waiting", "noise"])
@pytest.mark.parametrize(
    ("value", "lasting_s"), [(1.0, 0.0), (7.0, 1.0), (21.0, 5400.0), (7.5, 300.0)]
)
def test_why_a_reaction_is_at_work_is_said_in_the_readers_language(
    measure: Measure, value: float, lasting_s: float
) -> None:
    reaction = Reaction(
        id="r",
        zones=("entrance",),
        scene="evening",
        measure=measure,
        above=6.0,
        below=3.0,
        for_s=lasting_s,
    )
    with speaking("ru", translations("ru")):
        told = run_said(reason(reaction, value))
        assert not _LATIN.search(told), told
    with speaking("sv", translations("sv")):
        assert run_said("The mirror asks for it") == "The mirror ber om det"
