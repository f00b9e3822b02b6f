"""The agent as a process: alone, killed, stopped, and with a broker that comes and goes."""

import itertools
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import Committed, EventBatch, Hello, PlanMessage, Reply, Request, State
from scenes.plan import Plan
from scenes.scene import MusicCue, ScentCue
from scenes.topics import EdgeTopic, edge_topic, plan_topic
from tests.edge.fakes import plan, scene
from tests.edge.test_link import Hub
from tests.parts.mosquitto import Mosquitto
from tests.parts.nursery import run
from tests.parts.ports import free_port
from tests.parts.stemning_processes import Agent, Guard
from tests.waiting import wait_until

LIGHT, DIFFUSER, SENSOR = 12, 17, 5
CONFIGURATION = f"""
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
fail_level = 100
[players.music]
driver = "simulated"
zone = "hall"
[diffusers.scent]
driver = "gpio-relay"
pin = {DIFFUSER}
zone = "hall"
fragrance = "linen"
[sensors.door]
driver = "gpio-pir"
pin = {SENSOR}
zone = "hall"
"""
DIM = scene("dim", 10, fade_s=0)
BRIGHT = scene(
    "bright",
    80,
    fade_s=0,
    music=MusicCue(source="playlist:calm", volume=40, crossfade_s=0),
    scent=ScentCue(fragrance="linen", intensity=100),
)
MakeAgent = Callable[[int], Agent]


@pytest.fixture
def make_agent(tmp_path: Path) -> Iterator[MakeAgent]:
    made: list[Agent] = []
    guards: list[Guard] = []

    def make(broker_port: int) -> Agent:
        directory = tmp_path / "agent"
        directory.mkdir()
        agent = Agent(
            directory,
            edge="ceiling",
            store="nordic",
            broker_port=broker_port,
            configuration=CONFIGURATION,
        )
        made.append(agent)
        guards.append(Guard(agent))
        guards[-1].start()
        return agent

    yield make
    for agent in made:
        agent.kill()
    for guard in guards:
        guard.close()


@pytest.fixture
def hub(mosquitto: Mosquitto) -> Iterator[Hub]:
    listener = Hub(mosquitto.port)
    yield listener
    listener.close()


def now_plan(*slots: tuple[float, object], revision: int = 1) -> Plan:
    return plan(slots, revision=revision, start=datetime.now(UTC))  # type: ignore[arg-type]


def store_plan(agent: Agent, it: Plan) -> None:
    PlanStore(agent.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=it)))


def publish(hub: Hub, it: Plan) -> None:
    hub.say(plan_topic("nordic", it.zone), encode(PlanMessage(plan=it)), retain=True)


def states(hub: Hub) -> list[State]:
    return [decode(State, payload) for payload in hub.said(EdgeTopic.STATE)]


def events(agent: Agent) -> list[tuple[str, int, str]]:
    """(boot, seq, kind) of all that the outbox holds."""
    with closing(sqlite3.connect(agent.data / "outbox.db")) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'event'").fetchall():
            return []
        rows = database.execute("SELECT boot, seq, body FROM event").fetchall()
    return [(boot, seq, msgspec.json.decode(body)["kind"]) for boot, seq, body in rows]


def lit(agent: Agent, level: float) -> Callable[[], bool]:
    return lambda: agent.pin_level(LIGHT) == pytest.approx(level, abs=1e-3)


def test_a_stored_plan_is_played_without_any_broker(make_agent: MakeAgent) -> None:
    agent = make_agent(free_port())
    store_plan(agent, now_plan((-60, BRIGHT), (3, DIM)))
    agent.start()
    wait_until(lit(agent, 0.8), 15, "the stored scene")
    wait_until(lit(agent, 0.1), 8, "the next slot")
    switched = [datetime.fromisoformat(it.at) for it in agent.pin_changes() if it.pin == LIGHT]
    planned = PlanStore(agent.data / "plans", "nordic").load(["hall"])["hall"].slots[1].start
    assert abs((switched[-1] - planned).total_seconds()) < 1


