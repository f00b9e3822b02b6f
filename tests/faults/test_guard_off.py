"""A guard that was killed in a burst: its diffusers are switched off by whatever runs next.

Nothing here pulls a pin down, as with a kernel that keeps levels (persist_gpio_outputs=y).
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.pumps import clients, edge, is_at, pump, pumps
from tests.parts.stemning_processes import Agent, Guard
from tests.waiting import wait_until

OTHERS = '[diffusers.fig]\ndriver = "gpio-relay"\npin = 9\nzone = "hall"\nactive_high = false\n'


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[tuple[Agent, Guard]]:
    """A guard that was killed with its pump on."""
    agent = edge(tmp_path / "edge", pumps(1, OTHERS))
    guard = Guard(agent)
    guard.start()
    with clients() as holders:
        holders.hold(guard, "p0")
        wait_until(lambda: is_at(agent, pump(0), 1), 20, "the pump")
        guard.kill()
    assert is_at(agent, pump(0), 1), "nobody has switched it off yet"
    yield agent, guard
    guard.close()


def run(guard: Guard, *flags: str) -> subprocess.CompletedProcess[str]:
    """A guard that is expected to end."""
    return subprocess.run(
        [*guard.command(), *flags], capture_output=True, text=True, timeout=20, check=False
    )


def test_the_units_hook_switches_off_what_it_left_on(killed: tuple[Agent, Guard]) -> None:
    agent, guard = killed
    ended = run(guard, "--off")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert is_at(agent, pump(0), 0)
    guard.start()
    assert guard.status()["problem"] is None


@pytest.mark.parametrize("flags", [(), ("--off",)])
def test_a_file_that_is_broken_now_keeps_nothing_on(
    killed: tuple[Agent, Guard], flags: tuple[str, ...]
) -> None:
    agent, guard = killed
    agent.toml.write_text("store = [")
    ended = run(guard, *flags)
    assert ended.returncode == 1
    assert "can't be read" in ended.stderr
    assert is_at(agent, pump(0), 0)
    assert is_at(agent, pump(9), 1), "where low is on"


@pytest.mark.parametrize("text", ["", OTHERS, OTHERS.replace("pin = 9", "pin = 44")])
def test_a_pump_that_is_in_the_file_no_more_is_not_left_on(
    killed: tuple[Agent, Guard], text: str
) -> None:
    agent, guard = killed
    whole = agent.toml.read_text()
    agent.toml.write_text(whole[: whole.index("[diffusers")] + text)
    run(guard, "--off")
    assert is_at(agent, pump(0), 0)


def test_a_pin_that_has_another_task_now_is_not_driven_for_the_old_one(
    killed: tuple[Agent, Guard],
) -> None:
    agent, guard = killed
    whole = agent.toml.read_text()
    agent.toml.write_text(whole[: whole.index("[diffusers")] + "[zones.hall]\ncalm_pin = 0\n")
    agent.record.unlink()
    assert run(guard, "--off").returncode == 0
    assert [(it.pin, it.level) for it in agent.pin_changes()] == [(9, 1.0)]


def test_the_hook_leaves_a_guard_that_runs_alone(tmp_path: Path) -> None:
    agent = edge(tmp_path / "edge", pumps(1))
    guard = Guard(agent)
    guard.start()
    try:
        with clients() as holders:
            holders.hold(guard, "p0")
            wait_until(lambda: is_at(agent, pump(0), 1), 20, "the pump")
            ended = run(guard, "--off")
            assert ended.returncode == 1
            assert "another guard runs" in ended.stderr
            assert is_at(agent, pump(0), 1)
    finally:
        guard.close()
