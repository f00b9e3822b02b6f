"""Two versions of a schedule: nothing that differs goes unsaid."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from scenes.names import Names
from scenes.rules import (
    DateException,
    DateSpan,
    OpenHours,
    QuietHour,
    Reaction,
    Rule,
    SpecialDays,
    SpecialHours,
)
from scenes.schedule import Schedule, TemplateUse
from scenes.schedule_difference import document_changes, sentences
from tests.scenes.schedules import SCENE_NAMES, ZONES, schedules

NAMES = Names(ZONES, SCENE_NAMES)
CALM = Rule(
    id="calm-mornings",
    name="Calm mornings",
    zones=("entrance",),
    scene="calm",
    from_="09:00",
    until="11:00",
    weekdays=("mon", "tue", "wed", "thu", "fri"),
)
CROWD = Reaction(id="crowd", zones=("all",), scene="calm", measure="noise", above=70, below=60)
EVE = SpecialDays(dates=(DateSpan(first="2026-12-24", last="2026-12-24"),))


def said(before: Schedule, after: Schedule) -> list[str]:
    return sentences(document_changes(before, after, NAMES))


def changed(item: Rule | Reaction, **fields: Any) -> list[str]:
    other = msgspec.structs.replace(item, **fields)
    if isinstance(item, Rule):
        return said(Schedule(rules=(item,)), Schedule(rules=(other,)))  # type: ignore[arg-type]
    return said(Schedule(reactions=(item,)), Schedule(reactions=(other,)))  # type: ignore[arg-type]


@given(schedules, schedules)
def test_equal_documents_alone_differ_in_nothing(one: Schedule, other: Schedule) -> None:
    assert said(one, one) == []
    assert (said(one, other) == []) == (one == other)
    assert len(said(one, other)) == len(said(other, one))
    places = [(each.place, each.kind) for each in document_changes(one, other, NAMES)]
    assert len(places) == len(set(places)), "no place is named twice"


def test_a_rule() -> None:
    title = "Rule “Calm mornings”"
    assert changed(CALM, until="12:00") == [f"{title}: until 11:00 → 12:00"]
    assert changed(CALM, from_="opening", scene="rush") == [
        f"{title}: scene Calm → Rush hour, from 09:00 → opening"
    ]
    assert changed(CALM, zones=("entrance", "window")) == [
        f"{title}: zones Entrance → Entrance and Window"
    ]
    assert changed(CALM, zones=("entrance", "window", "entrance")) == [
        f"{title}: zones Entrance → Entrance and Window"
    ]
    assert changed(CALM, zones=("entrance", "window", "back")) == [
        f"{title}: zones Entrance → Entrance, Window and back"
    ], "the group back may have the one zone that is not named"
    assert changed(CALM, weekdays=("sat", "sun")) == [
        f"{title}: weekdays Monday to Friday → Saturday and Sunday"
    ]
    assert changed(CALM, weekdays=CALM.weekdays[::-1]) == [f"{title}: weekdays written differently"]
    assert changed(CALM, name="", note="Quieter", locked=True) == [
        f"{title}: name “Calm mornings” → none, locked no → yes, note none → “Quieter”"
    ]
    assert changed(CALM, valid_to="2027-01-06") == [f"{title}: last date none → 6 January 2027"]
    assert said(Schedule(), Schedule(rules=(CALM,))) == [
        f"{title} added: Monday to Friday 09:00 to 11:00 Calm in Entrance"
    ]
    assert said(Schedule(rules=(CALM,)), Schedule()) == [f"{title} removed"]


def test_twins_of_a_draft_and_their_order() -> None:
    other = msgspec.structs.replace(CALM, until="12:00")
    assert said(Schedule(rules=(CALM,)), Schedule(rules=(CALM, other))) == [
        "Rule “Calm mornings” added: Monday to Friday 09:00 to 12:00 Calm in Entrance"
    ]
    late = msgspec.structs.replace(CALM, id="late")
    assert said(Schedule(rules=(CALM, late)), Schedule(rules=(late, CALM))) == [
        "Rule: the list has another order"
    ]


def test_a_reaction() -> None:
    title = "Reaction “crowd”"
    assert changed(CROWD, for_s=5400.0, calm_s=45.0) == [
        f"{title}: begins after 5 min → 1 h 30 min, ends after 10 min → 45 s"
    ]
    assert changed(CROWD, measured_in="window", above=72.5, measure="occupancy") == [
        (
            f"{title}: measure noise → people in the zone, begins at 70 → 72.5, "
            "measured in the zone itself → Window"
        )
    ]
    assert said(Schedule(), Schedule(reactions=(CROWD,))) == [
        f"{title} added: Calm everywhere at 70 dB(A) for 5 min"
    ]


def test_days_that_differ() -> None:
    sale = DateException(
        id="sale",
        name="Sale",
        zones=("all",),
        scene="rush",
        from_="10:00",
        until="closing",
        days=EVE,
    )
    quiet = QuietHour(id="quiet", zones=("entrance",), from_="10:00", until="11:00")
    holidays = SpecialDays(
        holidays=("all",), dates=(DateSpan(first="2026-12-30", last="2027-01-02"),)
    )
    assert said(Schedule(), Schedule(exceptions=(sale,), quiet_hours=(quiet,))) == [
        "Exception “Sale” added: 24 December 2026 10:00 to closing Rush hour everywhere",
        "Quiet hour “quiet” added: every day 10:00 to 11:00 quiet-hour in Entrance",
    ]
    other = msgspec.structs.replace(sale, days=holidays)
    assert said(Schedule(exceptions=(sale,)), Schedule(exceptions=(other,))) == [
        (
            "Exception “Sale”: days 24 December 2026 → "
            "30 December 2026 to 2 January 2027 and every public holiday"
        )
    ]
    short = SpecialHours(
        id="eve", name="Christmas Eve", days=EVE, hours=OpenHours("10:00", "14:00")
    )
    closed = msgspec.structs.replace(short, hours=None)
    assert said(Schedule(), Schedule(special_hours=(short,))) == [
        "Special hours “Christmas Eve” added: 24 December 2026 10:00–14:00"
    ]
    assert said(Schedule(special_hours=(short,)), Schedule(special_hours=(closed,))) == [
        "Special hours “Christmas Eve”: hours 10:00–14:00 → closed"
    ]


def test_opening_hours() -> None:
    day, longer = OpenHours("10:00", "20:00"), OpenHours("10:00", "21:00")
    assert said(Schedule(hours={"fri": day}), Schedule(hours={"fri": longer})) == [
        "Opening hours Friday: 10:00–20:00 → 10:00–21:00"
    ]
    assert said(Schedule(hours={"mon": day, "tue": day, "wed": day}), Schedule()) == [
        "Opening hours Monday to Wednesday: 10:00–20:00 → closed"
    ]


def test_groups_and_presets() -> None:
    front: dict[str, tuple[str, ...]] = {"front": ("entrance", "window")}
    assert said(Schedule(), Schedule(zone_groups=front)) == [
        "Zone group “front” added: Entrance and Window"
    ]
    assert said(Schedule(zone_groups=front), Schedule(zone_groups={"front": ("window",)})) == [
        "Zone group “front”: Entrance and Window → Window"
    ]
    assert said(Schedule(zone_groups=front), Schedule()) == ["Zone group “front” removed"]
    assert said(Schedule(), Schedule(quiet_scene="calm")) == [
        "Scene of a quiet hour begun by hand: quiet-hour → Calm"
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, TemplateUse(id="xmas", version=3), ["Built on the template “xmas”, version 3"]),
        (TemplateUse(id="xmas", version=3), None, ["No longer built on the template “xmas”"]),
        (
            TemplateUse(id="xmas", version=3),
            TemplateUse(id="xmas", version=4, without={"late": "No late nights here"}),
            [
                "Template “xmas”: version 3 → 4",
                "The template’s “late” is left out: No late nights here",
            ],
        ),
        (
            TemplateUse(id="xmas", version=3, without={"late": "Sunday", "early": "Monday"}),
            TemplateUse(id="summer", version=3, without={"early": "Tuesday"}),
            [
                "Template: “xmas” → “summer”",
                "The template’s “late” is no longer left out",
                "The template’s “early” is left out for another reason: Tuesday",
            ],
        ),
    ],
)
def test_the_template(
    before: TemplateUse | None, after: TemplateUse | None, words: list[str]
) -> None:
    assert said(Schedule(template=before), Schedule(template=after)) == words
