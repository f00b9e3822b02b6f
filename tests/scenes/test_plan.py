"""A plan answers for every instant of its horizon and for none beyond."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.errors import OutsidePlanError
from scenes.plan import Plan
from tests.scenes.examples import CALM, DARK, NOON, plan


@given(st.lists(st.integers(1, 1439), unique=True, max_size=12), st.integers(0, 1439))
def test_at_finds_the_last_slot_that_has_begun(minutes: list[int], probe: int) -> None:
    starts = [0, *sorted(minutes)]
    the_plan = plan(*((start, CALM if at % 2 else DARK) for at, start in enumerate(starts)))
    expected = max(start for start in starts if start <= probe)
    slot = the_plan.at(NOON + timedelta(minutes=probe))
    assert slot.start == NOON + timedelta(minutes=expected)
    assert the_plan.scene_at(NOON + timedelta(minutes=probe)).id == slot.scene


@pytest.mark.parametrize("hours", [-1, 24, 25])
def test_beyond_the_horizon_there_is_no_answer(hours: int) -> None:
    with pytest.raises(OutsidePlanError):
        plan((0, CALM)).at(NOON + timedelta(hours=hours))


def test_next_change_skips_slots_of_the_same_scene() -> None:
    the_plan = plan((0, CALM), (60, CALM), (120, DARK))
    change = the_plan.next_change(NOON)
    assert change is not None
    assert change.start == NOON + timedelta(minutes=120)
    assert the_plan.next_change(change.start) is None
    assert the_plan.end_of(0) == NOON + timedelta(minutes=60)
    assert the_plan.end_of(2) == the_plan.until


@pytest.mark.parametrize(
    ("starts", "hours", "complaint"),
    [
        ((), 24, "at least one slot"),
        ((60, 0), 24, "rising order"),
        ((0, 0), 24, "rising order"),
        ((0, 60), 1, "after its last slot"),
    ],
)
def test_a_malformed_plan_cannot_be_made(
    starts: tuple[int, ...], hours: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        plan(*((start, CALM) for start in starts), hours=hours)


def test_a_plan_without_a_recipe_cannot_be_made() -> None:
    good = plan((0, CALM))
    with pytest.raises(ValueError, match="recipe of calm"):
        Plan(
            store=good.store,
            zone=good.zone,
            epoch=1,
            revision=1,
            compiled_at=NOON,
            slots=good.slots,
            until=good.until,
            scenes={},
        )
