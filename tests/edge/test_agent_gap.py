"""One device that can't be opened: the agent plays the rest, names the gap, and takes it in."""

import os
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import DeviceTrouble, EventBatch, PlanMessage, State, ZoneState
from scenes.topics import EdgeTopic, edge_topic
from tests.edge.fakes import plan, scene
from tests.edge.listener import Listener
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
LIGHT, NEVER = 12, 2
"""GPIO 2 has a pull-up of its own: a sensor can't be opened there."""


@pytest.fixture
def blueprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blueprint's driver, for the programs that are started from here."""
    source, site = ROOT / "deploy" / "blueprint", tmp_path / "site"
    shutil.copytree(source / "stemning_sysfs_led", site / "stemning_sysfs_led")
    project = tomllib.loads((source / "pyproject.toml").read_text())["project"]
    info = site / "stemning_sysfs_led-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1\n")
    lines = [
        f"[{group}]\n{name} = {place}\n"
        for group, points in project["entry-points"].items()
        for name, place in points.items()
    ]
    (info / "entry_points.txt").write_text("".join(lines))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(ROOT)]))


@pytest.fixture
def hub(mosquitto: Mosquitto) -> Iterator[Listener]:
    it = Listener(mosquitto.port)
    yield it
    it.close()


@pytest.fixture
def agent(tmp_path: Path, mosquitto: Mosquitto, blueprint: None) -> Iterator[Agent]:
    (tmp_path / "agent").mkdir()
    made = Agent(
        tmp_path / "agent",
        edge="ceiling",
        store="nordic",
        broker_port=mosquitto.port,
        configuration=f"""
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
[lights.shelf]
driver = "sysfs-led"
path = "{tmp_path / "led"}"
zone = "hall"
fail_level = 100
[sensors.door]
driver = "gpio-pir"
pin = {NEVER}
zone = "hall"
""",
    )
    made.from_nothing = True  # with the PYTHONPATH of now
    bright = plan([(-60, scene("bright", 40, fade_s=0))], start=datetime.now(UTC))
    PlanStore(made.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=bright)))
    yield made
    made.kill()


def zone(hub: Listener) -> ZoneState | None:
    """What the agent said last of its zone."""
    said = hub.said(edge_topic("nordic", "ceiling", EdgeTopic.STATE))
    return decode(State, said[-1]).zones["hall"] if said else None


def troubles(hub: Listener, device: str) -> list[str | None]:
    batches = hub.said(edge_topic("nordic", "ceiling", EdgeTopic.EVENTS))
    found = {
        event.seq: event.problem
        for batch in batches
        for event in decode(EventBatch, batch).events
        if isinstance(event, DeviceTrouble) and event.device == device
    }
    return [found[seq] for seq in sorted(found)]


def plug_in(folder: Path) -> Path:
    """The LED appears."""
    made = folder.with_name("led-made")
    made.mkdir()
    (made / "brightness").write_text("0\n")
    (made / "max_brightness").write_text("255\n")
    made.rename(folder)
    return folder / "brightness"


def test_the_rest_is_played_the_gap_is_named_and_the_device_is_taken_in(
    agent: Agent, hub: Listener, tmp_path: Path
) -> None:
    agent.start()
    wait_until(lambda: agent.pin_level(LIGHT) == pytest.approx(0.4, abs=1e-3), 10, "the rest")
    wait_until(lambda: troubles(hub, "shelf"), 10, "the trouble")
    wait_until(lambda: troubles(hub, "door"), 10, "the sensor's trouble")

    def named() -> bool:
        it = zone(hub)
        return it is not None and it.scene == "bright" and "can't be opened" in (it.problem or "")

    wait_until(named, 10, "the gap in the zone's state")
    said = zone(hub)
    assert said is not None
    assert not said.confirmed
    assert len(troubles(hub, "shelf")) == 1, "told once, however often it is tried"
    brightness = plug_in(tmp_path / "led")
    wait_until(lambda: brightness.read_text() == "102", 30, "the scene's 40 %")
    wait_until(lambda: troubles(hub, "shelf")[1:] == [None], 10, "its return")

    def whole() -> bool:
        it = zone(hub)
        return it is not None and it.confirmed and it.problem is None

    wait_until(whole, 10, "the zone to be confirmed")
    agent.stop()
    assert brightness.read_text() == "255", "its fail level"
    assert "Traceback" not in agent.log
