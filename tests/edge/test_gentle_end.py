"""However an agent ends properly, its light walks to the fail level."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import encode
from scenes.fades import lightness
from scenes.messages import PlanMessage
from tests.edge.fakes import plan, scene
from tests.parts.ports import free_port
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

LIGHT = 12
CONFIGURATION = f"""
[zones.hall]
fade_s = 1
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
fail_level = 100
"""


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    made = Agent(
        tmp_path,
        edge="ceiling",
        store="nordic",
        broker_port=free_port(),
        configuration=CONFIGURATION,
    )
    dim = plan([(-60, scene("dim", 10, fade_s=0))], start=datetime.now(UTC))
    PlanStore(made.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=dim)))
    yield made
    made.kill()


def test_the_light_walks_to_its_fail_level_in_small_steps(agent: Agent) -> None:
    agent.start()
    wait_until(lambda: agent.pin_level(LIGHT) == pytest.approx(0.1, abs=1e-3), 10, "the scene")
    agent.stop()
    levels = [change.level * 100 for change in agent.pin_changes() if change.pin == LIGHT]
    walked = [lightness(it) for it in itertools.dropwhile(lambda it: it < 9.9, levels)]
    assert walked[-1] == 100
    assert max(after - before for before, after in pairwise(walked)) < 3
