"""The agent with MQTT-native devices: from a plan to the lamp, and from the sensor to the hub."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scenes.codec import encode
from scenes.messages import PlanMessage
from scenes.plan import Plan
from scenes.scene import Scene
from scenes.topics import plan_topic
from tests.devices.zigbee_parts import ZigbeeLamp, ZigbeeThing
from tests.edge.fakes import plan, scene
from tests.edge.listener import Listener
from tests.edge.test_agent import events
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

CONFIGURATION = """
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "hall"
[lights.lamp]
driver = "zigbee2mqtt-light"
device = "lamp"
zone = "hall"
fail_level = 60
[sensors.door]
driver = "zigbee2mqtt-occupancy"
device = "thing"
zone = "hall"
"""
FULL = 254
DIM = scene("dim", 10, fade_s=1)
BRIGHT = scene("bright", 80, fade_s=30)

MakeAgent = Callable[[str], Agent]


@pytest.fixture
def make_agent(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[MakeAgent]:
    made: list[Agent] = []

    def make(more: str = "") -> Agent:
        directory = tmp_path / "agent"
        directory.mkdir()
        agent = Agent(
            directory,
            edge="ceiling",
            store="nordic",
            broker_port=mosquitto.port,
            configuration=CONFIGURATION + more,
        )
        made.append(agent)
        agent.start()
        return agent

    yield make
    for agent in made:
        agent.kill()


@pytest.fixture
def lamp(mosquitto: Mosquitto) -> Iterator[ZigbeeLamp]:
    it = ZigbeeLamp(mosquitto.port)
    yield it
    it.close()


@pytest.fixture
def hub(mosquitto: Mosquitto) -> Iterator[Listener]:
    it = Listener(mosquitto.port)
    yield it
    it.close()


def publish(hub: Listener, *slots: tuple[float, Scene], revision: int) -> None:
    it: Plan = plan(slots, revision=revision, start=datetime.now(UTC))
    hub.say(plan_topic("nordic", "hall"), encode(PlanMessage(plan=it)), retain=True)


def shines(lamp: ZigbeeLamp, level: float) -> Callable[[], bool]:
    return lambda: abs(lamp.output() / FULL * 100 - level) < 1


def told(lamp: ZigbeeLamp) -> list[dict[str, Any]]:
    return [json.loads(command) for command in lamp.commands]


def test_a_fade_is_one_command_and_the_end_leaves_the_fail_level(
    make_agent: MakeAgent, lamp: ZigbeeLamp, hub: Listener
) -> None:
    agent = make_agent("")
    publish(hub, (-60, DIM), revision=1)
    wait_until(shines(lamp, 10), 15, "the first scene")
    assert "lamp fails" not in agent.log, "a broker that is about to be found is no fault"
    lamp.commands.clear()
    publish(hub, (-60, DIM), (0, BRIGHT), revision=2)
    wait_until(lambda: lamp.output() > 40, 15, "the lamp to be on its way")
    (command,) = told(lamp)
    assert command["brightness"] == round(0.8 * FULL)
    assert 25 < command["transition"] <= 30
    agent.stop()
    wait_until(shines(lamp, 60), 20, "the fail level")
    assert lamp.kept == 0
    assert "Traceback" not in agent.log


def test_a_broker_that_dies_takes_no_light_and_the_next_scene_comes_when_it_is_back(
    make_agent: MakeAgent, lamp: ZigbeeLamp, hub: Listener, mosquitto: Mosquitto
) -> None:
    make_agent("")
    publish(hub, (-60, DIM), (8, scene("evening", 50, fade_s=1)), revision=1)
    wait_until(shines(lamp, 10), 15, "the first scene")
    mosquitto.kill()
    assert shines(lamp, 10)()
    mosquitto.start()
    lamp.wait_until_there(2)
    wait_until(shines(lamp, 50), 25, "the next scene")


def test_a_bus_of_its_own_is_taken_and_a_sensor_on_it_is_heard(
    make_agent: MakeAgent, tmp_path: Path
) -> None:
    directory = tmp_path / "other-mosquitto"
    directory.mkdir()
    other = Mosquitto(directory)
    other.start()
    thing = ZigbeeThing(other.port, "thing", battery=97)
    agent = make_agent(f'[bus]\nurl = "mqtt://127.0.0.1:{other.port}"\n')

    def seen() -> bool:
        thing.report(occupancy=True)
        return "presence" in [kind for *_, kind in events(agent)]

    wait_until(seen, 15, "somebody to be seen")
    thing.close()
    other.stop()
