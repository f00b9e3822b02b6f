"""A diffuser behind the guard: asked, renewed, passed on, and told why not."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.errors import DeviceConfigurationError, DeviceRefusedError, DeviceUnavailableError
from edge.cartridges import Cartridges
from edge.clock import SystemClock
from edge.grant import Grant, NotNowError
from edge.guard_link import GONE, SILENT, GuardLink
from edge.guarded_diffuser import GuardedDiffuser
from edge.playing.worker import Worker
from scenes.messages import Reading
from tests.faults.pumps import edge, is_at, pump, pumps
from tests.parts.stemning_processes import Agent, Guard
from tests.waiting import wait_until

PLUG = """
[diffusers.plug]
driver = "somebody-elses"
zone = "hall"
fragrance = "fig"
[diffusers.drop]
driver = "gpio-relay"
pin = 27
zone = "hall"
fragrance = "fig"
daily_ml = 0.001
"""


class Plug:
    """A device that ends its bursts itself."""

    def __init__(self) -> None:
        self.bursts: list[float] = []
        self.stops = 0
        self.broken = False
        self.free = threading.Event()
        self.free.set()

    def burst(self, duration_s: float) -> None:
        self.free.wait(10)
        if self.broken:
            raise DeviceUnavailableError("the plug is gone")
        self.bursts.append(duration_s)

    def stop(self) -> None:
        self.stops += 1

    def reading(self) -> Reading:
        self.free.wait(10)
        return Reading(on=len(self.bursts) > self.stops, fragrance="fig")

    def close(self) -> None:
        self.stops += 1


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return edge(tmp_path / "edge", pumps(3, PLUG))


@pytest.fixture
def guard(agent: Agent) -> Iterator[Guard]:
    made = Guard(agent)
    made.start()
    yield made
    made.close()


@pytest.fixture
def link(guard: Guard) -> Iterator[GuardLink]:
    made = GuardLink(guard.data / "guard.sock")
    made.start()
    wait_until(lambda: made.connected, 20, "the guard")
    yield made
    made.close()


@pytest.fixture
def make(link: GuardLink, tmp_path: Path) -> Callable[..., GuardedDiffuser]:
    clock = SystemClock()

    def diffuser(name: str, device: Plug | None = None, *, inline: bool = True) -> GuardedDiffuser:
        names = ("p0", "plug", "drop")
        cartridges = Cartridges(tmp_path / "c.json", dict.fromkeys(names, 100.0), clock.now)
        worker = None if inline or device is None else Worker(name, device.reading, clock)
        return GuardedDiffuser(name, link, cartridges, clock, "fig", device, worker)

    return diffuser


def tend(diffuser: GuardedDiffuser, until: Grant) -> None:
    """Renew until the guard says so."""
    deadline = time.monotonic() + 5
    while diffuser.tend() is not until:
        assert time.monotonic() < deadline, f"it never was {until}"
        time.sleep(0.02)


def test_a_pump_runs_as_long_as_it_is_tended(
    make: Callable[..., GuardedDiffuser], agent: Agent
) -> None:
    diffuser = make("p0")
    assert diffuser.reading() == Reading(on=False, fragrance="fig")
    assert diffuser.tend() is Grant.OVER
    diffuser.burst(1.0)
    tend(diffuser, Grant.RUNNING)
    assert is_at(agent, pump(0), 1)
    assert diffuser.reading().on
    tend(diffuser, Grant.OVER)
    assert is_at(agent, pump(0), 0)
    diffuser.burst(1.0)
    with pytest.raises(NotNowError, match="pauses between two bursts") as refusal:
        tend(diffuser, Grant.RUNNING)
    assert 15 < refusal.value.wait_s <= 20
    assert diffuser.tend() is Grant.OVER, "told once"


def test_one_that_is_stopped_or_forgotten_ends(
    make: Callable[..., GuardedDiffuser], agent: Agent, link: GuardLink
) -> None:
    stopped, forgotten, closed = make("p0"), make("p1"), make("p2")
    for diffuser in (stopped, forgotten, closed):
        diffuser.burst(10)
        tend(diffuser, Grant.RUNNING)
    stopped.stop()
    wait_until(lambda: is_at(agent, pump(0), 0), 20, "the stopped one to end")
    wait_until(lambda: is_at(agent, pump(1), 0), 20, "the forgotten one to end")
    with pytest.raises(NotNowError):
        tend(forgotten, Grant.OVER)
    closed.tend()
    link.close()
    wait_until(lambda: is_at(agent, pump(2), 0), 0.2, "the connection's end to be one")
    with pytest.raises(DeviceUnavailableError, match=SILENT):
        closed.tend()


@pytest.mark.parametrize("inline", [True, False])
def test_a_plug_gets_what_was_granted_and_no_more(
    make: Callable[..., GuardedDiffuser], inline: bool
) -> None:
    plug = Plug()
    diffuser = make("plug", plug, inline=inline)
    assert plug.bursts == []
    diffuser.burst(2.0)
    tend(diffuser, Grant.RUNNING)
    wait_until(lambda: plug.bursts == [pytest.approx(2.0, abs=0.5)], 20, "the plug to be told")
    for _ in range(3):
        diffuser.tend()
    wait_until(lambda: diffuser.reading().on, 20, "the plug's own word")
    assert len(plug.bursts) == 1
    assert plug.bursts[0] <= 2.0, "not beyond the grant"
    diffuser.stop()
    wait_until(lambda: plug.stops == 1, 20, "the plug to be told")
    diffuser.close()


@pytest.mark.parametrize("inline", [True, False])
def test_a_plug_that_fails_says_so(make: Callable[..., GuardedDiffuser], inline: bool) -> None:
    plug = Plug()
    plug.broken = True
    diffuser = make("plug", plug, inline=inline)
    diffuser.burst(2.0)
    with pytest.raises(DeviceUnavailableError, match="the plug is gone"):
        tend(diffuser, Grant.OVER)
    diffuser.close()


def test_a_burst_that_waits_behind_a_hanging_call_is_not_given_when_it_is_over(
    make: Callable[..., GuardedDiffuser],
) -> None:
    plug = Plug()
    diffuser = make("plug", plug, inline=False)
    plug.free.clear()
    diffuser.reading()  # hangs on the worker's thread
    diffuser.burst(0.5)
    with pytest.raises(DeviceUnavailableError, match="has not answered"):
        tend(diffuser, Grant.OVER)
    plug.free.set()
    wait_until(lambda: plug.stops == 1, 20, "the plug to be told to stop, to be sure")
    assert plug.bursts == []
    diffuser.close()


def test_a_burst_that_began_too_late_is_stopped_at_once(
    make: Callable[..., GuardedDiffuser],
) -> None:
    plug = Plug()
    diffuser = make("plug", plug, inline=False)
    diffuser.burst(0.5)
    plug.free.clear()
    with pytest.raises(DeviceUnavailableError, match="has not answered"):
        tend(diffuser, Grant.OVER)
    plug.free.set()
    wait_until(lambda: plug.stops >= 1, 20, "the plug to be told to stop")
    diffuser.close()


def test_a_failure_after_a_short_burst_is_that_bursts_and_not_the_next_ones(
    make: Callable[..., GuardedDiffuser],
) -> None:
    plug = Plug()
    plug.broken = True
    diffuser = make("plug", plug, inline=False)
    plug.free.clear()
    diffuser.burst(0.3)
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        assert diffuser.tend() is Grant.ASKED, "the plug has not answered"
        time.sleep(0.02)
    plug.free.set()
    with pytest.raises(DeviceUnavailableError, match="the plug is gone"):
        tend(diffuser, Grant.OVER)
    assert diffuser.tend() is Grant.OVER, "told once"
    diffuser.burst(0.3)
    with pytest.raises(NotNowError, match="pauses"):
        tend(diffuser, Grant.RUNNING)
    diffuser.close()


def test_the_days_end_is_told_with_the_hour_it_begins_again(
    make: Callable[..., GuardedDiffuser],
) -> None:
    diffuser = make("drop")
    diffuser.burst(10)
    with pytest.raises(DeviceRefusedError, match=r"^the day's 0.001 ml are given; again from \d"):
        tend(diffuser, Grant.RUNNING)


def test_a_diffuser_that_the_guard_does_not_know(make: Callable[..., GuardedDiffuser]) -> None:
    diffuser = make("new")
    with pytest.raises(DeviceConfigurationError, match="the guard knows no diffuser new: restart"):
        diffuser.burst(1)
    assert "restart it" in str(diffuser.why_not())


@pytest.mark.parametrize("duration_s", [0.0, -1.0, 10.1, float("nan")])
def test_no_burst_of_an_impossible_length_is_asked_for(
    make: Callable[..., GuardedDiffuser], duration_s: float
) -> None:
    with pytest.raises(DeviceRefusedError, match="a burst takes up to 10 s"):
        make("p0").burst(duration_s)


def test_a_guard_that_hangs_is_told_of_and_waited_for_by_nobody(
    make: Callable[..., GuardedDiffuser], guard: Guard
) -> None:
    diffuser = make("p0")
    os.kill(guard.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        diffuser.burst(1)
        assert diffuser.tend() is Grant.ASKED
        assert time.monotonic() - began < 0.5
        with pytest.raises(DeviceUnavailableError, match=SILENT):
            tend(diffuser, Grant.RUNNING)
        wait_until(lambda: diffuser.reading().problem == SILENT, 8, "the reading to say so")
    finally:
        os.kill(guard.pid, signal.SIGCONT)
    wait_until(lambda: diffuser.reading().problem is None, 8, "it to be well again")


def test_the_link_comes_back_with_the_guard_and_remembers_an_alarm(guard: Guard) -> None:
    told = threading.Event()
    link = GuardLink(guard.data / "guard.sock")
    link.tell(told.set)
    link.start()
    wait_until(lambda: link.connected, 20, "the guard")
    assert told.wait(1)
    assert link.safety("hall") is None
    assert link.problem is None
    guard.kill()
    wait_until(lambda: not link.connected, 20, "the loss")
    assert link.problem is None, "it may only start anew"
    wait_until(lambda: link.problem == GONE, 20, "the silence to be told")
    assert link.output("p0") is None
    assert link.status is not None, "what was told last"
    guard.start()
    wait_until(lambda: link.connected, 20, "the guard again")
    assert link.problem is None
    link.close()
    link.close()


def test_what_a_cartridge_has_left_is_in_the_reading(
    link: GuardLink, tmp_path: Path, guard: Guard
) -> None:
    cartridges = Cartridges(tmp_path / "c.json", {"p0": 50.0}, SystemClock().now)
    diffuser = GuardedDiffuser("p0", link, cartridges, SystemClock(), "fig")
    cartridges.heard({"p0": 0.0})
    cartridges.heard({"p0": 12.5})
    assert diffuser.reading() == Reading(on=False, fragrance="fig", cartridge_ml=37.5)
    diffuser.refill()
    assert diffuser.reading().cartridge_ml == 50