def test_a_killed_agent_plays_on_and_loses_no_event(make_agent: MakeAgent) -> None:
    agent = make_agent(free_port())
    store_plan(agent, now_plan((-60, BRIGHT)))
    agent.start()
    wait_until(lit(agent, 0.8), 20, "the scene")

    def seen() -> int:
        return [kind for *_, kind in events(agent)].count("presence")

    agent.wave(SENSOR, present=True)
    wait_until(lambda: seen() == 1, 20, "somebody to be seen")
    agent.wave(SENSOR, present=False)
    wait_until(lambda: seen() == 2, 20, "nobody to be seen")
    before = events(agent)
    agent.kill()
    agent.record.unlink()
    agent.start()
    wait_until(lit(agent, 0.8), 20, "the scene again")
    wait_until(lambda: len({boot for boot, *_ in events(agent)}) == 2, 20, "the second boot")
    after = events(agent)
    assert set(before) <= set(after)
    assert [seq for _, seq, kind in after if kind == "started"] == [1, 1]


def test_an_end_drives_outputs_to_their_fail_levels_and_says_goodbye(
    make_agent: MakeAgent, mosquitto: Mosquitto, hub: Hub
) -> None:
    agent = make_agent(mosquitto.port)
    store_plan(agent, now_plan((-5, BRIGHT)))
    agent.start()
    wait_until(lit(agent, 0.8), 20, "the scene")
    wait_until(lambda: agent.pin_level(DIFFUSER) == 1, 20, "the burst")
    wait_until(hub.hellos, 20, "the birth")
    begun = time.monotonic()
    agent.stop()
    assert time.monotonic() - begun < 5
    assert agent.pin_level(LIGHT) == 1
    assert agent.pin_level(DIFFUSER) == 0
    wait_until(lambda: hub.hellos() == [True, False], 20, "the goodbye")
    assert "as-run" in [kind for *_, kind in events(agent)]
    assert "Traceback" not in agent.log


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_end_it_cleanly(make_agent: MakeAgent, how: signal.Signals) -> None:
    agent = make_agent(free_port())
    agent.start()
    os.kill(agent.pid, how)
    process = agent._process
    assert process is not None
    assert process.wait(30) == 0
    assert "Traceback" not in agent.log


def test_from_a_plan_to_the_pins_and_from_the_sensor_to_the_hub(
    make_agent: MakeAgent, mosquitto: Mosquitto, hub: Hub
) -> None:
    agent = make_agent(mosquitto.port)
    agent.start()
    wait_until(lambda: states(hub), 10, "the first report")
    assert states(hub)[0].zones["hall"].scene is None
    publish(hub, now_plan((-60, DIM)))
    wait_until(lit(agent, 0.1), 20, "the first plan")
    publish(hub, now_plan((-60, DIM), (0, BRIGHT), revision=2))
    wait_until(lit(agent, 0.8), 20, "the second plan")

    def confirmed() -> bool:
        zone = states(hub)[-1].zones["hall"]
        return (zone.scene, zone.revision, zone.confirmed) == ("bright", 2, True)

    wait_until(confirmed, 20, "the report that it is so")
    devices = states(hub)[-1].devices
    assert devices["music"].reading.source == "playlist:calm"
    agent.wave(SENSOR, present=True)
    wait_until(lambda: states(hub)[-1].devices["door"].reading.present, 20, "somebody in view")

    def kinds() -> list[str]:
        batches = [decode(EventBatch, it) for it in hub.said(EdgeTopic.EVENTS)]
        found = {event.seq: type(event).__name__ for batch in batches for event in batch.events}
        return [found[seq] for seq in sorted(found)]

    wait_until(lambda: "Presence" in kinds(), 20, "the event")
    assert kinds()[0] == "Started"
    assert kinds().count("PlanAccepted") == 2
    stored = PlanStore(agent.data / "plans", "nordic")
    wait_until(lambda: stored.load(["hall"])["hall"].revision == 2, 20, "the plan on disk")


def test_a_commit_empties_the_outbox_and_an_end_waits_for_it(
    make_agent: MakeAgent, mosquitto: Mosquitto, hub: Hub
) -> None:
    def commit(payload: bytes) -> None:
        batch = decode(EventBatch, payload)
        seq = batch.events[-1].seq
        message = Committed(store="nordic", edge="ceiling", boot=batch.boot, seq=seq)
        topic = edge_topic("nordic", "ceiling", EdgeTopic.COMMITTED)
        hub.client.publish(topic, encode(message), qos=1)

    topic = edge_topic("nordic", "ceiling", EdgeTopic.EVENTS)
    hub.client.message_callback_add(topic, lambda *it: commit(bytes(it[2].payload)))
    agent = make_agent(mosquitto.port)
    store_plan(agent, now_plan((-60, BRIGHT)))
    agent.start()
    wait_until(lambda: states(hub) and states(hub)[-1].waiting_events == 0, 10, "an empty outbox")
    wait_until(lit(agent, 0.8), 20, "the scene")
    agent.stop()
    assert events(agent) == [], "the as-run log of the last minute too"


