"""The guard alone: contact, buttons, budget and disk, with agent, broker and hub dead."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from edge.guard.setup import read_plan
from edge.guard_link import SOCKET, connect
from tests.faults.card import card
from tests.faults.pumps import changes, clients, edge, end_of_burst_s, hogs, is_at, pump, pumps
from tests.parts.stemning_processes import PRESS_S, STEMNING, Agent, Guard
from tests.waiting import wait_until

CONTACT, RESET, CALM, MUTE, LIGHT = 20, 21, 22, 23, 24
CHIP = 5
SAFE_S = 0.25
CLOSED, OPEN = 0, 1
AT_REST = {CONTACT: CLOSED}
PINS = f"""
[guard]
chip = {CHIP}
emergency_pin = {CONTACT}
reset_pin = {RESET}
drive = "DRIVE"
[zones.hall]
calm_pin = {CALM}
mute_pin = {MUTE}
full_light_pin = {LIGHT}
full_light_active_high = false
"""
MakeGuard = Callable[..., tuple[Agent, Guard]]


@pytest.fixture
def make_guard(tmp_path: Path) -> Iterator[MakeGuard]:
    made: list[Guard] = []

    def make(
        *, start: bool = True, levels: dict[int, int] | None = None, more: str = "", count: int = 2
    ) -> tuple[Agent, Guard]:
        directory = tmp_path / f"edge-{len(made)}"
        text = PINS.replace("DRIVE", str(directory / "guard.fifo")) + more
        agent = edge(directory, pumps(count, text))
        at_rest = {CONTACT: CLOSED} if levels is None else levels
        made.append(Guard(agent, {f"{CHIP}/{pin}": level for pin, level in at_rest.items()}))
        if start:
            made[-1].start()
        return agent, made[-1]

    yield make
    for guard in made:
        guard.close()


def put(guard: Guard, pin: int, level: int) -> float:
    """Move an input of the guard's chip; the wall time just before."""
    now = time.time()
    guard.put(f"{CHIP}/{pin}", level)
    return now


def push(guard: Guard, pin: int) -> None:
    guard.push(f"{CHIP}/{pin}")


def safe(agent: Agent) -> bool:
    """No sound, full light, no scent."""
    relays = is_at(agent, (CHIP, MUTE), 1) and is_at(agent, (CHIP, LIGHT), 0)
    return relays and is_at(agent, pump(0), 0) and is_at(agent, pump(1), 0)


def unsafe(agent: Agent) -> bool:
    """As the plan has it."""
    return is_at(agent, (CHIP, MUTE), 0) and is_at(agent, (CHIP, LIGHT), 1)


