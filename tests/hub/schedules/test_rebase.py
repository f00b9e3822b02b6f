"""A draft on top of what was deployed since: nobody's change is lost without a word."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hub.schedules.rebase import rebase
from scenes.names import Names
from scenes.rules import OpenHours, Rule
from scenes.schedule import Schedule, TemplateUse
from tests.hub.shops import rule

NAMES = Names({"entrance": "Entrance"})
CALM = rule("calm", "calm-morning", "09:00", "11:00", name="Calm")
EVENING = rule("evening", "evening", "17:00", "20:00", name="Evening")
SALE = rule("sale", "event", "12:00", "13:00", name="Sale")
BASE = Schedule(rules=(CALM, EVENING), hours={"mon": OpenHours("10:00", "20:00")})


def later(item: Rule) -> Rule:
    return msgspec.structs.replace(item, until="21:00")


def having(*rules: Rule, **fields: object) -> Schedule:
    return msgspec.structs.replace(BASE, rules=rules, **fields)


def test_changes_of_different_things_come_together() -> None:
    deployed = having(later(CALM), EVENING, quiet_scene="closing")
    draft = having(CALM, SALE, hours={**BASE.hours, "tue": OpenHours("10:00", "18:00")})
    merged = rebase(BASE, deployed, draft, NAMES)
    assert merged.conflicts == ()
    assert merged.schedule == having(later(CALM), SALE, quiet_scene="closing", hours=draft.hours)


def test_both_changing_one_thing_is_a_conflict_with_both_changes_named() -> None:
    deployed = having(later(CALM), EVENING, template=TemplateUse(id="winter", version=1))
    draft = having(EVENING, template=TemplateUse(id="summer", version=1), hours={})
    merged = rebase(BASE, deployed, draft, NAMES)
    assert merged.conflicts == (
        "Deployed since: Rule “Calm”: until 11:00 → 21:00. In the draft: Rule “Calm” removed",
        (
            "Deployed since: Built on the template “winter”, version 1. "
            "In the draft: Built on the template “summer”, version 1"
        ),
    )
    assert merged.schedule == draft
    theirs = rebase(BASE, deployed, draft, NAMES, prefer="deployed")
    assert theirs.conflicts == merged.conflicts
    assert theirs.schedule == having(later(CALM), EVENING, template=deployed.template, hours={})


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    both = having(later(CALM), EVENING, SALE)
    assert rebase(BASE, both, both, NAMES).conflicts == ()
    assert rebase(BASE, both, both, NAMES).schedule == both


def test_the_order_of_whoever_turned_it_around_holds() -> None:
    turned, added = having(EVENING, CALM), having(CALM, EVENING, SALE)
    for deployed, draft in ((turned, added), (added, turned)):
        assert rebase(BASE, deployed, draft, NAMES).schedule == having(EVENING, CALM, SALE)
    between = having(CALM, SALE, EVENING)
    assert rebase(BASE, BASE, between, NAMES).schedule == between


SIDES = st.builds(
    lambda rules, quiet: Schedule(rules=tuple(rules.values()), quiet_scene=quiet),
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]), st.sampled_from(["trading", "evening", "event"])
    ).map(lambda found: {key: rule(key, scene, "09:00", "10:00") for key, scene in found.items()}),
    st.sampled_from(["quiet-hour", "closing"]),
)


@given(base=SIDES, deployed=SIDES, draft=SIDES)
def test_a_rebase_invents_and_loses_nothing(
    base: Schedule, deployed: Schedule, draft: Schedule
) -> None:
    assert rebase(base, base, draft, NAMES) == rebase(base, base, draft, NAMES, "deployed")
    assert set(rebase(base, base, draft, NAMES).schedule.rules) == set(draft.rules)
    assert rebase(base, deployed, base, NAMES).schedule == deployed
    merged = rebase(base, deployed, draft, NAMES)
    was, now, mine, then = (
        {item.id: item for item in side.rules} for side in (base, merged.schedule, draft, deployed)
    )
    clashes = 0
    for key in {*was, *now, *mine, *then}:
        old, theirs, ours = was.get(key), then.get(key), mine.get(key)
        clashes += old != theirs != ours != old
        assert now.get(key) == (ours if ours != old else theirs)
    scenes = [side.quiet_scene for side in (base, deployed, draft)]
    clashes += len(set(scenes)) == 3
    assert len(merged.conflicts) == clashes