def test_requests_are_answered(make_agent: MakeAgent, mosquitto: Mosquitto, hub: Hub) -> None:
    agent = make_agent(mosquitto.port)
    store_plan(agent, now_plan((-60, BRIGHT)))
    agent.start()
    wait_until(hub.hellos, 10, "the birth")
    wait_until(lit(agent, 0.8), 20, "the scene")
    expires = datetime.now(UTC) + timedelta(seconds=10)
    request = Request(id="r1", action="identify", device="window", expires_at=expires)
    for _ in range(2):
        hub.say(edge_topic("nordic", "ceiling", EdgeTopic.REQUEST), encode(request))
    wait_until(lambda: hub.said(EdgeTopic.REPLY), 20, "the reply")
    assert decode(Reply, hub.said(EdgeTopic.REPLY)[0]).done

    def dipped() -> bool:
        changes = [it.level for it in agent.pin_changes() if it.pin == LIGHT]
        return any(level < 0.41 for level in itertools.dropwhile(lambda it: it < 0.8, changes))

    wait_until(dipped, 20, "the dip")
    wait_until(lit(agent, 0.8), 20, "the scene again")
    assert len(hub.said(EdgeTopic.REPLY)) == 1


def test_a_broker_that_dies_and_forgets_gets_everything_again(
    make_agent: MakeAgent, mosquitto: Mosquitto
) -> None:
    agent = make_agent(mosquitto.port)
    store_plan(agent, now_plan((-60, BRIGHT), (4, DIM)))
    agent.start()
    wait_until(lit(agent, 0.8), 20, "the scene")
    mosquitto.kill()
    wait_until(lit(agent, 0.1), 8, "the next slot, alone")
    mosquitto.start()
    listener = Hub(mosquitto.port)
    wait_until(lambda: listener.hellos() == [True], 20, "the birth")
    assert decode(Hello, listener.said(EdgeTopic.HELLO)[0]).zones == ("hall",)
    wait_until(lambda: states(listener), 20, "the full state")
    assert states(listener)[0].zones["hall"].scene == "dim"
    wait_until(lambda: listener.said(EdgeTopic.EVENTS), 20, "the events")
    publish(listener, now_plan((-60, BRIGHT), revision=2))
    wait_until(lit(agent, 0.8), 20, "a plan")
    listener.close()


def test_a_second_agent_on_the_same_data_is_refused(make_agent: MakeAgent) -> None:
    agent = make_agent(free_port())
    agent.start()
    second = subprocess.run(
        agent.command(), capture_output=True, text=True, timeout=20, check=False
    )
    assert second.returncode == 1
    assert second.stderr.startswith("stemning edge: another agent uses the data directory")
    assert "Traceback" not in second.stderr


def test_memory_is_small(make_agent: MakeAgent, mosquitto: Mosquitto) -> None:
    agent = make_agent(mosquitto.port)
    store_plan(agent, now_plan((-600, BRIGHT)))
    agent.from_nothing = True
    agent.start()
    wait_until(lit(agent, 0.8), 20, "the scene")
    wait_until(lambda: "connected to the broker" in agent.log, 10, "the link")
    status = Path(f"/proc/{agent.pid}/status").read_text()
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert resident is not None
    assert int(resident[1]) * 1024 < 50_000_000


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (CONFIGURATION, 0, "the configuration is right"),
        (CONFIGURATION.replace("pin = 12", "pin = 55"), 1, "lights.window.pin: 55 is no GPIO pin"),
    ],
)
def test_check_says_what_is_there_or_wrong(tmp_path: Path, text: str, code: int, told: str) -> None:
    path = tmp_path / "edge.toml"
    path.write_text(f'store = "nordic"\nedge = "ceiling"\n{text}')
    shown = run(["edge", "--config", path, "--check"], cwd=tmp_path)
    assert shown.returncode == code
    assert told in shown.stdout + shown.stderr
    assert "Traceback" not in shown.stderr


def test_importing_the_agent_starts_and_loads_little() -> None:
    script = (
        "import edge.agent, threading, sys;"
        "print(threading.active_count(), {'gpiozero', 'mpd', 'paho'} & set(sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=True
    )
    assert shown.stdout == "1 set()\n"
