"""Whatever is asked and whatever fails, a zone keeps its limits: see tests/edge/governed.py.

The long form (``make soak``) gives a million commands.
"""

import logging

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from edge.tables import Zone
from tests.edge.governed import GovernedZone, scene

LEVELS = st.sampled_from([0.0, 3.0, 30.0, 55.0, 80.0, 100.0])
HUES = st.sampled_from([None, None, 2700.0, 6000.0, "#ff0000", "#ff2010", "#0000ff", "#3050ff"])
FADES = st.sampled_from([0.0, 0.0, 0.3, 0.5, 2.0, 8.0, 600.0])
VOLUMES = st.sampled_from([None, 0.0, 40.0, 100.0])
PAUSES = st.sampled_from([0.0, 0.01, 0.04, 0.1, 0.25, 0.3, 0.5, 1.1])
LIGHTS = st.integers(0, 3)
LIMITS = st.builds(
    Zone,
    minimum_light=st.sampled_from([0.0, 20.0]),
    full_light=st.sampled_from([100.0, 60.0]),
    flashes_per_second=st.sampled_from([1, 2]),
    fade_s=st.sampled_from([0.5, 2.0]),
    max_volume=st.sampled_from([100.0, 60.0]),
    ramp_s=st.sampled_from([1.0, 5.0]),
)
AWAY_S = 1.0
"""An agent is not back sooner: deploy/ has systemd wait, and Python takes its time."""


class GovernedZoneMachine(RuleBasedStateMachine):
    """Commands, faults and returns in any order, with any time between them."""

    zone: GovernedZone

    @initialize(limits=LIMITS)
    def begin(self, limits: Zone) -> None:
        self.zone = GovernedZone(limits)

    @rule(level=LEVELS, other=LEVELS, hue=HUES, fade_s=FADES, volume=VOLUMES, pause_s=PAUSES)
    def change_scene(
        self,
        level: float,
        other: float,
        hue: str | float | None,
        fade_s: float,
        volume: float | None,
        pause_s: float,
    ) -> None:
        self.zone.offer([(-1, scene(level, other, hue, fade_s, volume, fade_s))])
        self.zone.run(pause_s)

    @rule(level=LEVELS, other=LEVELS, ahead_s=st.sampled_from([0.05, 0.2, 0.7]), fade_s=FADES)
    def plan_ahead(self, level: float, other: float, ahead_s: float, fade_s: float) -> None:
        first, then = scene(level, other, None, 0.0, 30.0), scene(other, level, None, fade_s, None)
        self.zone.offer([(-60, first), (ahead_s, msgspec.structs.replace(then, id="then"))])
        self.zone.run(ahead_s)

    @rule(
        levels=st.lists(LEVELS, min_size=2, max_size=10),
        pause_s=st.sampled_from([1 / 60, 1 / 60, 0.15, 0.25]),
    )
    def drag_a_slider(self, levels: list[float], pause_s: float) -> None:
        for level in levels:
            self.zone.offer([(0, scene(level, level, None, 0.0, level))])
            self.zone.run(pause_s)

    @rule(light=LIGHTS, action=st.sampled_from(["identify", "test"]), pause_s=PAUSES)
    def show_a_light(self, light: int, action: str, pause_s: float) -> None:
        self.zone.ask(f"light-{light}", action)
        self.zone.run(pause_s)

    @rule(pause_s=PAUSES)
    def show_the_player(self, pause_s: float) -> None:
        self.zone.ask("music", "test")
        self.zone.run(pause_s)

    @rule(light=LIGHTS)
    def break_a_light(self, light: int) -> None:
        self.zone.fixtures[light].broken = True

    @rule(pause_s=PAUSES)
    def mend_the_lights(self, pause_s: float) -> None:
        for fixture in self.zone.fixtures:
            fixture.broken = False
        self.zone.run(pause_s)

    @rule(broken=st.booleans())
    def break_or_mend_the_player(self, broken: bool) -> None:
        self.zone.speaker.broken = broken

    @rule()
    def reconnect(self) -> None:
        if self.zone.plan is not None:
            self.zone.zone.adopt(self.zone.plan)
            self.zone.step()

    @rule(away_s=st.sampled_from([AWAY_S, 3.0]))
    def restart_the_agent(self, away_s: float) -> None:
        self.zone.die(away_s)

    @rule(reason=st.sampled_from(["the fire alarm", None]), pause_s=PAUSES)
    def alarm_or_reset(self, reason: str | None, pause_s: float) -> None:
        self.zone.alarm(reason)
        self.zone.run(pause_s)

    @rule(step_s=st.sampled_from([-3600.0, -5.0, 5.0, 3600.0]))
    def set_the_clock(self, step_s: float) -> None:
        self.zone.clock.set_wall(step_s)
        self.zone.step()

    @rule(pause_s=st.sampled_from([0.005, 0.03, 0.4, 2.5]))
    def wait(self, pause_s: float) -> None:
        self.zone.run(pause_s)


COMMANDS = 100
SEQUENCES = 10
ROUNDS = 1000 if settings.get_current_profile_name() == "soak" else 1
"""1,000 commands in 10 sequences; in the soak a thousand times as many, each round anew."""


@pytest.mark.timeout(180)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_the_limits_hold_through_all_commands_and_faults(number: int) -> None:
    logging.disable(logging.CRITICAL)  # a hundred thousand faults are told here
    try:
        run_state_machine_as_test(
            GovernedZoneMachine,
            settings=settings(max_examples=SEQUENCES, stateful_step_count=COMMANDS),
        )
    finally:
        logging.disable(logging.NOTSET)
