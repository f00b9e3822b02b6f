"""The guard's process: as systemd sees it, and how little it takes."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.pumps import edge, pumps
from tests.parts.stemning_processes import Guard
from tests.waiting import wait_until


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[Guard]:
    made = Guard(edge(tmp_path / "edge", pumps(2)))
    yield made
    made.close()


def test_systemd_hears_that_it_is_ready_and_then_that_it_lives(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        guard.start()
        said = [manager.recv(100) for _ in range(4)]
    assert said[0] == b"READY=1"
    assert set(said[1:]) == {b"WATCHDOG=1"}
    guard.status()


def test_it_is_a_bare_python(guard: Guard) -> None:
    guard.start()
    words = Path(f"/proc/{guard.pid}/cmdline").read_text().split("\0")
    assert words[1:3] == ["-I", "-S"]
    assert words[3].endswith("/edge/guard/__main__.py")


def test_without_a_place_for_its_socket_it_watches_all_the_same(tmp_path: Path) -> None:
    nowhere = f'[guard]\nsocket = "{tmp_path}/none/guard.sock"\n'
    agent = edge(tmp_path / "edge", pumps(1, nowhere))
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(Guard(agent).command(), stderr=out)
    try:
        wait_until(lambda: "nobody can ask for scent" in log.read_text(), 20, "the guard to say so")
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
