"""Clients that mean no harm and do some: they neither deafen the agent nor answer for it."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from edge.guard.loop import MOST_CLIENTS
from edge.guard_link import SOCKET, GuardLink, connect
from scenes.dosing import LONGEST_BURST_S
from tests.faults.pumps import clients, edge, is_at, pump, pumps
from tests.parts.stemning_processes import Agent, Guard
from tests.waiting import wait_until


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return edge(tmp_path / "edge", pumps(2))


@pytest.fixture
def guard(agent: Agent) -> Iterator[Guard]:
    made = Guard(agent)
    made.start()
    yield made
    made.close()


@pytest.fixture
def crowd(guard: Guard) -> Iterator[list[socket.socket]]:
    """As many as the guard takes, and they stay."""
    with ExitStack() as stack:
        yield [stack.enter_context(connect(guard.data / SOCKET)) for _ in range(MOST_CLIENTS)]


def ask(client: socket.socket, **message: object) -> None:
    client.send(json.dumps(message).encode())


def test_a_crowd_of_idlers_does_not_keep_an_agent_out(
    agent: Agent, guard: Guard, crowd: list[socket.socket]
) -> None:
    with clients() as holders:
        holders.hold(guard, "p0")
        wait_until(lambda: is_at(agent, pump(0), 1), 20, "a burst beside the crowd")
        for _ in range(2 * MOST_CLIENTS):
            crowd.append(connect(guard.data / SOCKET))
            guard.status()
        assert is_at(agent, pump(0), 1), "whoever holds something is not the one who goes"
        holders.hold(guard, "p1")
        wait_until(lambda: is_at(agent, pump(1), 1), 20, "another burst")
    for each in crowd[MOST_CLIENTS:]:
        each.close()


def test_the_first_idler_goes_and_not_the_newcomer(
    guard: Guard, crowd: list[socket.socket]
) -> None:
    assert guard.status()["problem"] is None
    for each in crowd:
        each.settimeout(5)
        assert each.recv(1 << 16), "the first status"
    first, second, *_ = crowd
    assert first.recv(1 << 16) == b""
    ask(second, ask="reset")
    assert json.loads(second.recv(1 << 16))["reset"] is None


def test_what_others_are_refused_does_not_hide_what_an_agent_is_told(
    agent: Agent, guard: Guard
) -> None:
    link = GuardLink(guard.data / SOCKET)
    link.start()
    try:
        wait_until(lambda: link.connected, 20, "the guard")
        number = link.burst("p0", 2.0)

        def held() -> bool:
            link.renew("p0")
            return is_at(agent, pump(0), 1)

        wait_until(held, 20, "the burst")
        with connect(guard.data / SOCKET) as other:
            for seconds in (LONGEST_BURST_S, 1000.0, -1.0):
                ask(other, ask="burst", output="p0", number=1, seconds=seconds)
            wait_until(lambda: is_at(agent, pump(0), 0), 20, "its end")
            ask(other, ask="burst", output="p0", number=2, seconds=1000.0)
            other.settimeout(5)
            while json.loads(other.recv(1 << 16))["outputs"]["p0"][0] != 2:
                pass
            guard.status()
        wait_until(lambda: _told(link) in {(number, "lease"), (number, "end")}, 20, "its own end")
        refused = link.burst("p0", 0.5)
        wait_until(lambda: _told(link) == (refused, "pause"), 20, "its own refusal")
    finally:
        link.close()


def _told(link: GuardLink) -> tuple[int, str | None]:
    output = link.output("p0")
    assert output is not None
    return output.number, output.refusal.why if output.refusal else None