def run_guard(guard: Guard, *flags: str) -> subprocess.CompletedProcess[str]:
    """``stemning guard`` with the guard's own configuration."""
    command = [*STEMNING, "guard", *guard.flags, *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_the_contact_opens_and_all_is_safe_within_250_ms(make_guard: MakeGuard) -> None:
    with hogs(), clients() as holders:
        for _ in range(3):
            agent, guard = make_guard()
            assert unsafe(agent)
            holders.hold(guard, "p0")
            wait_until(lambda agent=agent: is_at(agent, pump(0), 1), 5, "the pump")  # type: ignore[misc]
            opened = put(guard, CONTACT, OPEN)
            wait_until(lambda agent=agent: safe(agent), 20, "the safe state")  # type: ignore[misc]
            for pin in (pump(0), (CHIP, MUTE), (CHIP, LIGHT)):
                assert changes(agent, pin)[-1][0] - opened <= SAFE_S
            assert guard.status()["alarm"] == "the emergency contact is open"
            guard.close()


def test_a_broken_wire_is_an_open_contact(make_guard: MakeGuard) -> None:
    agent, guard = make_guard(levels={})
    assert safe(agent), "from the first moment"
    assert guard.status()["alarm"] == "the emergency contact is open"


def test_a_chattering_contact_latches_once_and_nothing_flickers(make_guard: MakeGuard) -> None:
    agent, guard = make_guard()
    for _ in range(25):
        for level in (OPEN, CLOSED):
            put(guard, CONTACT, level)
            time.sleep(0.01)
    wait_until(lambda: safe(agent), 20, "the safe state")
    assert [level for _, level in changes(agent, (CHIP, MUTE))] == [0, 1]
    assert [level for _, level in changes(agent, (CHIP, LIGHT))] == [1, 0]
    wait_until(lambda: "reset the alarm" in guard.status()["alarm"], 20, "the contact at rest")


def test_the_alarm_outlives_the_guard_and_ends_by_a_person_at_the_pi(make_guard: MakeGuard) -> None:
    agent, guard = make_guard()
    put(guard, CONTACT, OPEN)
    wait_until(lambda: safe(agent), 20, "the safe state")
    push(guard, RESET)
    assert run_guard(guard, "--reset").returncode == 1, "the contact is open"
    assert guard.status()["alarm"] == "the emergency contact is open"
    guard.kill()
    put(guard, CONTACT, CLOSED)
    agent.record.unlink()
    guard.start()
    assert safe(agent), "latched"
    wait_until(lambda: "reset the alarm" in guard.status()["alarm"], 20, "the contact at rest")
    push(guard, RESET)
    wait_until(lambda: unsafe(agent), 20, "the reset")
    put(guard, CONTACT, OPEN)
    wait_until(lambda: safe(agent), 20, "another alarm")
    put(guard, CONTACT, CLOSED)
    wait_until(lambda: run_guard(guard, "--reset").returncode == 0, 10, "the reset by command")
    wait_until(lambda: unsafe(agent), 20, "the reset")
    shown = run_guard(guard, "--status").stdout
    assert shown.startswith("alarm: none\ncalm: no zone\np0: off")


def test_a_zone_is_calm_by_its_button_alone(make_guard: MakeGuard) -> None:
    agent, guard = make_guard()
    with clients() as holders:
        holders.hold(guard, "p0")
        wait_until(lambda: is_at(agent, pump(0), 1), 20, "the pump")
        push(guard, CALM)
        wait_until(lambda: safe(agent), 20, "calm")
        assert guard.status()["calm"] == ["hall"]
        guard.kill()
        agent.record.unlink()
        guard.start()
        assert safe(agent), "calm as before"
        time.sleep(PRESS_S)
        put(guard, CALM, 0)
        wait_until(lambda: unsafe(agent), 20, "as planned")
        time.sleep(0.3)
        assert unsafe(agent), "a button that is held is pressed once"


def test_an_end_switches_off_and_is_clean(make_guard: MakeGuard) -> None:
    agent, guard = make_guard()
    with clients() as holders:
        holders.hold(guard, "p0")
        wait_until(lambda: is_at(agent, pump(0), 1), 20, "the pump")
        process = guard._process
        assert process is not None
        guard.stop()
    assert process.returncode == 0
    assert is_at(agent, pump(0), 0)
    guard.start()
    assert guard.status()["outputs"]["p0"][4] > 2.99, "what was only reserved is there again"


def test_a_second_guard_is_refused(make_guard: MakeGuard) -> None:
    _, guard = make_guard()
    second = subprocess.run(
        guard.command(), capture_output=True, text=True, timeout=20, check=False
    )
    assert second.returncode == 1
    assert "guard: another guard runs with the state in" in second.stderr
    guard.status()


def test_a_wrong_configuration_is_said_and_leaves_all_off(make_guard: MakeGuard) -> None:
    agent, guard = make_guard(start=False, more="", count=1)
    text = agent.toml.read_text()
    agent.toml.write_text(text + '[diffusers.fig]\ndriver = "gpio-relay"\npin = 99\nzone = "x"\n')
    ended = subprocess.run(guard.command(), capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert "pin = 99: no GPIO pin of chip 0, or taken; see: stemning edge check" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert is_at(agent, pump(0), 0)
    agent.toml.write_text("store = [")
    ended = subprocess.run(guard.command(), capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert "can't be read" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_rubbish_and_a_crowd_neither_kill_nor_slow_it(make_guard: MakeGuard) -> None:
    agent, guard = make_guard()
    chance = random.Random(3)
    crowd = [connect(guard.data / SOCKET) for _ in range(10)]
    crowd[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    messages: list[bytes] = [
        b"{", b"[]", b"null", b"[" * 1000, b"\xff\xfe", b'{"ask": 3}', b'{"ask": "burst"}',
        b'{"ask":"burst","output":"p1","number":1,"seconds":1e999}',
        b'{"ask":"burst","output":"p1","number":1e999,"seconds":1}',
        b'{"ask":"burst","output":["p1"],"number":1,"seconds":1}',
        b'{"ask":"burst","output":"p1","number":"x","seconds":1}',
        b'{"ask":"burst","output":"p1","number":1,"seconds":NaN}',
        b'{"ask":"renew","output":"p0"}', b'{"ask":"calm","zone":"hall"}', b"x" * 100_000,
    ]  # fmt: skip
    with clients() as holders:
        pid = holders.hold(guard, "p0")
        wait_until(lambda: is_at(agent, pump(0), 1), 20, "the pump")
        for number in range(3000):
            text = messages[number % len(messages)]
            if number % 4 == 0:
                text = chance.randbytes(chance.randrange(1, 2000))
            with suppress(OSError):
                crowd[number % len(crowd)].send(text, socket.MSG_DONTWAIT)
        assert is_at(agent, pump(0), 1), "renewed by its holder all the time"
        assert guard.status()["calm"] == [], "nobody is calmed, or not, over the socket"
        killed = holders.end(pid, signal.SIGKILL)
        assert end_of_burst_s(agent, pump(0), killed.known) <= 0.1
    more = []
    for _ in range(30):
        with suppress(OSError):
            more.append(connect(guard.data / SOCKET))
    for each in [*crowd, *more]:
        each.close()
    wait_until(guard.ready, 20, "the guard to answer again")


def test_a_full_disk_gives_no_burst_and_says_so(tmp_path: Path, make_guard: MakeGuard) -> None:
    agent, guard = make_guard(start=False)
    with card(agent.data) as disk, clients() as holders:
        guard.start()
        disk.fill()
        holders.hold(guard, "p0")
        wait_until(lambda: guard.status()["problem"], 20, "the problem")
        assert "No space left on device" in guard.status()["problem"]
        assert not is_at(agent, pump(0), 1)
        put(guard, CONTACT, OPEN)
        wait_until(lambda: safe(agent), 20, "the alarm, whatever the disk does")
        put(guard, CONTACT, CLOSED)
        push(guard, RESET)
        disk.empty()
        wait_until(lambda: not guard.status()["problem"], 10, "the disk to be tried again")
        holders.hold(guard, "p1")
        wait_until(lambda: is_at(agent, pump(1), 1), 20, "a burst")
        guard.kill()


def test_a_read_only_disk_gives_no_burst_and_all_the_rest(make_guard: MakeGuard) -> None:
    agent, guard = make_guard(start=False)
    text = agent.toml.read_text()
    path = agent.directory / "elsewhere.sock"
    agent.toml.write_text(text.replace("[guard]", f'[guard]\nsocket = "{path}"'))
    with card(agent.data) as disk, clients():
        disk.remount("ro")
        put(guard, CONTACT, CLOSED)
        process = subprocess.Popen(guard.command(), cwd=agent.directory)
        try:
            wait_until(path.exists, 10, "the socket")
            with connect(path) as asking:
                asking.settimeout(5)
                asking.recv(1 << 16)
                asking.send(b'{"ask":"burst","output":"p0","number":7,"seconds":5}')
                said: dict[str, Any] = {"problem": None}
                while not said["problem"]:
                    said = json.loads(asking.recv(1 << 16))
            assert "Read-only file system" in said["problem"]
            assert unsafe(agent)
            assert not is_at(agent, pump(0), 1)
            put(guard, CONTACT, OPEN)
            wait_until(lambda: safe(agent), 20, "the alarm")
        finally:
            process.kill()
            process.wait()


class Timed:
    """A guard process on a clock that the test turns, with one pump."""

    def __init__(self, tmp_path: Path, daily_ml: float) -> None:
        self.clock = tmp_path / "clock"
        self.now = 1000.0
        self.turn(0)
        self.agent = edge(tmp_path / "edge", pumps(1) + f"daily_ml = {daily_ml}\n")
        plan = read_plan(self.agent.toml.read_text(), str(self.agent.data))
        plan["path"] = sys.path
        self._command = [
            *(sys.executable, "-m", "tests.faults.timed_guard"),
            *(json.dumps(plan), str(self.clock)),
        ]

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        replacement = self.clock.with_suffix(".new")
        replacement.write_text(str(self.now))
        replacement.replace(self.clock)

    def run(self, burst_s: float) -> tuple[bool, float]:
        """One run that is killed in mid-burst: whether there was one, and what is left, ml."""
        guard = subprocess.Popen(self._command)
        try:
            wait_until(lambda: self._answers(guard), 10, "the guard")
            with connect(self.agent.data / SOCKET) as holder:
                holder.settimeout(5)
                left_ml = float(json.loads(holder.recv(1 << 16))["outputs"]["p0"][4])
                self.turn(41)
                given = self._ask(holder)
                if given:
                    self._renew(holder, burst_s)
                os.kill(guard.pid, signal.SIGKILL)
        finally:
            guard.kill()
            guard.wait()
        return given, left_ml

    def _answers(self, guard: subprocess.Popen[bytes]) -> bool:
        assert guard.poll() is None
        try:
            connect(self.agent.data / SOCKET).close()
        except OSError:
            return False
        return True

    def _ask(self, holder: socket.socket) -> bool:
        holder.send(b'{"ask":"burst","output":"p0","number":7,"seconds":10}')
        while True:
            number, on, refusal, *_ = json.loads(holder.recv(1 << 16))["outputs"]["p0"]
            if number == 7 and (on or refusal):
                assert on or refusal[0] == "budget", refusal
                return bool(on)

    def _renew(self, holder: socket.socket, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.turn(0.2)
            holder.send(b'{"ask":"renew","output":"p0"}')


@pytest.mark.slow
def test_the_days_budget_holds_over_20_restarts_in_mid_burst(tmp_path: Path) -> None:
    burst_s, flow_ml_h = 4.0, 0.5
    daily_ml = flow_ml_h * 10 / 3600 * 12
    bench = Timed(tmp_path, daily_ml)
    given = [bench.run(burst_s) for _ in range(20)]
    bursts = sum(was_given for was_given, _ in given)
    left_ml = [left for _, left in given]
    assert 5 <= bursts < 20, "some are given, and then the day is over"
    assert bursts * burst_s * flow_ml_h / 3600 <= daily_ml
    for before, after, (was_given, _) in zip(left_ml, left_ml[1:], given, strict=False):
        least = flow_ml_h * burst_s / 3600 if was_given else 0.0
        assert after <= before - least + 1e-9, "what was given is never given back"
    assert len(changes(bench.agent, pump(0))) > 0
