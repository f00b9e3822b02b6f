"""A bench of pumps behind guards, and what it takes to be hard on them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.parts.stemning_processes import Agent, Guard
from tests.waiting import wait_until

PINS = 28
HOGS = 8


def pump(number: int) -> tuple[int, int]:
    """(chip, pin) of a pump; a guard can have many, where a Pi has two or three."""
    return divmod(number, PINS)


def pumps(count: int, more: str = "", first: int = 0) -> str:
    """The configuration of so many pumps ``p0``, ``p1`` … in the hall, or from ``first`` on."""
    tables = []
    for number in range(first, first + count):
        chip, pin = pump(number)
        tables.append(
            f'[diffusers.p{number}]\ndriver = "gpio-relay"\nchip = {chip}\npin = {pin}\n'
            'zone = "hall"\nfragrance = "linen"\n'
        )
    return more + "".join(tables)


def edge(directory: Path, configuration: str) -> Agent:
    """An edge whose agent isn't started; its guard may be."""
    directory.mkdir()
    return ServedAgent(
        directory, edge="ceiling", store="nordic", broker_port=1, configuration=configuration
    )


class ServedAgent(Agent):
    """An agent with the priority that its unit gives it, where that is allowed."""

    def command(self) -> list[str | Path]:
        return ["nice", "-n", "-5", *super().command()]


def changes(agent: Agent, pin: tuple[int, int]) -> list[tuple[float, float]]:
    """(wall time, level) of each change of a pin."""
    return [
        (datetime.fromisoformat(it.at).timestamp(), it.level)
        for it in agent.pin_changes()
        if (it.chip, it.pin) == pin
    ]


def is_at(agent: Agent, pin: tuple[int, int], level: float) -> bool:
    """Whether a pin is at a level now."""
    found = changes(agent, pin)
    return bool(found) and found[-1][1] == level


def end_of_burst_s(agent: Agent, pin: tuple[int, int], since: float) -> float:
    """How long after the wall time ``since`` the pump went off."""
    wait_until(lambda: is_at(agent, pin, 0), 20, "the pump to be off")
    return changes(agent, pin)[-1][0] - since


@dataclass(frozen=True)
class Ended:
    """When a process was sent its end, and when that could be known; wall times in seconds."""

    sent: float
    known: float


class DeathWatch:
    """A bare program of the guard's priority that waits for deaths as the guard does.

    Until the machine has given a killed process its last moment on a core, nobody can know.
    """

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            ["nice", "-n", "-10", sys.executable, "-m", "tests.faults.death_watch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def kill(self, pid: int) -> Ended:
        """End a process as a power cut would."""
        asked, answered = self._program.stdin, self._program.stdout
        assert asked is not None
        assert answered is not None
        asked.write(f"{pid}\n")
        asked.flush()
        assert answered.readline().split() == [str(pid)], "the watch sees the process"
        sent = time.time()
        os.kill(pid, signal.SIGKILL)
        return Ended(sent, known=float(answered.readline()))

    def close(self) -> None:
        """End the watch."""
        self._program.communicate()


class Nursery:
    """Processes that a program forks, one for each line that it is told."""

    def __init__(self, *program: str) -> None:
        self._watch = DeathWatch()
        self._nursery = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._pids: list[int] = []

    def fork(self, *words: object) -> int:
        """A new process; its id."""
        asked, answered = self._nursery.stdin, self._nursery.stdout
        assert asked is not None
        assert answered is not None
        asked.write(" ".join(map(str, words)) + "\n")
        asked.flush()
        self._pids.append(int(answered.readline()))
        return self._pids[-1]

    def end(self, pid: int, how: signal.Signals) -> Ended:
        """Kill or freeze a process; nothing tells of a freeze, so that is known when it is sent."""
        if how is signal.SIGKILL:
            self._pids.remove(pid)
            return self._watch.kill(pid)
        now = time.time()
        os.kill(pid, how)
        return Ended(now, known=now)

    def close(self) -> None:
        """Kill them all."""
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        self._nursery.kill()
        self._nursery.communicate()
        self._watch.close()


class Clients(Nursery):
    """Processes that hold pumps (`tests.faults.pump_client`)."""

    def __init__(self) -> None:
        super().__init__(sys.executable, "-m", "tests.faults.pump_client")

    def hold(self, guard: Guard, output: str) -> int:
        """A new process that asks for a burst; its id."""
        return self.fork(guard.data / "guard.sock", output)


class Agents(Nursery):
    """Whole agents, with the priority that their unit gives them (`tests.faults.agent_nursery`)."""

    def __init__(self) -> None:
        super().__init__("nice", "-n", "-5", sys.executable, "-m", "tests.faults.agent_nursery")

    def start(self, agent: Agent) -> int:
        """An agent with the configuration and data of ``agent``; its id."""
        return self.fork(agent.toml, agent.data, agent.directory / "agent.log")


@contextmanager
def clients() -> Iterator[Clients]:
    """Holders of pumps, ended at the end."""
    made = Clients()
    try:
        yield made
    finally:
        made.close()


class Hogs:
    """Eight programs that want all of the processor, except while they rest."""

    def __init__(self) -> None:
        self._hogs = [
            subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(HOGS)
        ]

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Let the test prepare what it will be hard on."""
        for hog in self._hogs:
            hog.send_signal(signal.SIGSTOP)
        yield
        for hog in self._hogs:
            hog.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End them."""
        for hog in self._hogs:
            hog.kill()
            hog.wait()


@contextmanager
def hogs() -> Iterator[Hogs]:
    """Eight hogs, ended at the end."""
    made = Hogs()
    try:
        yield made
    finally:
        made.close()
