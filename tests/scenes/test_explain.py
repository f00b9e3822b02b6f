"""Why is this on: all claims, and the winner is the plan's slot."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scenes.compiler import Wish, compile_slots
from scenes.explain import explain
from scenes.rules import Layer
from tests.scenes.strategies import FALLBACK, instants
from tests.scenes.test_compiler_model import Week, dice_of, zone_names

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def wish(layer: Layer, source: str, *, priority: int = 0, start: datetime = NOON - HOUR) -> Wish:
    return Wish(
        start=start,
        end=NOON + HOUR,
        layer=layer,
        scene="calm",
        source=source,
        reason=f"because of {source}",
        author="Kim",
        priority=priority,
    )


def why_lost(*wishes: Wish) -> list[tuple[str, str]]:
    explanation = explain(wishes, FALLBACK, NOON)
    assert [claim.wins for claim in explanation.claims] == [True] + [False] * len(wishes)
    assert not explanation.winner.lost
    return [(claim.source, claim.lost) for claim in explanation.claims[1:]]


def test_the_stronger_layer_wins_and_is_named() -> None:
    exception = wish(Layer.EXCEPTION, "exception:b", priority=9)
    choice = wish(Layer.OVERRIDE, "override:c")
    assert why_lost(wish(Layer.RULE, "rule:a"), exception, choice) == [
        ("exception:b", "The override is stronger"),
        ("rule:a", "The override is stronger"),
        ("fallback", "The override is stronger"),
    ]


def test_a_trigger_that_wins_is_called_one_and_a_reaction_too() -> None:
    rule = wish(Layer.RULE, "rule:a")
    assert why_lost(rule, wish(Layer.REACTION, "trigger:till")) == [
        ("rule:a", "The trigger is stronger"),
        ("fallback", "The trigger is stronger"),
    ]
    assert why_lost(rule, wish(Layer.REACTION, "reaction:crowd"))[0] == (
        "rule:a",
        "The reaction is stronger",
    )


def test_within_a_layer_the_priority_decides_then_who_began_last_then_the_name() -> None:
    late = wish(Layer.RULE, "rule:z", priority=1, start=NOON)
    others = (
        wish(Layer.RULE, "rule:low", start=NOON),
        wish(Layer.RULE, "rule:early", priority=1),
        wish(Layer.RULE, "rule:zz", priority=1, start=NOON),
    )
    assert why_lost(*others, late) == [
        ("rule:zz", "Both began together, and “z” sorts before “zz”"),
        ("rule:early", "It began earlier, and of equals the one that began last wins"),
        ("rule:low", "Its priority is lower: 0 against 1"),
        ("fallback", "The rule is stronger"),
    ]


def test_of_a_reaction_and_a_trigger_that_begin_together_it_says_which_goes_first() -> None:
    reaction = wish(Layer.REACTION, "reaction:z", start=NOON)
    trigger = wish(Layer.REACTION, "trigger:a", start=NOON)
    assert why_lost(trigger, reaction)[0] == (
        "trigger:a",
        "Both began together, and of equals a reaction goes before a trigger",
    )


def test_a_claim_says_from_when_until_when_by_whom_and_why() -> None:
    winner = explain([wish(Layer.OVERRIDE, "override:c")], FALLBACK, NOON).winner
    assert (winner.start, winner.end, winner.author) == (NOON - HOUR, NOON + HOUR, "Kim")
    assert (winner.scene, winner.reason) == ("calm", "because of override:c")


def test_what_ended_or_has_not_begun_is_no_claim_and_the_fallback_always_is() -> None:
    past = wish(Layer.RULE, "rule:a")
    explanation = explain([past], FALLBACK, past.end)
    (claim,) = explanation.claims
    assert (claim.layer, claim.scene, claim.wins) == (Layer.FALLBACK, FALLBACK, True)
    assert (claim.start, claim.end, claim.lost) == (None, None, "")
    assert claim.reason
    assert len(explain([past], FALLBACK, past.start).claims) == 2
    assert len(explain([past], FALLBACK, past.start - HOUR).claims) == 1


@given(dice_of, zone_names, instants, st.integers(0, 11 * 3600))
def test_the_winner_is_the_plans_slot(
    dice: Random, name: str, start: datetime, probe_s: int
) -> None:
    end = start + timedelta(hours=12)
    instant = start + timedelta(seconds=probe_s)
    wishes = Week(dice, start, 0).wishes(ZoneInfo(name), start, end)
    edges = [edge for wish in wishes for edge in (wish.start, wish.end) if start <= edge < end]
    slots = compile_slots(wishes, FALLBACK, start, end)
    for moment in (instant, *edges):
        slot = next(slot for slot in reversed(slots) if slot.start <= moment)
        winner = explain(wishes, FALLBACK, moment).winner
        assert (slot.scene, slot.source, slot.layer, slot.reason, slot.author) == (
            winner.scene,
            winner.source,
            winner.layer,
            winner.reason,
            winner.author,
        )
