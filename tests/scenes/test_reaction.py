"""A reaction begins, holds, calms and rests as its description says, whatever is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.reaction import (
    GAP_S,
    ReactionState,
    begins,
    certain,
    ends,
    phase,
    rests_until,
    step,
)
from scenes.rules import Reaction

NOON = datetime(2026, 10, 22, 10, tzinfo=UTC)


def crowded(**more: object) -> Reaction:
    """When six people are there for 5 minutes, until it was three for 10."""
    fields: dict[str, object] = {
        "id": "crowded",
        "zones": ("entrance",),
        "scene": "breathing-space",
        "measure": "occupancy",
        "above": 6,
        "below": 3,
        **more,
    }
    return Reaction(**fields)  # type: ignore[arg-type]


@dataclass
class Bench:
    """Steps a reaction and keeps when it began and ended, in seconds after noon."""

    reaction: Reaction = field(default_factory=crowded)
    state: ReactionState = field(default_factory=ReactionState)
    told: list[tuple[float, str]] = field(default_factory=list)

    def measure(self, value: float | None, seconds: Iterable[float]) -> None:
        """The same value at each of these seconds."""
        for at in seconds:
            after = step(self.reaction, self.state, value, NOON + timedelta(seconds=at))
            if begins(self.state, after):
                self.told.append((at, "begins"))
            if ends(self.state, after):
                self.told.append((at, "ends"))
            self.state = after

    def phase(self, at: float) -> str:
        return phase(self.reaction, self.state, NOON + timedelta(seconds=at))


def test_a_crowd_of_five_minutes_begins_and_a_calm_of_ten_ends() -> None:
    bench = Bench()
    bench.measure(2, range(10))
    assert bench.phase(9) == "watching"
    bench.measure(7, range(10, 310))
    assert (bench.phase(309), bench.told) == ("building", [])
    bench.measure(7, range(310, 400))
    assert (bench.phase(399), bench.told) == ("at-work", [(310, "begins")])
    bench.measure(3, range(400, 1000))
    assert bench.phase(999) == "calming"
    bench.measure(3, range(1000, 1002))
    assert bench.told == [(310, "begins"), (1000, "ends")]
    assert bench.phase(1001) == "resting"


def test_between_the_limits_nothing_begins_and_nothing_calms() -> None:
    bench = Bench()
    bench.measure(6, range(299))
    bench.measure(5, [299])
    bench.measure(6, range(300, 600))
    assert bench.told == []
    bench.measure(6, range(600, 602))
    assert bench.told == [(600, "begins")]
    bench.measure(3, range(602, 1201))
    bench.measure(4, [1201])
    bench.measure(3, range(1202, 1802))
    assert bench.told == [(600, "begins")]


def test_it_is_held_for_its_shortest_time_and_rests_before_it_begins_again() -> None:
    bench = Bench(crowded(for_s=0, calm_s=0, hold_s=60, cool_down_s=120))
    bench.measure(6, [0])
    bench.measure(0, range(1, 61))
    assert bench.told == [(0, "begins"), (60, "ends")]
    bench.measure(9, range(61, 181))
    assert bench.told[2:] == [(180, "begins")]


def test_it_never_lasts_longer_than_its_longest_time_even_when_nothing_is_measured() -> None:
    bench = Bench(crowded(for_s=0, hold_s=0, longest_s=600, cool_down_s=60))
    bench.measure(9, [0])
    bench.measure(None, range(1, 700))
    assert bench.told == [(0, "begins"), (600, "ends")]


def test_an_unknown_value_neither_begins_nor_calms() -> None:
    bench = Bench(crowded(for_s=10, calm_s=10, hold_s=0))
    bench.measure(9, range(10))
    bench.measure(None, range(10, 30))
    assert bench.told == []
    bench.measure(9, [30])
    assert bench.told == [(30, "begins")]
    bench.measure(0, range(31, 41))
    bench.measure(None, range(41, 41 + 3600))
    assert bench.told == [(30, "begins")]
    bench.measure(0, [3641])
    assert bench.told == [(30, "begins")], "the calm before the silence is long forgotten"


def test_after_a_hole_it_counts_anew_but_a_run_has_ended_in_it() -> None:
    """The hub was off for three hours."""
    bench = Bench(crowded(longest_s=7200, cool_down_s=600))
    bench.measure(9, range(302))
    assert bench.told == [(300, "begins")]
    away = 3 * 3600
    bench.measure(9, [away])
    assert bench.told[1:] == [(away, "ends")]
    assert bench.state.ended_at == NOON + timedelta(seconds=7500)
    bench.measure(9, range(away + 1, away + 300))
    assert len(bench.told) == 2, "five minutes of crowd since the hub is back, not since then"
    bench.measure(9, [away + 300])
    assert bench.told[2:] == [(away + 300, "begins")]


def test_a_short_restart_forgets_nothing() -> None:
    bench = Bench(crowded(for_s=60))
    bench.measure(9, range(41))
    bench.state = msgspec.json.decode(msgspec.json.encode(bench.state), type=ReactionState)
    bench.measure(9, [40 + GAP_S])
    assert bench.told == [(70, "begins")]


@pytest.mark.parametrize("back_s", [1, 20, 3600])
def test_a_clock_that_is_set_back_makes_nothing_sooner_and_nothing_longer(back_s: int) -> None:
    bench = Bench(crowded(for_s=60, hold_s=0, longest_s=600))
    bench.measure(9, range(30))
    begun = 30 - back_s + 31
    bench.measure(9, range(30 - back_s, begun))
    assert bench.told == []
    bench.measure(9, range(begun, begun + 100))
    assert bench.told == [(begun, "begins")]
    set_back = begun + 99 - back_s
    bench.measure(9, range(set_back, set_back + 502))
    assert bench.told[1:] == [(set_back + 501, "ends")], "it had lasted 99 s already"


def test_a_clock_that_is_set_back_while_nothing_is_known_makes_no_run_longer() -> None:
    bench = Bench(crowded(for_s=0, hold_s=0, longest_s=600))
    bench.measure(9, [0])
    bench.measure(None, range(1, 501))
    bench.measure(None, range(100, 250))
    assert bench.told == [(0, "begins"), (200, "ends")], "500 s before the clock was set back"


def test_a_state_that_was_kept_before_it_knew_its_last_step_is_read_by_its_last_value() -> None:
    kept = b'{"known_at":"2026-10-22T10:00:30Z","began_at":"2026-10-22T10:00:00Z"}'
    bench = Bench(crowded(longest_s=600), msgspec.json.decode(kept, type=ReactionState))
    bench.measure(9, range(10, 600))
    assert bench.told == [(580, "ends")], "20 s back"


def test_a_clock_that_is_set_forward_is_a_hole() -> None:
    bench = Bench(crowded(for_s=60))
    bench.measure(9, range(30))
    bench.measure(9, range(3600, 3660))
    assert bench.told == []
    bench.measure(9, [3660])
    assert bench.told == [(3660, "begins")]


def test_bounds_are_certain_when_both_mean_the_same() -> None:
    reaction = crowded()
    assert certain(reaction, 7, 9) == 7
    assert certain(reaction, 1, 3) == 1
    assert certain(reaction, 4, 5) == 4
    assert certain(reaction, 5, 6) is None
    assert certain(reaction, 3, 4) is None
    assert certain(reaction, 6, float("inf")) == 6
    assert certain(reaction, 0, float("inf")) is None


@dataclass
class Model:
    """The same by brute force: at every step it looks at the whole history, and keeps no count.

    Its time is what has gone by from look to look, and a clock that is set back adds none.
    """

    reaction: Reaction
    history: list[tuple[float, float | None]] = field(default_factory=list)
    runs: list[list[float]] = field(default_factory=list)
    seen_s: float | None = None
    gone_s: float = 0.0

    @property
    def at_work(self) -> bool:
        return bool(self.runs) and len(self.runs[-1]) == 1

    def measure(self, value: float | None, at_s: float) -> None:
        if self.seen_s is not None:
            self.gone_s += max(0.0, at_s - self.seen_s)
        self.seen_s, now = at_s, self.gone_s
        self.history.append((now, value))
        if self.at_work:
            began = self.runs[-1][0]
            if now - began >= self.reaction.longest_s:
                self.runs[-1].append(began + self.reaction.longest_s)
            elif now - began >= self.reaction.hold_s and self.calm():
                self.runs[-1].append(now)
        elif self.rested(now) and self.crowded():
            self.runs.append([now])

    def rested(self, now: float) -> bool:
        return not self.runs or now - self.runs[-1][1] >= self.reaction.cool_down_s

    def crowded(self) -> bool:
        return self.lasting(lambda seen: seen >= self.reaction.above) >= self.reaction.for_s

    def calm(self) -> bool:
        return self.lasting(lambda seen: seen <= self.reaction.below) >= self.reaction.calm_s

    def lasting(self, so: Callable[[float], bool]) -> float:
        """For how long every known value was so; minus one when it isn't known to be so now."""
        now, value = self.history[-1]
        if value is None:
            return -1.0
        first, next_known = -1.0, now
        for then, seen in reversed(self.history):
            if seen is None:
                continue
            if not so(seen) or next_known - then > GAP_S:
                break
            first = next_known = then
        return -1.0 if first < 0 else now - first


