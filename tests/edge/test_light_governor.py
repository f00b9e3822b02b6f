"""Light through the governor: minimum, slew and flashes, over all lamps of a zone as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.playing.flash_watch import WINDOW_S
from edge.playing.hue_limits import WARM_WHITE_K
from edge.playing.lamp import Lamp, sight
from edge.playing.light_governor import CREDIT_S, LightGovernor
from edge.tables import Zone
from scenes.colour import brightness, white_brightness
from scenes.fades import LightLevel, lightness
from tests.edge.wcag import general_flashes, red_flashes

DARK, FULL = LightLevel(0.0), LightLevel(100.0)


class Bench:
    """Some lamps, told whatever the governor allows."""

    def __init__(self, levels: list[float], limits: Zone | None = None) -> None:
        self.limits = limits or Zone()
        self.lamps = [Lamp(LightLevel(level)) for level in levels]
        self.governor = LightGovernor(self.limits, self.lamps)
        self.governor.begin(-10.0)
        self.at_s = 0.0

    def ask(self, *wishes: LightLevel | None, at_s: float | None = None) -> list[float]:
        """One step; the levels afterwards."""
        self.at_s = self.at_s + 0.025 if at_s is None else at_s
        bounded = [None if wish is None else self.governor.bounded(wish) for wish in wishes]
        answers = self.governor.allow(bounded, self.at_s)
        for lamp, answer in zip(self.lamps, answers, strict=True):
            if answer is not None:
                lamp.put(answer)
        self.governor.settle(self.at_s)
        return [lamp.level(self.at_s) for lamp in self.lamps]

    def steps(self, *wishes: LightLevel | None) -> int:
        """How many steps of 25 ms until all have what they wish; at most 1,000."""
        for number in range(1000):
            levels = self.ask(*wishes)
            if all(w is None or w.level == at for w, at in zip(wishes, levels, strict=True)):
                return number + 1
        raise AssertionError("they never arrive")


def test_from_dark_to_full_takes_what_was_commissioned() -> None:
    for fade_s in (0.5, 2.0, 10.0):
        bench = Bench([0.0], Zone(fade_s=fade_s))
        bench.ask(DARK)
        assert bench.steps(FULL) * 0.025 == pytest.approx(fade_s, abs=0.03)


def test_who_stood_still_for_an_hour_does_not_jump() -> None:
    bench = Bench([0.0])
    (level,) = bench.ask(FULL, at_s=3600.0)
    assert lightness(level) == pytest.approx(100 / 0.5 * CREDIT_S)


def test_nobody_goes_below_the_minimum_and_keeps_the_hue_there() -> None:
    bench = Bench([50.0], Zone(minimum_light=20))
    assert bench.governor.bounded(LightLevel(5, 2700)) == LightLevel(20, 2700)
    level = LightLevel(20.0)
    assert bench.governor.bounded(level) is level
    for _ in range(100):
        assert bench.ask(DARK)[0] >= 20


def test_there_and_back_is_a_flash_and_the_next_way_waits() -> None:
    bench = Bench([0.0])
    bench.steps(LightLevel(30.0))
    bench.steps(LightLevel(5.0))
    begun_s = bench.at_s
    for _ in range(10):
        bench.ask(FULL)
    assert bench.governor.held
    assert bench.lamps[0].level(bench.at_s) < 15, "it begins, by less than would be seen as a turn"
    free_s = bench.governor.free_at(bench.at_s)
    assert 0 < free_s < begun_s + WINDOW_S
    bench.ask(FULL, at_s=free_s + 1e-6)
    assert bench.lamps[0].level(bench.at_s) > 15
    bench.steps(FULL)


def test_two_lights_that_cross_are_no_flash() -> None:
    bench = Bench([50.0, 50.0])
    for number in range(400):
        pair = [LightLevel(80.0), LightLevel(20.0)]
        bench.ask(*(pair if number // 40 % 2 else reversed(pair)))
        assert not bench.governor.held


def test_a_small_part_of_a_zone_may_blink_for_it_is_no_flash_of_the_zone() -> None:
    bench = Bench([50.0] * 20)
    for number in range(100):
        wishes = [LightLevel(100.0 if number // 10 % 2 else 0.0), *[LightLevel(50.0)] * 19]
        bench.ask(*wishes)
        assert not bench.governor.held


def test_while_one_way_is_held_the_others_go_theirs() -> None:
    bench = Bench([0.0, 100.0])
    bench.steps(LightLevel(60.0), FULL)
    bench.steps(LightLevel(5.0), FULL)
    for _ in range(12):
        levels = bench.ask(FULL, LightLevel(95.0))
    assert bench.governor.held
    assert levels[0] < 30, "what rises waits"
    assert levels[1] == 95, "what falls may fall"


def test_red_is_counted_by_itself() -> None:
    bench = Bench([50.0, 50.0, 50.0])
    white, red = LightLevel(50.0, 3000), LightLevel(50.0, colour="#ff0000")
    rest = [LightLevel(50.0)] * 2
    counter, flashes = red_flashes(), 0
    for number in range(200):
        # Every wish stands long enough to be reached, were it not for the limit.
        bench.ask(red if number // 20 % 2 else white, *rest)
        flashes = max(
            flashes,
            counter.look(bench.at_s, sum(it.sight(bench.at_s)[1] for it in bench.lamps) / 300),
        )
    assert flashes == 1
    assert bench.lamps[0].given.colour is not None
    amber = LightLevel(50.0, colour="#ffb46b")
    bench = Bench([50.0, 50.0, 50.0])
    for number in range(40):
        bench.ask(amber if number % 2 else white, *rest)
        assert not bench.governor.held, "what is not saturated red may change its hue"


def test_a_glide_that_would_turn_too_soon_may_not_begin_yet() -> None:
    bench = Bench([0.0])
    lamp, governor = bench.lamps[0], bench.governor
    assert governor.glide(lamp, FULL, 0.5, 0.0)
    assert lamp.level(0.25) == 50
    assert governor.glide(lamp, DARK, 0.5, 0.3), "the way back"
    assert not governor.glide(lamp, FULL, 0.5, 0.5)
    assert lamp.given is DARK, "it goes on as it did"
    assert lamp.level(0.55) < lamp.level(0.5)
    assert not governor.glide(lamp, FULL, 0.5, 1.0)
    assert governor.glide(lamp, FULL, 0.5, 1.2)


def test_a_slow_glide_may_begin_at_any_time_for_it_turns_later() -> None:
    bench = Bench([0.0])
    lamp, governor = bench.lamps[0], bench.governor
    assert governor.glide(lamp, FULL, 0.5, 0.0)
    assert governor.glide(lamp, DARK, 0.5, 0.3)
    assert governor.glide(lamp, FULL, 30.0, 0.8), "three seconds to a tenth"


def test_nobody_else_takes_the_turn_that_a_glide_will_need() -> None:
    bench = Bench([0.0, 50.0, 50.0])
    governor = bench.governor
    # The zone's light falls by a third in the next second: a turn, and there is one more.
    assert governor.glide(bench.lamps[1], DARK, 0.5, 0.0)
    assert governor.glide(bench.lamps[2], DARK, 0.5, 0.0)
    counter = general_flashes()
    for number in range(60):
        levels = bench.ask(FULL if number // 8 % 2 else DARK, None, None)
        assert counter.look(bench.at_s, sum(levels) / 300) <= 1


def test_the_shortest_glide_is_as_slow_as_a_fade_may_be_quick() -> None:
    bench = Bench([0.0, 50.0], Zone(fade_s=2.0))
    governor = bench.governor
    assert governor.shortest_s(bench.lamps[0], FULL, 0.0) == 2.0
    assert governor.shortest_s(bench.lamps[1], LightLevel(50), 0.0) == 0
    assert 0.4 < governor.shortest_s(bench.lamps[1], FULL, 0.0) <= 1.0


levels = st.sampled_from([0.0, 20.0, 50.0, 90.0, 100.0])
colours = st.sampled_from([None, "#ff0000", "#00ff00"])
wishes = st.lists(
    st.tuples(*[st.builds(LightLevel, levels, st.none(), colours)] * 3, st.floats(0.025, 0.5)),
    max_size=60,
)


@given(wishes, st.integers(1, 2), st.sampled_from([0.5, 1.0, 5.0]))
def test_whatever_is_asked_the_sums_flash_no_more_than_they_may(
    asked: list[tuple[LightLevel, LightLevel, LightLevel, float]], flashes: int, fade_s: float
) -> None:
    bench = Bench([50.0] * 3, Zone(flashes_per_second=flashes, fade_s=fade_s))
    general, reds = general_flashes(), red_flashes()
    bench.ask(None, None, None)
    for *each, pause_s in asked:
        before = [lamp.given.level for lamp in bench.lamps]
        after = bench.ask(*each, at_s=bench.at_s + pause_s)
        assert general.look(bench.at_s, sum(after) / 300) <= flashes
        red = sum(lamp.given.level for lamp in bench.lamps if lamp.given.colour == "#ff0000")
        assert reds.look(bench.at_s, red / 300) <= flashes
        reach = 100 / fade_s * min(pause_s, CREDIT_S) + 1e-6
        for one, other in zip(before, after, strict=True):
            assert abs(lightness(one) - lightness(other)) <= reach


def test_a_hue_that_takes_light_away_counts_as_what_it_takes() -> None:
    """White and blue at one level: a fourteenth of the light, and back, as fast as anybody asks."""
    white, blue = LightLevel(100.0), LightLevel(100.0, colour="#0000ff")
    bench = Bench([100.0, 100.0])
    counter, flashes = general_flashes(), 0
    for number in range(400):
        wish = blue if number // 20 % 2 else white
        bench.ask(wish, wish)
        luminance = sum(it.sight(bench.at_s)[2] for it in bench.lamps) / 200
        flashes = max(flashes, counter.look(bench.at_s, luminance))
    assert flashes == 1


def test_a_change_of_hue_takes_its_time_and_arrives() -> None:
    for fade_s in (0.5, 2.0, 20.0):
        bench = Bench([100.0], Zone(fade_s=fade_s))
        bench.ask(LightLevel(100.0))
        blue = LightLevel(100.0, colour="#0000ff")
        steps = 0
        while bench.lamps[0].given != blue:
            bench.ask(blue)
            steps += 1
            assert steps < 2000, "it never arrives"
        way = 1 - lightness(100 * brightness("#0000ff")) / 100
        assert steps * 0.025 > 0.5 * way * fade_s


@given(
    minimum=st.floats(0.5, 100),
    level=st.floats(0, 100),
    colour=st.sampled_from(["#0000ff", "#ff0000", "#00ff00", "#102030", "#ffffff", "#000000"]),
)
def test_the_minimum_holds_for_a_colour_s_luminance_too(
    minimum: float, level: float, colour: str
) -> None:
    bench = Bench([100.0], Zone(minimum_light=minimum))
    wish = LightLevel(level, colour=colour)
    bounded = bench.governor.bounded(wish)
    least = minimum * white_brightness(WARM_WHITE_K)
    assert sight(bounded)[2] >= least - 1e-6
    assert minimum <= bounded.level <= 100
    if level >= minimum and sight(wish)[2] >= least:
        assert bounded is wish
