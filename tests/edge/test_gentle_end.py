"""The light walks to the fail level when an agent ends, and goes on from there when one starts."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from devices.drivers.gpio import hardware_pwm
from devices.drivers.gpio.pins import PinBank
from edge.agent import Agent as RunningAgent
from edge.clock import SystemClock
from edge.config import read_config
from edge.identity import Identity
from edge.recording.plan_store import PlanStore
from edge.settings import BrokerAddress
from scenes.codec import encode
from scenes.fades import lightness
from scenes.messages import PlanMessage
from tests.devices.test_hardware_pwm import PERIOD_NS, Kernel, bank_on
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


def test_without_a_plan_a_light_that_runs_on_walks_to_its_boot_level(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(tmp_path / "pwm", "3f20c000.pwm", 2)
    kernel.channel(0, PERIOD_NS, 0, 1)
    monkeypatch.setattr(hardware_pwm, "write_file", kernel.write)
    monkeypatch.setattr(PinBank, "lgpio", lambda: bank_on(kernel))
    light = {"driver": "gpio-pwm", "pin": 12, "zone": "hall", "boot_level": 60, "fail_level": 60}
    config = read_config({"store": "nordic", "edge": "ceiling", "lights": {"window": light}})
    broker, identity = BrokerAddress("127.0.0.1", free_port()), Identity("nordic", "e", "b", "0")
    agent = RunningAgent(config, tmp_path / "data", broker, identity, SystemClock())
    agent.start()
    try:
        there = ("pwm0/duty_cycle", round(PERIOD_NS * 0.6))
        wait_until(lambda: kernel.written[-1:] == [there], 10, "the boot level")
    finally:
        agent.stop()
    walked = [
        lightness(value / PERIOD_NS * 100) for name, value in kernel.written if "duty" in name
    ]
    assert walked[0] == 0
    assert max(after - before for before, after in pairwise(walked)) < 15