SPANS = st.sampled_from([0, 1, 10, 30, 45])
REACTIONS = st.builds(
    crowded,
    for_s=SPANS,
    calm_s=SPANS,
    hold_s=st.sampled_from([0, 20]),
    cool_down_s=SPANS,
    longest_s=st.sampled_from([20, 60, 300]),
)
GONE = st.sampled_from([1, 1, 1, 5, 10, 29, 30, 31, 100, 0, -1, -20, -400])
VALUES = st.sampled_from([None, 0, 3, 4, 6, 9, 9, 9, 0])
# A value mostly stays for some steps, and so does that it isn't known.
STEPS = st.lists(st.tuples(st.lists(GONE, min_size=1, max_size=8), VALUES), max_size=20).map(
    lambda spells: [(gone, value) for spell, value in spells for gone in spell]
)


@settings(max_examples=300)
@given(REACTIONS, STEPS)
def test_it_does_what_a_look_at_the_whole_history_says(
    reaction: Reaction, steps: list[tuple[int, float | None]]
) -> None:
    model, state, at = Model(reaction), ReactionState(), 0
    for gone, value in steps:
        at += gone
        model.measure(value, at)
        state = step(reaction, state, value, NOON + timedelta(seconds=at))
        assert (state.began_at is not None) == model.at_work
        state = msgspec.json.decode(msgspec.json.encode(state), type=ReactionState)


@settings(max_examples=100)
@given(REACTIONS, STEPS)
def test_runs_keep_their_distance_and_their_length(
    reaction: Reaction, steps: list[tuple[int, float | None]]
) -> None:
    """By the clock alone, where it only goes forward."""
    bench = Bench(reaction)
    at = 0
    for gone, value in steps:
        at += abs(gone)
        bench.measure(value, [at])
        rest = rests_until(reaction, bench.state, NOON + timedelta(seconds=at))
        assert rest is None or bench.state.began_at is None
    began = [when for when, what in bench.told if what == "begins"]
    over = [when for when, what in bench.told if what == "ends"]
    for start, end in zip(began, over, strict=False):
        assert end - start >= min(reaction.hold_s, reaction.longest_s)
    # A run that ended in a hole has ended when its longest time was over.
    for start, end, after in zip(began, over, began[1:], strict=False):
        assert after - min(end, start + reaction.longest_s) >= reaction.cool_down_s
