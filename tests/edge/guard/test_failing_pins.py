"""A pin that can't be driven counts as driven; one that can't be read as a broken wire."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.drivers.gpio.relay_pins import ChipPins
from edge.guard.loop import Loop
from edge.guard.setup import read_plan
from edge.guard_link import GuardLink
from tests.devices.recorded_lgpio import RecordedLgpio
from tests.edge.guard.bench import AGENT, SMALL_DAY_ML, Bench
from tests.faults.pumps import clients, edge, is_at, pump, pumps
from tests.parts.stemning_processes import Guard
from tests.waiting import wait_until

LIBRARY = ChipPins()._lgpio
WIRED = """
[guard]
emergency_pin = 4
[zones.hall]
calm_pin = 6
mute_pin = 20
[diffusers.scent]
driver = "gpio-relay"
pin = 17
zone = "hall"
"""
NAMES = ("chip_open", "chip_close", "_claim_input", "_claim_output", "_read", "_write")


class Pins(RecordedLgpio):
    """A recorded lgpio that keeps levels, and whose calls can be made to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: dict[int, int] = {}
        self.broken = set[str]()

    def note(self, name: str) -> Any:
        recorded = super().note(name)

        def called(handle: int, *values: int) -> int:
            if name in self.broken:
                raise LIBRARY.error("bad GPIO")
            if name in {"gpio_claim_output", "gpio_write"}:
                self.levels[values[0]] = values[1]
            found: int = recorded(handle, *values)
            return found

        return called


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch) -> Pins:
    recorded = Pins()
    for name in NAMES:
        monkeypatch.setattr(LIBRARY, f"gpio{name}", recorded.note(f"gpio{name}"))
    return recorded


