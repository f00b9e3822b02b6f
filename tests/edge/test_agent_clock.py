"""The agent on a machine whose time nobody vouches for, until somebody does."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from edge.clock import SystemClock
from edge.clock_evidence import Machine
from edge.clock_memory import ClockMemory
from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import AnyEvent, AsRun, ClockSet, EventBatch, PlanMessage, State
from scenes.topics import EdgeTopic
from tests.edge.fakes import plan, scene
from tests.edge.test_link import Hub
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

E = TypeVar("E", bound=AnyEvent)
LIGHT, SENSOR = 12, 5
EDGE = f"""
[clock]
trust = "kernel"
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
[sensors.door]
driver = "gpio-pir"
pin = {SENSOR}
zone = "hall"
"""

WITHOUT_A_TIME_SERVER = """
import sys
import stemning
from edge.clock_evidence import Machine
Machine.synchronised = lambda self: False
Machine.real_time_clock = lambda self: None
sys.exit(stemning.main(sys.argv[1:]))
"""


class LonelyAgent(Agent):
    """One whose machine hears of no time server, whatever this machine does."""

    def command(self) -> list[str | Path]:
        arguments = super().command()[3:]
        return [sys.executable, "-c", WITHOUT_A_TIME_SERVER, *arguments]


@pytest.fixture
def agent(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Agent]:
    made = LonelyAgent(
        tmp_path, edge="ceiling", store="nordic", broker_port=mosquitto.port, configuration=EDGE
    )
    yield made
    made.kill()


@pytest.fixture
def hub(mosquitto: Mosquitto) -> Iterator[Hub]:
    listener = Hub(mosquitto.port)
    yield listener
    listener.close()


def state(hub: Hub) -> State:
    return decode(State, hub.said(EdgeTopic.STATE)[-1])


def events(hub: Hub) -> list[AnyEvent]:
    batches = [decode(EventBatch, it) for it in hub.said(EdgeTopic.EVENTS)]
    found = {event.seq: event for batch in batches for event in batch.events}
    return [found[seq] for seq in sorted(found)]


def of_kind(hub: Hub, kind: type[E]) -> list[E]:
    return [event for event in events(hub) if isinstance(event, kind)]


def test_nothing_is_claimed_by_a_clock_that_nobody_vouches_for_until_a_person_does(
    agent: Agent, hub: Hub
) -> None:
    it = plan([(-60, scene("bright", 80, fade_s=0))], start=datetime.now(UTC))
    PlanStore(agent.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=it)))
    agent.start()
    wait_until(lambda: agent.pin_level(LIGHT) == pytest.approx(0.8, abs=1e-3), 20, "the light")
    wait_until(lambda: hub.said(EdgeTopic.STATE), 10, "the first report")
    assert state(hub).clock == "unsynced"
    problem = state(hub).zones["hall"].problem
    assert problem is not None
    assert problem.startswith("nobody vouches for the clock")
    agent.wave(SENSOR, present=True)
    wait_until(lambda: len(events(hub)) >= 2, 20, "the start and the sensor's event")
    assert [event.clock for event in events(hub)] == ["unsynced"] * len(events(hub))
    ClockMemory(agent.data).confirm(Machine(), SystemClock())
    wait_until(lambda: state(hub).clock == "holdover", 10, "the agent to believe it")
    assert state(hub).zones["hall"].problem is None
    (word,) = wait_until(lambda: of_kind(hub, ClockSet), 20, "word of it")
    assert (abs(word.step_s) < 1, word.state, word.clock) == (True, "holdover", None)
    agent.stop()
    first = wait_until(lambda: of_kind(hub, AsRun), 20, "the as-run log")[0]
    assert first.at > word.at - timedelta(seconds=1), "nothing is claimed of the time before"
    hub.heard.clear()
    agent.start()
    wait_until(lambda: hub.said(EdgeTopic.STATE), 10, "the first report")
    assert state(hub).clock == "holdover", "a restart of the agent alone forgets no word"
