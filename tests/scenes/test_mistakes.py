"""Mistakes of a schedule: each found, placed, and said so that a person knows what to do."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from scenes.mistakes import Ground, Problem, problems
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
from scenes.scene import MusicCue, Scene, ScentCue
from scenes.schedule import Schedule, TemplateUse
from tests.scenes.schedules import ZONES, schedules

SCENES = {
    name: Scene(id=name, name=name) for name in ("calm", "evening", "quiet-hour", "emergency")
} | {
    "party": Scene(
        id="party",
        name="Party",
        music=MusicCue(source="playlist:party", volume=60),
        scent=ScentCue(fragrance="amber", intensity=20),
    )
}
GROUND = Ground(
    scenes=SCENES,
    drafts=("sketch",),
    retired=("old",),
    zones=tuple(ZONES),
    holidays=("Christmas Day", "New Year's Day"),
)
RULE = Rule(id="evenings", zones=("entrance",), scene="evening", from_="17:00", until="20:00")
EVE = SpecialDays(dates=(DateSpan(first="2026-12-24", last="2026-12-26"),))
SALE = DateException(
    id="sale", name="Sale", zones=("all",), scene="calm", from_="10:00", until="14:00", days=EVE
)
CROWD = Reaction(id="crowd", zones=("all",), scene="calm", measure="noise", above=70, below=60)


def found(schedule: Schedule, **ground: Any) -> list[tuple[str, str]]:
    """Every problem that forbids deploying."""
    told = problems(schedule, replaced(**ground))
    return [(each.place, each.sentence) for each in told if each.forbids]


def warned(schedule: Schedule, **ground: Any) -> list[tuple[str, str]]:
    told = problems(schedule, replaced(**ground))
    assert not [each for each in told if each.forbids]
    return [(each.place, each.sentence) for each in told]


def replaced(**fields: Any) -> Ground:
    known = {name: getattr(GROUND, name) for name in Ground.__dataclass_fields__}
    return Ground(**known | fields)


def rule(**fields: Any) -> Schedule:
    return Schedule(rules=(msgspec.structs.replace(RULE, **fields),))


@given(schedules)
def test_any_draft_is_read_and_every_problem_is_a_sentence_with_a_place(schedule: Schedule) -> None:
    for problem in problems(schedule, GROUND):
        assert problem.place
        assert problem.sentence[0].isupper()
        assert problem.sentence[-1] != "."


def test_what_is_right_has_no_problem() -> None:
    schedule = Schedule(
        hours={"mon": OpenHours("10:00", "20:00")},
        special_hours=(SpecialHours(id="eve", days=EVE),),
        zone_groups={"front": ("entrance", "window")},
        rules=(msgspec.structs.replace(RULE, zones=("front", "all"), until="closing"),),
        exceptions=(SALE,),
        quiet_hours=(QuietHour(id="quiet", zones=("all",), from_="sunrise", until="11:00"),),
        reactions=(CROWD,),
    )
    assert problems(schedule, GROUND) == ()


@pytest.mark.parametrize(
    ("fields", "place", "sentence"),
    [
        ({"scene": "evning"}, "scene", ": no scene is called “evning”; did you mean “evening”?"),
        ({"scene": "zzz"}, "scene", ": no scene is called “zzz”"),
        ({"scene": "old"}, "scene", " plays “old”, which is retired: choose another scene"),
        ({"scene": "sketch"}, "scene", " plays “sketch”, which is a draft: publish it first"),
        (
            {"zones": ("entrace",)},
            "zones",
            ": the store has no zone or zone group “entrace”; did you mean “entrance”?",
        ),
        ({"zones": ()}, "zones", " has no zone: choose at least one"),
        ({"weekdays": ()}, "weekdays", " has no weekday: choose at least one"),
        ({"from_": "24:00"}, "from", " begins at 24:00: say 00:00 of the next day"),
        (
            {"valid_from": "2026-12-02", "valid_to": "2026-12-01"},
            "valid_to",
            " ends on 2026-12-01, before it begins on 2026-12-02",
        ),
        (
            {"until": "closing"},
            "until",
            " goes by closing, but the store has no opening hours: give them first",
        ),
    ],
)
def test_a_rule(fields: dict[str, Any], place: str, sentence: str) -> None:
    assert found(rule(**fields)) == [(f"rules[evenings].{place}", f"Rule “evenings”{sentence}")]


def test_a_store_without_a_place_has_no_sun_and_without_a_country_no_holidays() -> None:
    assert found(rule(from_="sunset-00:30"), has_sun=False) == [
        (
            "rules[evenings].from",
            (
                "Rule “evenings” goes by the sunset, but nobody said where the store is: "
                "give its latitude and longitude"
            ),
        )
    ]
    holidays = msgspec.structs.replace(SALE, days=SpecialDays(holidays=("Christmas Dya", "all")))
    assert found(Schedule(exceptions=(holidays,))) == [
        (
            "exceptions[sale].days.holidays",
            (
                "Exception “Sale”: the store’s country has no holiday “Christmas Dya”; "
                "did you mean “Christmas Day”?"
            ),
        )
    ]
    told = found(Schedule(exceptions=(holidays,)), holidays=())
    assert [sentence for _, sentence in told] == [
        "Exception “Sale” goes by public holidays, but none are known: give the store’s country"
    ] * 2


def test_a_day_on_which_the_store_is_closed() -> None:
    hours = {"mon": OpenHours("10:00", "20:00")}
    sunday = msgspec.structs.replace(RULE, until="closing", weekdays=("sat", "sun"))
    assert warned(Schedule(hours=hours, rules=(sunday,))) == [  # type: ignore[arg-type]
        (
            "rules[evenings].until",
            (
                "Rule “evenings” goes by closing, but the store is closed on Saturday and Sunday: "
                "it plays on special hours alone"
            ),
        )
    ]


def test_dates_and_hours() -> None:
    eve = SpecialDays(dates=(DateSpan(first="2026-12-24", last="2026-12-24"),))
    special = SpecialHours(id="eve", days=eve, hours=OpenHours("24:00", "02:00"))
    assert found(
        Schedule(hours={"fri": OpenHours("24:00", "02:00")}, special_hours=(special,))
    ) == [
        (
            "hours[fri].from",
            "The opening hours of Friday begin at 24:00: say 00:00 of the next day",
        ),
        (
            "special_hours[eve].hours.from",
            "Special hours “eve” begin at 24:00: say 00:00 of the next day",
        ),
    ]


def test_special_hours_that_overlap() -> None:
    first = SpecialHours(id="eve", days=EVE)
    second = SpecialHours(
        id="sale",
        days=SpecialDays(dates=(DateSpan(first="2026-12-26", last="2026-12-30"),)),
        hours=OpenHours("10:00", "14:00"),
    )
    assert warned(Schedule(special_hours=(first, second))) == [
        (
            "special_hours[sale]",
            ("Special hours “sale” and “eve” both hold on 2026-12-26: the first of the list wins"),
        )
    ]
    holiday = msgspec.structs.replace(second, days=SpecialDays(holidays=("all",)))
    other = msgspec.structs.replace(holiday, id="closed", hours=None)
    assert "every public holiday" in warned(Schedule(special_hours=(holiday, other)))[0][1]
    same = msgspec.structs.replace(second, id="twice")
    assert warned(Schedule(special_hours=(second, same))) == []
    assert warned(Schedule(special_hours=(first, holiday))) == [], "a date stands above a holiday"


def test_special_hours_that_lose_are_told_against_those_that_hold_on_the_day() -> None:
    hours = (OpenHours("10:00", "14:00"), OpenHours("10:00", "15:00"), OpenHours("10:00", "16:00"))
    specials = [SpecialHours(id=f"s{n}", days=EVE, hours=hours[n]) for n in range(3)]
    assert [place for place, _ in warned(Schedule(special_hours=tuple(specials)))] == [
        "special_hours[s1]",
        "special_hours[s2]",
    ], "of the last two neither holds"


def test_twin_ids_in_every_list() -> None:
    quiet = QuietHour(id="quiet", zones=("all",), from_="10:00", until="11:00")
    eve = SpecialHours(id="eve", days=EVE)
    schedule = Schedule(
        special_hours=(eve, eve),
        rules=(RULE, RULE),
        exceptions=(SALE, SALE),
        quiet_hours=(quiet, quiet),
        reactions=(CROWD, CROWD),
    )
    assert [place for place, _ in found(schedule)] == [
        "special_hours[eve].id",
        "rules[evenings].id",
        "exceptions[sale].id",
        "quiet_hours[quiet].id",
        "reactions[crowd].id",
    ]
    assert found(schedule)[1][1] == "Rule “evenings”: another one has the id “evenings” too"


def test_zone_groups() -> None:
    assert found(Schedule(zone_groups={"all": ("entrance",), "window": ("entrance",)})) == [
        (
            "zone_groups[all]",
            "Zone group “all”: that word means all zones already, call it otherwise",
        ),
        ("zone_groups[window]", "Zone group “window” has the name of a zone: call it otherwise"),
    ]
    assert found(Schedule(zone_groups={"front": ("windw",)})) == [
        (
            "zone_groups[front]",
            "Zone group “front”: the store has no zone “windw”; did you mean “window”?",
        )
    ]
    assert warned(Schedule(zone_groups={"front": ()})) == [
        ("zone_groups[front]", "Zone group “front” has no zone")
    ]


def test_a_reaction_is_measured_in_a_zone() -> None:
    away = msgspec.structs.replace(CROWD, measured_in="door", scene="zzz", zones=("door",))
    assert [place for place, _ in found(Schedule(reactions=(away,)))] == [
        "reactions[crowd].scene",
        "reactions[crowd].zones",
        "reactions[crowd].measured_in",
    ]


def test_a_quiet_hour_should_and_an_emergency_must_be_silent() -> None:
    quiet = QuietHour(id="quiet", zones=("all",), from_="10:00", until="11:00", scene="party")
    assert warned(Schedule(quiet_hours=(quiet,), quiet_scene="party")) == [
        (
            "quiet_hours[quiet].scene",
            "Quiet hour “quiet” plays “party”, which has music and scent: choose a scene without",
        ),
        (
            "quiet_scene",
            (
                "The preset of a quiet hour plays “party”, which has music and scent: "
                "choose a scene without"
            ),
        ),
    ]
    assert [place for place, _ in found(Schedule(emergency_scene="party"))] == ["emergency_scene"]
    assert found(Schedule(quiet_scene="zzz"))[0][0] == "quiet_scene"


def test_a_template_is_not_asked_for_what_its_stores_have() -> None:
    template = Schedule(
        zone_groups={"front": ("door",)},
        rules=(msgspec.structs.replace(RULE, zones=("door", "front"), until="closing"),),
        exceptions=(msgspec.structs.replace(SALE, days=SpecialDays(holidays=("Easter",))),),
    )
    assert problems(template, Ground(scenes=SCENES)) == ()


def test_a_store_may_use_the_groups_of_its_template_and_leave_out_what_it_has() -> None:
    template = Schedule(zone_groups={"front": ("entrance",)}, rules=(RULE,))
    use = TemplateUse(id="summer", version=1, without={"evenings": "Closed", "evenigs": "Typo"})
    local = Schedule(rules=(msgspec.structs.replace(RULE, zones=("front",)),), template=use)
    assert problems(local, replaced(template=template)) == (
        Problem(
            "template.without[evenigs]",
            "The template has no “evenigs” that could be left out; did you mean “evenings”?",
            forbids=False,
        ),
    )
    assert found(local)[0][0] == "rules[evenings].zones"
    gone = msgspec.structs.replace(
        local, template=msgspec.structs.replace(use, without={"front": "One door"})
    )
    assert found(gone, template=template)[0][0] == "rules[evenings].zones", "it left the group out"


def test_what_leaves_out_several_things_of_one_id_says_so() -> None:
    template = Schedule(
        special_hours=(SpecialHours(id="xmas", days=EVE),),
        rules=(msgspec.structs.replace(RULE, id="xmas", name="Glitter"),),
    )
    use = TemplateUse(id="chain", version=1, without={"xmas": "Listed building"})
    assert warned(Schedule(template=use), template=template) == [
        (
            "template.without[xmas]",
            "“xmas” leaves out Rule “Glitter” and Special hours “xmas”, which share that id",
        )
    ]
