"""Starts the demo's parts in order, tells what to try, and ends them together."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from hub.asking import HUB_VARIABLE
from hub.demo.children import Child, stop_all
from hub.demo.people import DemoPeople
from hub.demo.prepare import database_url, people_of, prepare
from hub.demo.shop import EDGES, DemoEdge, write_edge_file, write_shop_file
from hub.demo.truth import STORE
from hub.key_ring import KEY_VARIABLE
from scenes.errors import StemningError

HOST = "127.0.0.1"
BROKER, HUB, GUARDS, AGENTS = range(4)
READY_S = 30.0
REVIVE_AFTER_S = 45.0


class PortTakenError(StemningError, OSError):
    """Somebody else listens on the page's port."""

    code = "demo.port-taken"


class DemoFailedError(StemningError, RuntimeError):
    """A part of the demo ended, or was not ready in time."""

    code = "demo.failed"


class Demo:
    """Broker, hub, and three agents with their guards, as processes over one data directory."""

    def __init__(self, directory: Path, port: int, console: Console) -> None:
        """Prepare; nothing is started and no file written yet."""
        self._directory = directory
        self._port = port
        self._console = console
        # Broker, hub, guards, agents: so they start, and the other way round they end.
        self._stages: tuple[list[Child], ...] = ([], [], [], [])
        self._ended = threading.Event()
        self._people = DemoPeople((), "", "")

    @property
    def address(self) -> str:
        """The page."""
        return f"http://{HOST}:{self._port}/"

    def run(self) -> int:
        """Start everything, stay until Ctrl-C, end everything. Returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._ended.set())
        try:
            prepare(self._directory, self._console)
            self._people = people_of(self._directory)
            if not self._ended.is_set():
                self._start()
            if not self._ended.is_set():
                self._tell()
            self._watch()
        finally:
            stop_all(self._stages)
            self._console.print("The demo has ended; its data is kept.")
        return 0

    def _start(self) -> None:
        broker_port = _free_port()
        broker = f"mqtt://{HOST}:{broker_port}"
        self._add(BROKER, "broker", [sys.executable, "-m", "hub.demo.broker", str(broker_port)], {})
        self._until(lambda: _listens(broker_port), "the broker")
        shop_file = write_shop_file(self._directory)
        self._add(
            HUB,
            "hub",
            [sys.executable, "-m", "stemning", "hub"],
            {
                "STEMNING_BROKER": broker,
                "STEMNING_DATABASE": database_url(self._directory),
                "STEMNING_DATA": str(self._directory),
                "STEMNING_HOST": HOST,
                "STEMNING_PORT": str(self._port),
                "STEMNING_SHOP": str(shop_file),
            },
        )
        for edge in EDGES:
            self._start_edge(edge, broker)
        self._until(self._everybody_reports, "the hub and three agents")

    def _start_edge(self, edge: DemoEdge, broker: str) -> None:
        configuration = str(write_edge_file(self._directory, edge, STORE))
        environment = {
            "STEMNING_BROKER": broker,
            "STEMNING_DATA": str(self._directory / edge.name),
            "STEMNING_EDGE_CONFIG": configuration,
        }
        guard = [sys.executable, "-m", "edge.guard"]
        self._add(GUARDS, f"{edge.name}-guard", guard, environment)
        self._add(AGENTS, edge.name, [sys.executable, "-m", "stemning", "edge"], environment)

    @property
    def _children(self) -> list[Child]:
        return [child for stage in self._stages for child in stage]

    def _add(self, stage: int, name: str, command: list[str], environment: dict[str, str]) -> None:
        child = Child(name, command, environment, self._directory / f"{name}.log")
        self._stages[stage].append(child)
        child.start()

    def _until(self, ready: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + READY_S
        with self._console.status(f"Starting {what} …"):
            while not ready() and not self._ended.wait(0.1):
                self._refuse_dead_children()
                if time.monotonic() > deadline:
                    raise DemoFailedError(
                        f"{what} did not get ready in {READY_S:.0f} s; "
                        f"the logs are in {self._directory}"
                    )

    def _refuse_dead_children(self) -> None:
        for child in self._children:
            if child.exit_code() is not None:
                raise DemoFailedError(
                    f"{child.name} ended at once; its log {child.log} ends with\n"
                    f"{child.last_words()}"
                )

    def _everybody_reports(self) -> bool:
        try:
            asked = urllib.request.Request(  # noqa: S310 - our own hub
                f"{self.address}api/v1/zones",
                headers={"Authorization": f"Bearer {self._people.key}"},
            )
            with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - our own hub
                zones: list[dict[str, object]] = json.load(answer)
        except (OSError, ValueError):
            return False
        return sum(zone.get("reported") is not None for zone in zones) == len(EDGES)

    def _tell(self) -> None:
        edge = self._stages[AGENTS][0]
        pins = self._directory / f"{EDGES[0].name}-pins.jsonl"
        self._console.print(
            f"\n[bold]Stemning is running:[/bold] {self.address}\n\n"
            "Come in as head office, until the demo ends:\n"
            f"     {self.address}enter/{self._people.link}\n"
            f"On a shop's shared tablet (page People) by PIN: {self._pins()}\n\n"
            "Three things to try:\n"
            f"  1. Open {self.address} and tap a scene in the entrance. The light really moves:\n"
            f"     tail -f {pins}\n"
            f"  2. See what eight weeks of atmosphere did, and what can't be told:\n"
            f"     {self.address}effects  or: {_command()} effects --data {self._directory}\n"
            f"     What is really true of that history: {self._directory / 'truth.json'}\n"
            f"  3. Pull the plug of an agent (kill -9 {edge.pid}) and watch its zone say that it\n"
            f"     doesn't know; after {REVIVE_AFTER_S:.0f} s the demo plugs it in again.\n\n"
            "For commands in a second terminal, paste there first:\n"
            f"     export {HUB_VARIABLE}={self.address.rstrip('/')}\n"
            f"     export {KEY_VARIABLE}={self._people.key}\n\n"
            "Ctrl-C ends everything. Next time your data is still here; RESET=1 starts afresh.\n"
            f"The API is described at {self.address}docs; the logs are in {self._directory}.\n",
            soft_wrap=True,
            highlight=False,
        )

    def _pins(self) -> str:
        return ", ".join(f"{name} ({role}) {pin}" for name, role, pin in self._people.pins)

    def _watch(self) -> None:
        """Stay until the end; whoever is killed comes back after a while, as under systemd."""
        dead_since: dict[str, float] = {}
        while not self._ended.wait(0.5):
            for child in self._children:
                if child.exit_code() is None:
                    dead_since.pop(child.name, None)
                elif child.name not in dead_since:
                    dead_since[child.name] = time.monotonic()
                    self._console.print(f"{child.name} has ended; it comes back in a while.")
                elif time.monotonic() - dead_since[child.name] > REVIVE_AFTER_S:
                    child.start()
                    self._console.print(f"{child.name} is back as process {child.pid}.")


def refuse_taken_port(port: int) -> None:
    """`PortTakenError` when somebody listens where the page should be."""
    with socket.socket() as probe:
        # As servers do: the last run's connections in TIME_WAIT don't make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTakenError(
                f"port {port} is taken by another program; "
                f"choose another one: make demo PORT={port + 1}"
            ) from error


def _command() -> str:
    """How a person here calls ``stemning``, which may not be on the path."""
    beside_python = Path(sys.executable).with_name("stemning")
    return os.path.relpath(beside_python) if beside_python.exists() else "stemning"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=0.5):
            return True
    except OSError:
        return False
