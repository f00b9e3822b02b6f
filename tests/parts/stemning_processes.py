"""Our own programs as child processes: the hub and an agent, as a shop runs them."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.parts.server import Server

STEMNING = (sys.executable, "-m", "stemning")


class Hub(Server):
    """A hub on a free port. ``settings`` are further command line flags."""

    def __init__(
        self,
        directory: Path,
        *,
        broker_port: int,
        shop: Path,
        database: str | None = None,
        settings: Sequence[str] = (),
    ) -> None:
        """Prepare a hub whose files live in ``directory``; SQLite there unless ``database``."""
        super().__init__(directory)
        self.database = database or f"sqlite:///{directory / 'stemning.db'}"
        self._broker_port = broker_port
        self._shop = shop
        self._settings = settings

    @property
    def address(self) -> str:
        """Where it serves, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def command(self) -> list[str | Path]:
        """The command line."""
        return [
            *STEMNING,
            "hub",
            "--host",
            self.host,
            "--port",
            str(self.port),
            "--broker",
            f"mqtt://127.0.0.1:{self._broker_port}",
            "--database",
            self.database,
            "--data",
            self.directory,
            "--shop",
            self._shop,
            *self._settings,
        ]

    def ready(self) -> bool:
        """Say whether it answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/api/v1/scenes", timeout=2):
                return True
        except OSError:
            return False

    def get(self, path: str) -> Any:
        """GET a path and return its JSON."""
        return self.call("GET", path)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call the API and return its JSON; an error status raises ``urllib.error.HTTPError``."""
        request = urllib.request.Request(
            f"{self.address}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def fetch(self, path: str) -> str:
        """GET a page and return its text."""
        with urllib.request.urlopen(f"{self.address}{path}", timeout=10) as answer:
            text: str = answer.read().decode()
            return text

    def zone(self, zone: str) -> Any:
        """One zone's entry of ``GET /api/v1/zones``."""
        return next(each for each in self.get("/api/v1/zones") if each["zone"] == zone)


@dataclass(frozen=True)
class PinChange:
    """One line of a mock bank's record."""

    at: str
    chip: int
    pin: int
    level: float


class Agent(Server):
    """An agent with mock pins. ``configuration`` is TOML without ``[broker]`` and ``[pins]``.

    It trusts the test machine's clock and writes at once, unless ``configuration`` has these
    tables itself.
    It serves nothing, so it counts as ready as soon as its pins' record exists.
    """

    def __init__(
        self, directory: Path, *, edge: str, broker_port: int, configuration: str, store: str
    ) -> None:
        """Prepare an agent whose files live in ``directory``."""
        super().__init__(directory)
        self.edge = edge
        self.record = directory / "pins.jsonl"
        self.drive = directory / "pins.fifo"
        self.data = directory / "data"
        self._toml = directory / "edge.toml"
        self._toml.write_text(
            f'store = "{store}"\nedge = "{edge}"\n'
            f'[broker]\nurl = "mqtt://127.0.0.1:{broker_port}"\n'
            f'[pins]\nfactory = "mock"\nrecord = "{self.record}"\ndrive = "{self.drive}"\n'
            f"{_defaults(configuration)}{configuration}"
        )

    @property
    def name(self) -> str:
        """What failures call this agent."""
        return f"agent-{self.edge}"

    def command(self) -> list[str | Path]:
        """The command line."""
        return [*STEMNING, "edge", "--config", self._toml, "--data", self.data]

    def ready(self) -> bool:
        """Say whether it has taken its pins."""
        return self.record.exists()

    def pin_changes(self) -> Iterator[PinChange]:
        """Every change of a mock pin so far."""
        if not self.record.exists():
            return
        for line in self.record.read_text().splitlines():
            if line.endswith("}"):
                yield PinChange(**json.loads(line))

    def pin_level(self, pin: int, chip: int = 0) -> float | None:
        """The level that a pin has now, 0 to 1; None before its first change."""
        level = None
        for change in self.pin_changes():
            if (change.pin, change.chip) == (pin, chip):
                level = change.level
        return level

    def wave(self, pin: int, *, present: bool) -> None:
        """Drive a sensor's mock pin from outside."""
        with self.drive.open("w") as pipe:
            pipe.write(f"{pin} {int(present)}\n")


def _defaults(configuration: str) -> str:
    tables = {"clock": 'trust = "always"', "outbox": "group_s = 0.2"}
    missing = (name for name in tables if f"[{name}]" not in configuration)
    return "".join(f"[{name}]\n{tables[name]}\n" for name in missing)
