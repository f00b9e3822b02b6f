"""Two beams side by side: which way somebody went, as rules over whole crowds."""

from hypothesis import given
from hypothesis import strategies as st

from devices.capabilities import Direction
from devices.drivers.gpio.beam_order import Beam, BeamOrder

Change = tuple[Beam, bool]
IN: list[Change] = [("outer", True), ("inner", True), ("outer", False), ("inner", False)]
OUT: list[Change] = [("inner", True), ("outer", True), ("inner", False), ("outer", False)]
TURNS: list[list[Change]] = [
    # as far as the first beam, into both, and all but through
    [("outer", True), ("outer", False)],
    [("outer", True), ("inner", True), ("inner", False), ("outer", False)],
    [
        ("outer", True),
        ("inner", True),
        ("outer", False),
        ("outer", True),
        ("inner", False),
        ("outer", False),
    ],
]
LONGEST_S = 60.0


def mirrored(changes: list[Change]) -> list[Change]:
    return [("inner" if beam == "outer" else "outer", broken) for beam, broken in changes]


def passages(changes: list[Change], step_s: float = 0.1) -> list[Direction]:
    order = BeamOrder(LONGEST_S)
    told = (order.change(*change, number * step_s) for number, change in enumerate(changes))
    return [direction for direction in told if direction is not None]


people = st.lists(st.sampled_from(["in", "out", "turn", "turn-inside"]), max_size=12)


def walk(doing: str, turn: int) -> list[Change]:
    turning = TURNS[turn % len(TURNS)]
    return {"in": IN, "out": OUT, "turn": turning, "turn-inside": mirrored(turning)}[doing]


@given(people, st.integers(0, 2))
def test_a_row_of_people_is_counted_one_by_one_and_who_turns_round_is_not(
    row: list[str], turn: int
) -> None:
    changes = [change for doing in row for change in walk(doing, turn)]
    assert passages(changes) == [doing for doing in row if doing in {"in", "out"}]


@given(people, st.data())
def test_a_beam_that_flickers_changes_no_count(row: list[str], data: st.DataObject) -> None:
    """Each change may be there and back a few times before it stays."""
    changes: list[Change] = []
    for doing in row:
        for beam, broken in walk(doing, 1):
            flickers = data.draw(st.integers(0, 3))
            changes += [(beam, broken), (beam, not broken)] * flickers + [(beam, broken)]
    assert passages(changes) == [doing for doing in row if doing in {"in", "out"}]


@given(st.lists(st.tuples(st.sampled_from(["outer", "inner"]), st.booleans())))
def test_whatever_the_beams_do_a_passage_took_both_and_left_both_free(
    changes: list[tuple[Beam, bool]],
) -> None:
    order = BeamOrder(LONGEST_S)
    broken: set[Beam] = set()
    since: set[Beam] = set()
    for number, (beam, is_broken) in enumerate(changes):
        told = order.change(beam, is_broken, number)
        broken = broken | {beam} if is_broken else broken - {beam}
        since |= broken
        if told is not None:
            assert not broken
            assert since == {"outer", "inner"}
        if not broken:
            since = set()
            assert order.blocked_s(number) == 0


@given(people)
def test_the_other_side_sees_the_mirror_image(row: list[str]) -> None:
    changes = [change for doing in row for change in walk(doing, 2)]
    there, back = passages(changes), passages(mirrored(changes))
    assert [{"in": "out", "out": "in"}[direction] for direction in there] == back


def test_who_follows_without_a_gap_is_not_told_apart() -> None:
    close = [*IN[:3], ("outer", True), ("inner", False), ("inner", True), *IN[2:]]
    assert passages(close) == ["in"]


def test_who_stood_there_at_the_start_came_from_nobody_knows_where() -> None:
    order = BeamOrder(LONGEST_S)
    order.begin({"outer", "inner"}, 0)
    assert [order.change(*change, 1) for change in IN] == [None] * 4
    assert [order.change(*change, 2) for change in IN][-1] == "in"


def test_what_stood_in_the_beams_for_long_was_no_person() -> None:
    order = BeamOrder(LONGEST_S)
    for change in IN[:3]:
        order.change(*change, 0)
    assert order.blocked_s(LONGEST_S + 1) == LONGEST_S + 1
    assert order.change("inner", False, LONGEST_S + 1) is None
    assert order.blocked_s(LONGEST_S + 1) == 0
