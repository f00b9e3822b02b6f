"""Our own programs as child processes: the hub and an agent, as a shop runs them."""

import json
import os
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from edge.guard_link import SOCKET, connect
from hub.api.letting_in import SESSION_COOKIE
from hub.key_ring import KEY_VARIABLE
from tests.parts.nursery import fork, warm
from tests.parts.server import Process, Server
from tests.parts.signed_in import head_office_key

PRESS_S = 0.15
"""A quick finger's press."""

STEMNING = (sys.executable, "-m", "stemning")


class Stemning(Server):
    """A program of ours: ``stemning`` and words.

    It is forked from where its code is loaded (`tests.parts.nursery`), unless ``from_nothing``:
    then it begins as in a shop, by its command line.
    """

    from_nothing = False

    def _begin(self, command: list[str | Path], log: BinaryIO) -> Process:
        ours = tuple(command[: len(STEMNING)]) == STEMNING
        if self.from_nothing or self.user or not ours:
            return super()._begin(command, log)
        with Path(os.devnull).open() as nothing:
            streams = (nothing.fileno(), log.fileno(), log.fileno())
            return fork(command[len(STEMNING) :], streams, cwd=self.directory)


class Hub(Stemning):
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
        self._key = ""

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
        except urllib.error.HTTPError as error:
            return error.code == 401  # it knows nobody yet
        except OSError:
            return False

    @property
    def key(self) -> str:
        """An access key of head office, written to its database."""
        if not self._key:
            self._key = head_office_key(self.database)
        return self._key

    @property
    def headers(self) -> dict[str, str]:
        """What head office's requests say."""
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def environment(self) -> dict[str, str]:
        """That of a command which asks this hub as head office."""
        return {**os.environ, KEY_VARIABLE: self.key}

    def cookie(self, token: str, name: str = SESSION_COOKIE) -> Any:
        """A cookie for ``BrowserContext.add_cookies``: the browser is let in by a token."""
        return {"name": name, "value": token, "url": self.address, "httpOnly": True}

    def get(self, path: str) -> Any:
        """GET a path and return its JSON."""
        return self.call("GET", path)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call the API and return its JSON; an error status raises ``urllib.error.HTTPError``.

        What is written is written over whatever is there.
        """
        text = self._ask(method, path, None if body is None else json.dumps(body).encode())
        return json.loads(text) if text else None

    def fetch(self, path: str) -> str:
        """GET a page and return its text."""
        return self._ask("GET", path).decode()

    def _ask(self, method: str, path: str, data: bytes | None = None) -> bytes:
        try:
            return self._ask_once(method, path, data)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
        # Another copy of the database, which has no such key.
        self._key = ""
        return self._ask_once(method, path, data)

    def _ask_once(self, method: str, path: str, data: bytes | None) -> bytes:
        request = urllib.request.Request(
            f"{self.address}{path}",
            method=method,
            data=data,
            headers={**self.headers, "Content-Type": "application/json", "If-Match": "*"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text: bytes = answer.read()
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


class Agent(Stemning):
    """An agent with mock pins. ``configuration`` is TOML without ``[broker]`` and ``[pins]``.

    It trusts the test machine's clock and writes at once, unless ``configuration`` has these
    tables itself.
    It serves nothing, so it counts as ready as soon as it has its pins' record open. Its guard
    (`Guard`) is another process; without one there is no scent.
    """

    def __init__(
        self, directory: Path, *, edge: str, broker_port: int, configuration: str, store: str
    ) -> None:
        """Prepare an agent whose files live in ``directory``.

        Tests make plans that begin in a moment, so nothing is loaded after this.
        """
        super().__init__(directory)
        if not self.from_nothing:
            warm()
        self.edge = edge
        self.record = directory / "pins.jsonl"
        self.drive = directory / "pins.fifo"
        self.data = directory / "data"
        self.toml = directory / "edge.toml"
        self.toml.write_text(
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
        return [*STEMNING, "edge", "--config", self.toml, "--data", self.data]

    def ready(self) -> bool:
        """Say whether it has taken its pins."""
        files = Path(f"/proc/{self.pid}/fd")
        # A file may be closed again while this looks.
        with suppress(FileNotFoundError):
            return any(file.readlink() == self.record for file in files.iterdir())
        return False

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


class Guard(Server):
    """The guard of an agent: with its configuration, data and record of pins.

    ``levels`` are those of its inputs before anybody moves them, by pin ("5" or "1/5" on chip 1);
    without one a pin is high, as one that nothing hangs on. The pipe is ``drive`` of the
    configuration's ``[guard]``.
    """

    def __init__(self, agent: Agent, levels: Mapping[str, int] | None = None) -> None:
        """Prepare the guard of ``agent``."""
        super().__init__(agent.directory)
        self.data = agent.data
        self._toml = agent.toml
        self._pipe: int | None = None
        drive = tomllib.loads(agent.toml.read_text()).get("guard", {}).get("drive")
        if drive is not None:
            if not Path(drive).exists():
                os.mkfifo(drive)
            # Held open, so that what is written before the guard starts stays in the pipe.
            self._pipe = os.open(drive, os.O_RDWR | os.O_NONBLOCK)
        self._levels = dict(levels or {})

    def start(self) -> None:
        """Start with its inputs as they are."""
        for pin, level in self._levels.items():
            self.put(pin, level)
        super().start()

    def command(self) -> list[str | Path]:
        """The command line, with the priority that its unit gives it, where that is allowed."""
        program = ["nice", "-n", "-10", sys.executable, "-m", "edge.guard"]
        return [*program, *self.flags]

    @property
    def flags(self) -> tuple[str | Path, ...]:
        """What says which guard this is."""
        return "--config", self._toml, "--data", self.data

    def ready(self) -> bool:
        """Say whether it answers."""
        try:
            self.status()
        except OSError:
            return False
        return True

    def status(self) -> Any:
        """What it tells whoever connects."""
        with connect(self.data / SOCKET) as asking:
            asking.settimeout(5)
            return json.loads(asking.recv(1 << 18))

    def put(self, pin: str, level: int) -> None:
        """Move an input."""
        assert self._pipe is not None, "the configuration has no [guard] drive"
        self._levels[pin] = level
        os.write(self._pipe, f"{pin} {level}\n".encode())

    def push(self, pin: str) -> None:
        """Press a button as a finger does, and let it go."""
        for level in (1, 0, 1):
            self.put(pin, level)
            time.sleep(PRESS_S)

    def close(self) -> None:
        """Kill it, and let go of the pipe."""
        self.kill()
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


def _defaults(configuration: str) -> str:
    tables = {"clock": 'trust = "always"', "outbox": "group_s = 0.2"}
    missing = (name for name in tables if f"[{name}]" not in configuration)
    return "".join(f"[{name}]\n{tables[name]}\n" for name in missing)
