"""The demo as a newcomer runs it: as a process, with Ctrl-C at the end."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.parts.ports import LOOPBACK, free_port
from tests.waiting import wait_until

DEMO = (sys.executable, "-m", "stemning", "demo")
READY_S = 60.0


@contextmanager
def running(data: Path, port: int, *flags: str) -> Iterator[subprocess.Popen[str]]:
    """The demo, ended by Ctrl-C if it still runs."""
    output = data.parent / "demo.out"
    with output.open("w") as out:
        demo = subprocess.Popen(
            [*DEMO, "--data", str(data), "--port", str(port), *flags],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
    try:
        wait_until(
            lambda: demo.poll() is not None or "is running" in output.read_text(),
            READY_S,
            "the demo to be ready",
        )
        assert demo.poll() is None, output.read_text()
        yield demo
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)


def zones(port: int, key: str) -> list[dict[str, Any]]:
    asked = urllib.request.Request(
        f"http://{LOOPBACK}:{port}/api/v1/zones", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(asked, timeout=5) as answer:
        found: list[dict[str, Any]] = json.load(answer)
        return found


def events(data: Path) -> int:
    with closing(sqlite3.connect(data / "hub.db")) as database:
        count: int = database.execute("SELECT count(*) FROM event").fetchone()[0]
        return count


def test_the_demo_shows_everything_and_ends_every_child(tmp_path: Path) -> None:
    data, port = tmp_path / "demo", free_port()
    data.mkdir()
    (data / ".stemning-demo").touch()
    (data / "old.txt").touch()
    with running(data, port, "--reset") as demo:
        assert not (data / "old.txt").exists()
        said = (tmp_path / "demo.out").read_text()
        assert f"http://127.0.0.1:{port}/" in said
        assert "Three things to try" in said
        assert f"export STEMNING_HUB=http://127.0.0.1:{port}\n" in said
        assert f"http://127.0.0.1:{port}/enter/" in said
        assert all(
            zone["reported"]["edges"]
            for zone in zones(port, said.partition("export STEMNING_KEY=")[2].split()[0])
        )
        second = refused(data, free_port(), "--reset")
        assert "a demo runs with the data" in second
        assert (data / "truth.json").exists(), "a running demo's data is not forgotten"
        children = psutil.Process(demo.pid).children(recursive=True)
        assert len(children) >= 8, "broker, hub, and three agents with their guards"
    assert demo.returncode == 0
    gone, alive = psutil.wait_procs(children, timeout=5)
    assert not alive
    assert len(gone) == len(children)
    made = events(data)
    assert made > 10_000, "eight weeks of history"
    truth = json.loads((data / "truth.json").read_text())
    assert truth["zones"]["sales-floor"]["effects"]["evening"]["dwell"] == 1.18

    # A second start keeps what there is; it does not make the history again.
    with running(data, port) as demo:
        assert "Going on with the data" in (tmp_path / "demo.out").read_text()
        children = psutil.Process(demo.pid).children(recursive=True)
        demo.kill()
        # Nobody is left to end them, so they end by themselves.
        _, alive = psutil.wait_procs(children, timeout=15)
        assert not alive
    assert made <= events(data) < made + 1000


def refused(data: Path, port: int, *flags: str) -> str:
    """What the demo says when it won't start."""
    ended = subprocess.run(
        [*DEMO, "--data", str(data), "--port", str(port), *flags],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_taken_port_is_a_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(tmp_path / "demo", port)
    assert f"port {port} is taken" in said
    assert f"make demo PORT={port + 1}" in said


def test_reset_refuses_what_is_not_a_demos(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("keep me")
    assert "holds other things" in refused(precious, free_port(), "--reset")
    assert (precious / "letter.txt").read_text() == "keep me"
