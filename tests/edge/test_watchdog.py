"""systemd's view of the agent: ready when it plays, alive while the control loop really steps."""

import fcntl
import os
import select
import signal
import socket
import struct
import termios
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.playing.zone_player import ZonePlayer
from edge.recording.plan_store import PlanStore
from edge.service_manager import ServiceManager
from edge.watchdog import Watchdog
from scenes.codec import encode
from scenes.messages import PlanMessage
from scenes.plan import Plan
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import plan, scene
from tests.parts.ports import free_port
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

LIGHT = 12
CONFIGURATION = f"""
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
"""
WATCHDOG_S = 1.0
SMALLEST_PIPE = 4096
LINE = 100
"""More than a line of the pins' record."""


class Manager(ServiceManager):
    """Remembers instead of sending."""

    def __init__(self, watchdog_s: float | None) -> None:
        super().__init__("/nowhere", watchdog_s)
        self.heard: list[str] = []

    def _send(self, line: str) -> None:
        self.heard.append(line)


def test_ready_comes_with_the_first_whole_step() -> None:
    clock, manager = FakeClock(), Manager(None)
    watchdog = Watchdog(manager, [ZonePlayer("hall")])
    assert manager.heard == []
    run(watchdog.step, clock, 3)
    assert manager.heard == ["READY=1", "STATUS=hall: no plan"]


def test_signs_of_life_come_several_in_a_period_and_no_more() -> None:
    clock, manager = FakeClock(), Manager(8.0)
    watchdog = Watchdog(manager, [])
    for _ in range(400):  # a fade: forty steps a second
        watchdog.step(clock.moment)
        clock.advance(0.025)
    assert manager.heard.count("WATCHDOG=1") == 5


def test_the_status_line_says_what_plays() -> None:
    clock, manager = FakeClock(), Manager(None)
    zone = ZonePlayer("hall")
    zone.adopt(plan([(0, scene("calm", 10)), (60, scene("busy", 80))], until_s=120))
    watchdog = Watchdog(manager, [zone])

    def step(moment: object) -> None:
        zone.step(clock.moment)
        watchdog.step(clock.moment)

    run(step, clock, 110)
    assert manager.heard[1:] == [
        "STATUS=hall: calm until 09:01 UTC",
        "STATUS=hall: busy until 09:02 UTC",
    ]


class SystemManager:
    """The other end: what systemd's socket heard, with the time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self.heard: list[tuple[float, str]] = []

    def listen(self) -> list[str]:
        """Everything that was said so far."""
        while select.select([self._socket], [], [], 0)[0]:
            self.heard.append((time.monotonic(), self._socket.recv(4096).decode()))
        return [line for _, line in self.heard]

    def signs(self) -> int:
        return self.listen().count("WATCHDOG=1")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def system(tmp_path: Path) -> Iterator[SystemManager]:
    manager = SystemManager(tmp_path / "notify")
    yield manager
    manager.close()


@pytest.fixture
def agent(
    tmp_path: Path, system: SystemManager, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Agent]:
    monkeypatch.setenv("NOTIFY_SOCKET", str(system.path))
    monkeypatch.setenv("WATCHDOG_USEC", str(round(WATCHDOG_S * 1e6)))
    directory = tmp_path / "agent"
    directory.mkdir()
    made = Agent(
        directory,
        edge="ceiling",
        store="nordic",
        broker_port=free_port(),
        configuration=CONFIGURATION,
    )
    yield made
    made.kill()


def store(agent: Agent, it: Plan) -> None:
    PlanStore(agent.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=it)))


def now_plan(*slots: tuple[float, float, float]) -> Plan:
    """(seconds from now, level, fade in seconds)."""
    scenes = [
        (at, scene(f"s{index}", level, fade)) for index, (at, level, fade) in enumerate(slots)
    ]
    return plan(scenes, start=datetime.now(UTC))


def test_the_process_is_ready_once_its_light_moves(agent: Agent, system: SystemManager) -> None:
    store(agent, now_plan((-60, 80, 0)))
    agent.start()
    wait_until(lambda: "READY=1" in system.listen(), 10, "READY=1")
    # Said after the step: the light has left the dark by then, as fast as its limits allow.
    level = agent.pin_level(LIGHT)
    assert level is not None
    assert level > 0
    wait_until(lambda: system.signs() >= 3, 20, "signs of life")
    assert any(line.startswith("STATUS=hall: s0 until") for line in system.listen())
    agent.stop()
    assert "STOPPING=1" in system.listen()


def test_a_process_whose_step_is_blocked_gives_no_sign_of_life(
    agent: Agent, system: SystemManager
) -> None:
    """The pins' record is a pipe that nobody empties: a driver's call that never returns."""
    os.mkfifo(agent.record)
    pipe = os.open(agent.record, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
        # Forty changes a second fill the pipe in a second or two of this fade.
        store(agent, now_plan((-60, 0, 0), (2, 100, 40)))
        agent.start()
        wait_until(lambda: system.signs() >= 2, 10, "signs of life")
        wait_until(lambda: _full(pipe), 20, "the step to block")
        before = system.signs()
        wait_until(lambda: time.monotonic() - system.heard[-1][0] > 2 * WATCHDOG_S, 10, "silence")
        assert system.signs() - before <= 1
        # Somebody reads again: the step ends, and with it the silence.
        os.read(pipe, SMALLEST_PIPE)
        wait_until(lambda: system.signs() > before + 1, 10, "signs of life again")
        os.read(pipe, SMALLEST_PIPE)
    finally:
        agent.kill()
        os.close(pipe)


def test_what_the_watchdog_kills_says_where_each_thread_was(
    agent: Agent, system: SystemManager
) -> None:
    agent.start()
    wait_until(lambda: system.signs() >= 1, 10, "a sign of life")
    os.kill(agent.pid, signal.SIGABRT)
    wait_until(lambda: "Fatal Python error: Aborted" in agent.log, 20, "the last words")
    wait_until(lambda: "edge/loop.py" in agent.log, 20, "the player's own line")


def _full(pipe: int) -> bool:
    """Whether the next line doesn't fit any more, so that its writer has to wait."""
    waiting = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"0000"))[0]
    return bool(waiting > SMALLEST_PIPE - LINE)
