"""A template under a store's own schedule: whose item stands, and the list of what differs."""

import msgspec
import pytest
from hypothesis import given, settings

from scenes.mistakes import Ground, problems
from scenes.names import Names
from scenes.rules import OpenHours, QuietHour, Rule, SpecialDays, SpecialHours
from scenes.schedule import Schedule, TemplateUse
from scenes.schedule_words import KINDS, Item
from scenes.template import (
    Deviation,
    deviations,
    effective,
    refusals,
)
from tests.scenes.schedules import SCENE_NAMES, ZONES, schedules

NAMES = Names(ZONES, SCENE_NAMES)
CALM = Rule(
    id="calm", name="Calm mornings", zones=("all",), scene="calm", from_="09:00", until="11:00"
)
LATE = Rule(id="late", name="Late", zones=("attic",), scene="evening", from_="18:00", until="22:00")
QUIET = QuietHour(id="quiet", zones=("all",), from_="10:00", until="11:00", locked=True)
TEMPLATE = Schedule(
    zone_groups={"front": ("entrance", "window")}, rules=(CALM, LATE), quiet_hours=(QUIET,)
)


def items(schedule: Schedule, section: str) -> tuple[Item, ...]:
    found: tuple[Item, ...] = getattr(schedule, section)
    return found


def locked(item: Item) -> bool:
    return getattr(item, "locked", False)


def without_note(item: Item | None) -> Item | None:
    return item and msgspec.structs.replace(item, note="")


@settings(max_examples=25)
@given(schedules, schedules)
def test_every_item_is_the_stores_or_the_templates_by_the_words(
    local: Schedule, template: Schedule
) -> None:
    stands = effective(local, template)
    without = local.template.without if local.template else {}
    for section in KINDS:
        own = {item.id: item for item in items(local, section)}
        under = {item.id: item for item in items(template, section)}
        result = {item.id: item for item in items(stands, section)}
        assert len(result) == len(items(stands, section)), "ids stay unique"
        for item_id in own.keys() | under.keys():
            if item_id in under and locked(under[item_id]):
                assert result[item_id] == under[item_id]
            elif item_id in own:
                assert result[item_id] == own[item_id]
            elif item_id in without:
                assert item_id not in result
            else:
                assert result[item_id] == under[item_id]
        assert result.keys() <= own.keys() | under.keys()
    assert stands.template is None
    assert (stands.hours, stands.quiet_scene, stands.emergency_scene) == (
        local.hours,
        local.quiet_scene,
        local.emergency_scene,
    )


@settings(max_examples=25)
@given(schedules, schedules)
def test_a_store_deviates_just_where_it_does_not_follow_its_template(
    local: Schedule, template: Schedule
) -> None:
    found = {each.place for each in deviations(local, template, NAMES)}
    stands = effective(local, template)
    for section in KINDS:
        under = {item.id: item for item in items(template, section)}
        result = {item.id: item for item in items(stands, section)}
        differing = {
            f"{section}[{item_id}]"
            for item_id in under.keys() | result.keys()
            if without_note(under.get(item_id)) != without_note(result.get(item_id))
        }
        assert {place for place in found if place.startswith(f"{section}[")} == differing


@given(schedules)
def test_a_store_with_nothing_of_its_own_follows_its_template(template: Schedule) -> None:
    local = Schedule(hours={"mon": OpenHours("10:00", "20:00")})
    assert deviations(local, template, NAMES) == ()
    assert deviations(template, template, NAMES) == ()
    assert refusals(local, template, ZONES) == ()
    stands = effective(local, template)
    assert stands.rules == template.rules
    assert stands.zone_groups == template.zone_groups


def test_without_a_template_the_store_stands_alone() -> None:
    local = Schedule(rules=(CALM,), template=TemplateUse(id="gone", version=1))
    assert effective(local, None) == Schedule(rules=(CALM,))


def test_what_the_store_has_not_matches_nothing() -> None:
    stands = effective(Schedule(), TEMPLATE)
    assert stands.zones_of(LATE.zones, ("entrance",)) == frozenset()
    assert stands.zones_of(("front",), ("entrance",)) == {"entrance"}


def test_the_stores_special_hours_come_first_because_the_first_of_equals_holds() -> None:
    special = SpecialHours(id="eve", days=SpecialDays(holidays=("all",)))
    own = msgspec.structs.replace(special, id="own", hours=OpenHours("10:00", "12:00"))
    stands = effective(Schedule(special_hours=(own,)), Schedule(special_hours=(special,)))
    assert [each.id for each in stands.special_hours] == ["own", "eve"]


