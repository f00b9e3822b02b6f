"""What systemd hears, on a real datagram socket."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from edge.service_manager import ServiceManager


class Hear(Protocol):
    def __call__(self) -> str: ...


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[str, Hear]]:
    """The address of a socket such as systemd's, and the next thing said to it."""
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.settimeout(5)
        yield address, lambda: listener.recv(4096).decode()


def test_each_fact_is_one_line(listening: tuple[str, Hear]) -> None:
    address, hear = listening
    manager = ServiceManager.named_in({"NOTIFY_SOCKET": address}, 1)
    assert manager.listens
    manager.ready()
    manager.alive()
    manager.status("hall: calm\n until 11:00")
    manager.stopping()
    assert [hear() for _ in range(4)] == [
        "READY=1",
        "WATCHDOG=1",
        "STATUS=hall: calm until 11:00",
        "STOPPING=1",
    ]
    manager.close()
    manager.close()


def test_an_address_in_the_abstract_space() -> None:
    name = f"stemning-test-{id(object())}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}")
        listener.settimeout(5)
        manager = ServiceManager(f"@{name}")
        manager.ready()
        assert listener.recv(4096) == b"READY=1"
        manager.close()


def test_started_by_hand_nothing_is_sent() -> None:
    manager = ServiceManager.named_in({}, 1)
    manager.ready()
    assert not manager.listens
    assert manager.watchdog_s is None


def test_nobody_at_the_address_or_a_full_socket_holds_nothing_up(
    listening: tuple[str, Hear], tmp_path: Path
) -> None:
    gone = ServiceManager(str(tmp_path / "gone"))
    gone.ready()
    gone.close()
    address, hear = listening
    manager = ServiceManager(address)
    for _ in range(10_000):  # far more than a socket's queue holds
        manager.alive()
    assert hear() == "WATCHDOG=1"
    manager.close()


@pytest.mark.parametrize(
    ("environment", "expected_s"),
    [
        ({"WATCHDOG_USEC": "10000000"}, 10.0),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "7"}, 10.0),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdogs_period(environment: dict[str, str], expected_s: float | None) -> None:
    manager = ServiceManager.named_in({"NOTIFY_SOCKET": "/run/x", **environment}, 7)
    assert manager.watchdog_s == expected_s


def test_a_socket_of_another_kind_is_left_alone() -> None:
    assert not ServiceManager.named_in({"NOTIFY_SOCKET": "vsock:2:1"}, 7).listens