class Turned:
    """A guard's loop over the recorded pins, turned by hand."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.loop = Loop(read_plan(WIRED, str(folder)), lambda: self.now)

    def turn(self, count: int = 1) -> None:
        """So many looks."""
        for _ in range(count):
            self.now += 0.05
            self.loop._step([], self.now)

    def burst(self) -> None:
        """Ask for a burst, and have the disk write."""
        self.loop._guard.burst(AGENT, "scent", 1, 10.0, self.now)
        deadline = time.monotonic() + 5
        while not self.loop._guard.outputs["scent"].on:
            assert time.monotonic() < deadline
            self.loop._guard.renew(AGENT, "scent", self.now)
            self.turn()

    @property
    def status(self) -> dict[str, Any]:
        """What clients are told."""
        return self.loop._guard.status(AGENT)

    def is_said_to_run(self) -> bool:
        """Of the pump."""
        on: bool = self.status["outputs"]["scent"][1]
        return on

    def close(self) -> None:
        """Let go of what a process would by its end."""
        self.loop._memory.end(5)
        self.loop._listener.close()


@pytest.fixture
def turned(lgpio: Pins, tmp_path: Path) -> Iterator[Callable[[], Turned]]:
    made: list[Turned] = []

    def make() -> Turned:
        made.append(Turned(tmp_path / f"{len(made)}"))
        return made[-1]

    yield make
    for it in made:
        it.close()


def test_a_pump_that_can_not_be_switched_off_is_told_and_tried_until_it_is_off(
    lgpio: Pins, turned: Callable[[], Turned]
) -> None:
    guard = turned()
    guard.burst()
    assert lgpio.levels[17] == 1
    lgpio.broken = {"gpio_write"}
    guard.loop._guard.contact(True)
    guard.turn(3)
    assert lgpio.levels[17] == 1
    assert guard.is_said_to_run()
    assert "GPIO 17 fails: 'bad GPIO'" in guard.status["problem"]
    assert "GPIO 20 fails" in guard.status["problem"], "the mute's relay, too"
    lgpio.broken = set()
    guard.turn()
    assert lgpio.levels == {17: 0, 20: 1}
    assert not guard.is_said_to_run()
    assert guard.status["problem"] is None


def test_a_pump_that_can_not_be_switched_on_counts_as_on_until_it_was_switched_off(
    lgpio: Pins, turned: Callable[[], Turned]
) -> None:
    guard = turned()
    lgpio.broken = {"gpio_write"}
    guard.burst()
    guard.turn(2)
    _, on, refusal, given_ml, _ = guard.status["outputs"]["scent"]
    assert (on, refusal[0]) == (True, "pin")
    guard.turn(20)
    assert guard.status["outputs"]["scent"][3] > given_ml
    lgpio.broken = set()
    guard.turn()
    assert lgpio.levels[17] == 0
    assert not guard.is_said_to_run()


def test_pins_that_fail_from_the_start_are_told_and_nothing_is_given(
    lgpio: Pins, turned: Callable[[], Turned]
) -> None:
    lgpio.broken = {"gpio_claim_output"}
    guard = turned()
    guard.turn()
    guard.loop._guard.burst(AGENT, "scent", 1, 10.0, guard.now)
    assert guard.status["outputs"]["scent"][1:3] == [True, ("pin", guard.status["problem"], 0.0)]
    lgpio.broken = set()
    guard.turn()
    assert guard.status["problem"] is None
    assert lgpio.levels[17] == 0


@pytest.mark.parametrize("broken", ["gpio_read", "gpio_claim_input", "gpiochip_open"])
def test_an_input_that_can_not_be_read_is_a_broken_wire(
    lgpio: Pins, turned: Callable[[], Turned], broken: str
) -> None:
    lgpio.broken = {broken}
    guard = turned()
    guard.turn(5)
    assert guard.status["alarm"] == "the emergency contact is open"
    assert "GPIO 4 fails: 'bad GPIO'" in guard.status["problem"]
    assert guard.status["calm"] == [], "a button that can't be read is not pressed"
    lgpio.broken = set()
    guard.turn(5)
    assert "reset the alarm" in guard.status["alarm"]
    assert guard.status["problem"] is None


def test_a_contact_that_can_not_be_read_any_more_ends_a_burst(
    lgpio: Pins, turned: Callable[[], Turned]
) -> None:
    guard = turned()
    guard.burst()
    lgpio.broken = {"gpio_read"}
    guard.turn()
    assert lgpio.levels == {17: 0, 20: 1}
    assert guard.status["outputs"]["scent"][2][0] == "safety"


def test_a_stuck_pump_uses_up_its_day_and_a_crash_forgets_none_of_it() -> None:
    bench = Bench()
    assert bench.ask() == "on"
    bench.broken = {"scent"}
    bench.wait(0.05, "scent")
    assert bench.what() == "pin"
    assert bench.ask("fig") == "pin", "while any pin fails, nothing is given"
    bench.wait(60)
    assert bench.runs("scent")
    given_ml = bench.guard.outputs["scent"].flow_ml_h * 60 / 3600
    bench.crash(landed=False)
    left_ml = bench.guard.outputs["scent"].left_ml
    assert left_ml <= SMALL_DAY_ML - given_ml + 1e-9
    bench.wait(3600)
    bench.broken = set()
    bench.tick()
    assert not bench.runs("scent")
    assert bench.ask() == "pause"
    bench.wait(41)
    assert bench.ask() == "budget"


def test_a_guard_whose_pins_fail_says_so_and_ends_the_burst_when_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    agent = edge(tmp_path / "edge", pumps(2))
    guard = Guard(agent)
    guard.start()
    kept = agent.record.with_suffix(".aside")
    link = GuardLink(guard.data / "guard.sock")
    link.start()
    try:
        with clients() as holders:
            holders.hold(guard, "p0")
            wait_until(lambda: is_at(agent, pump(0), 1), 20, "the pump")
            agent.record.rename(kept)
            agent.record.mkdir()  # no level can be written any more
        wait_until(lambda: guard.status()["problem"], 20, "the problem")
        assert "GPIO 0 fails" in guard.status()["problem"]
        assert guard.status()["outputs"]["p0"][1] is True
        # What it writes on its own log stands in the agent's, which is asked for from afar.
        wait_until(lambda: "the guard says: GPIO 0 fails" in caplog.text, 20, "the agent's log")
        agent.record.rmdir()
        wait_until(lambda: is_at(agent, pump(0), 0), 20, "the pump to be off")
        wait_until(lambda: not guard.status()["problem"], 20, "the problem's end")
        assert guard.status()["outputs"]["p0"][1] is False
        assert caplog.text.count("the guard says: GPIO 0 fails") == 1
    finally:
        link.close()
        guard.close()