def test_a_locked_item_stands_and_says_so() -> None:
    other = msgspec.structs.replace(QUIET, until="10:30")
    local = Schedule(
        quiet_hours=(other,),
        template=TemplateUse(id="chain", version=1, without={"quiet": "Too quiet here"}),
    )
    assert effective(local, TEMPLATE).quiet_hours == (QUIET,)
    assert [(each.place, each.sentence) for each in refusals(local, TEMPLATE, ZONES)] == [
        (
            "quiet_hours[quiet]",
            "Quiet hour “quiet” is locked by the template: a store can’t change it",
        ),
        (
            "template.without[quiet]",
            "Quiet hour “quiet” is locked by the template: a store can’t leave it out",
        ),
    ]
    ground = Ground(scenes={}, zones=tuple(ZONES), template=TEMPLATE)
    forbidden = {each.place for each in problems(local, ground) if each.forbids}
    assert {"quiet_hours[quiet]", "template.without[quiet]"} <= forbidden


def test_a_locked_item_that_the_store_repeats_word_by_word_is_fine() -> None:
    assert refusals(Schedule(quiet_hours=(QUIET,)), TEMPLATE, ZONES) == ()
    assert effective(Schedule(quiet_hours=(QUIET,)), TEMPLATE).quiet_hours == (QUIET,)


FRONT = msgspec.structs.replace(
    TEMPLATE, quiet_hours=(msgspec.structs.replace(QUIET, zones=("front",)),)
)


def test_a_zone_group_that_a_locked_item_names_can_not_be_left_out() -> None:
    without = {"front": "We have no front"}
    local = Schedule(template=TemplateUse(id="chain", version=1, without=without))
    assert effective(local, FRONT).zone_groups == FRONT.zone_groups
    assert [(each.place, each.sentence) for each in refusals(local, FRONT, ZONES)] == [
        (
            "template.without[front]",
            (
                "Zone group “front” is named by Quiet hour “quiet”, which the template locks: "
                "a store can’t leave it out"
            ),
        )
    ]
    assert effective(local, TEMPLATE).zone_groups == {}, "nothing that is locked names it"
    assert refusals(local, TEMPLATE, ZONES) == ()


@pytest.mark.parametrize("zones", [(), ("cellar",)])
def test_a_locked_item_can_not_be_made_to_play_nowhere_by_its_zone_group(
    zones: tuple[str, ...],
) -> None:
    local = Schedule(zone_groups={"front": zones}, template=TemplateUse(id="chain", version=1))
    ground = Ground(scenes={}, zones=tuple(ZONES), template=FRONT)
    told = (
        "Quiet hour “quiet” is locked by the template and would play nowhere: "
        "give the zone group “front” a zone of the store"
    )
    assert ("zone_groups[front]", told, True) in [
        (each.place, each.sentence, each.forbids) for each in problems(local, ground)
    ]


def test_a_store_may_give_the_zone_group_of_a_locked_item_other_zones() -> None:
    local = Schedule(zone_groups={"front": ("fitting-rooms",)})
    assert refusals(local, FRONT, ZONES) == ()
    stands = effective(local, FRONT)
    assert stands.zones_of(stands.quiet_hours[0].zones, ZONES) == {"fitting-rooms"}
    assert refusals(Schedule(zone_groups={"front": ()}), FRONT, ("cellar",)) == (), (
        "the template’s own front has no zone there either"
    )


@given(schedules, schedules)
def test_what_is_locked_plays_somewhere_unless_it_is_refused(
    local: Schedule, template: Schedule
) -> None:
    if refusals(local, template, ZONES):
        return
    stands = effective(local, template)
    for section in ("rules", "exceptions", "quiet_hours", "reactions"):
        for item in getattr(template, section):
            if item.locked and template.zones_of(item.zones, ZONES):
                assert stands.zones_of(item.zones, ZONES)


def test_the_list_of_what_a_store_has_otherwise_and_why() -> None:
    local = Schedule(
        zone_groups={"front": ("entrance",)},
        rules=(
            msgspec.structs.replace(CALM, until="12:00", note="Opens slowly"),
            Rule(
                id="market",
                name="Market day",
                zones=("entrance",),
                scene="rush",
                from_="09:00",
                until="13:00",
                weekdays=("sat",),
                note="Fish market next door",
            ),
        ),
        template=TemplateUse(id="chain", version=3, without={"late": "No late nights here"}),
    )
    assert deviations(local, TEMPLATE, NAMES, newest_version=5) == (
        Deviation(
            "older-version", "template", "Built on version 3 of the template; the newest is 5"
        ),
        Deviation(
            "changed",
            "rules[calm]",
            "Rule “Calm mornings”: until 11:00 → 12:00",
            "Opens slowly",
        ),
        Deviation("left-out", "rules[late]", "Rule “Late” left out", "No late nights here"),
        Deviation(
            "added",
            "rules[market]",
            "Rule “Market day” added: Saturday 09:00 to 13:00 Rush hour in Entrance",
            "Fish market next door",
        ),
        Deviation(
            "changed", "zone_groups[front]", "Zone group “front”: Entrance and Window → Entrance"
        ),
    )
