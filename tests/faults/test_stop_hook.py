"""Whoever kills the agent: its unit's stop hook leaves the outputs where a shop can stand them."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import encode
from scenes.messages import PlanMessage
from tests.edge.fakes import plan, scene
from tests.parts.ports import free_port
from tests.parts.stemning_processes import STEMNING, Agent
from tests.waiting import wait_until

UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "stemning-edge.service"
LIGHT, DARK = 12, 13
CRASHES = 3
CONFIGURATION = f"""
[zones.hall]
minimum_light = 20
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
fail_level = 60
[lights.shelf]
driver = "gpio-pwm"
pin = {DARK}
zone = "hall"
[players.music]
driver = "simulated"
zone = "hall"
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
    bright = plan([(-60, scene("bright", 90, fade_s=0))], start=datetime.now(UTC))
    PlanStore(made.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=bright)))
    yield made
    made.kill()


def stop_hook(agent: Agent) -> None:
    """What systemd runs after the agent, with the environment that it gives."""
    (line,) = (it for it in UNIT.read_text().splitlines() if it.startswith("ExecStopPost="))
    _, *words = shlex.split(line.partition("=")[2].lstrip("-"))
    environment = dict(
        os.environ,
        STEMNING_EDGE_CONFIG=str(agent.directory / "edge.toml"),
        STEMNING_DATA=str(agent.data),
        SERVICE_RESULT="signal",
        EXIT_CODE="killed",
        EXIT_STATUS="KILL",
    )
    ran = subprocess.run(
        [*STEMNING, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ran.returncode == 0, ran.stderr


def test_after_each_crash_the_fail_levels_and_after_each_start_the_scene(agent: Agent) -> None:
    for _ in range(CRASHES):
        agent.start()
        wait_until(lambda: agent.pin_level(LIGHT) == pytest.approx(0.9, abs=0.01), 10, "the scene")
        agent.kill()
        stop_hook(agent)
        assert agent.pin_level(LIGHT) == pytest.approx(0.6)
        assert agent.pin_level(DARK) == pytest.approx(0.2), "never below the minimum light"
