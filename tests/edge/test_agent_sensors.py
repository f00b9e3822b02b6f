"""An agent with every kind of sensor: from pins and a serial port to the outbox."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.flap_limit import MOST_A_MINUTE
from tests.devices.radar import NOBODY, SOMEBODY, Radar
from tests.parts.ports import free_port
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

PIR, OUTER, INNER, BUTTON = 5, 6, 13, 19
CONFIGURATION = f"""
[sensors.door]
driver = "gpio-pir"
pin = {PIR}
zone = "hall"
[sensors.gate]
driver = "gpio-beam-pair"
outer_pin = {OUTER}
inner_pin = {INNER}
zone = "hall"
[sensors.bell]
driver = "gpio-button"
pin = {BUTTON}
zone = "hall"
[sensors.radar]
driver = "ld2410"
port = "PORT"
silence_s = 1
zone = "hall"
"""


@pytest.fixture
def radar(tmp_path: Path) -> Iterator[Radar]:
    module = Radar(tmp_path / "radar")
    module.plug_in()
    yield module
    module.unplug()


@pytest.fixture
def agent(tmp_path: Path, radar: Radar) -> Iterator[Agent]:
    (tmp_path / "agent").mkdir()
    # Nobody listens at its broker: what it sees waits in its outbox.
    made = Agent(
        tmp_path / "agent",
        edge="ceiling",
        store="nordic",
        broker_port=free_port(),
        configuration=CONFIGURATION.replace("PORT", str(radar.path)),
    )
    made.start()
    wait_until(lambda: events(made), 10, "the outbox")
    yield made
    made.kill()


def events(agent: Agent) -> list[dict[str, Any]]:
    """All that the outbox holds, in order."""
    with closing(sqlite3.connect(agent.data / "outbox.db")) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'event'").fetchall():
            return []
        rows = database.execute("SELECT body FROM event ORDER BY seq").fetchall()
    return [msgspec.json.decode(body) for (body,) in rows]


def told(agent: Agent, device: str) -> Callable[[], list[Any]]:
    """What the outbox holds of a device: its kind and the word that matters."""

    def read() -> list[Any]:
        words = ("present", "direction", "problem")
        return [
            (event["kind"], next((event[word] for word in words if word in event), None))
            for event in events(agent)
            if event.get("device") == device
        ]

    return read


def test_every_sensor_reaches_the_outbox(agent: Agent, radar: Radar) -> None:
    agent.wave(PIR, present=True)
    for pin, high in ((OUTER, False), (INNER, False), (OUTER, True), (INNER, True)):
        agent.wave(pin, present=high)
    agent.wave(BUTTON, present=False)
    radar.say(SOMEBODY)
    for device, event in (
        ("door", ("presence", True)),
        ("gate", ("passage", "in")),
        ("bell", ("press", None)),
        ("radar", ("presence", True)),
    ):
        wait_until(lambda: told(agent, device)() == [event], 20, f"the {device}")  # noqa: B023
    kinds = {event.get("device"): event.get("sensor_type") for event in events(agent)}
    # What a message's type says by default is left out.
    assert (kinds["door"], kinds["gate"], kinds["radar"]) == (None, None, "mmwave")


def test_a_radar_that_falls_silent_is_trouble_and_back_when_it_speaks(
    agent: Agent, radar: Radar
) -> None:
    radar.say(SOMEBODY)
    wait_until(told(agent, "radar"), 20, "somebody")
    wait_until(lambda: len(told(agent, "radar")()) == 3, 20, "the trouble")
    assert told(agent, "radar")()[1] == ("presence", False)
    assert "says nothing for 1 s" in told(agent, "radar")()[2][1]

    def back() -> bool:
        radar.say(NOBODY)
        return bool(told(agent, "radar")()[-1] == ("device-trouble", None))

    wait_until(back, 10, "its return")
    assert [kind for kind, _ in told(agent, "radar")()] == [
        "presence",
        "presence",
        "device-trouble",
        "device-trouble",
    ]


def test_a_wire_that_flaps_does_not_fill_the_outbox(agent: Agent) -> None:
    with agent.drive.open("w") as pipe:
        for _ in range(20):
            pipe.write(f"{PIR} 1\n{PIR} 0\n" * 100)
            pipe.flush()
    wait_until(lambda: "device-trouble" in dict(told(agent, "door")()), 20, "the trouble")
    seen = told(agent, "door")()
    assert len(seen) == MOST_A_MINUTE + 1
    assert seen[-1][0] == "device-trouble"
    assert "changes more than 120 times a minute" in seen[-1][1]
    agent.wave(BUTTON, present=False)
    wait_until(told(agent, "bell"), 20, "the other sensors")
