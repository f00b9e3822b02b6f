"""The real OLA (Open Lighting Architecture), in a network namespace of its own."""

import itertools
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts.binaries import need
from tests.parts.server import Server

USER = "olad"
HTTP_PORT = 9090
UNIVERSES = 24
OTHER_PLUGINS = [
    *("artnet", "dummy", "espnet", "ftdidmx", "gpio", "karate", "kinet", "milinst", "opendmx"),
    *("openpixelcontrol", "osc", "pathport", "renard", "sandnet", "shownet", "spi", "stageprofi"),
    *("uartdmx", "usbdmx", "usbserial"),
]
PREFIX = "stemning-ola-"

_numbers = itertools.count()


@dataclass(frozen=True)
class Namespace:
    """A network of two ends: ours on this machine, and theirs inside the namespace."""

    name: str
    ours: str
    theirs: str


@contextmanager
def namespace() -> Iterator[Namespace]:
    """Make a namespace and the cable into it; both are gone afterwards. Needs root."""
    if os.geteuid() != 0:
        pytest.fail(
            "this test needs root: olad gets a network namespace of its own, so that it and the "
            "network of this machine never meet",
            pytrace=False,
        )
    _remove_those_of_ended_runs()
    process, number = os.getpid(), next(_numbers)
    # 198.18.0.0/15 is set aside for tests of networks; each namespace gets four addresses.
    block = (process * 4 + number) % 32_768 * 4
    network = f"198.{18 + block // 65_536}.{block // 256 % 256}"
    made = Namespace(
        f"{PREFIX}{process}-{number}",
        f"{network}.{block % 256 + 1}",
        f"{network}.{block % 256 + 2}",
    )
    cable = f"ola{process:x}n{number:x}"[:15]
    inside = ("-n", made.name)
    _ip("netns", "add", made.name)
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "lights", "netns", made.name)
        _ip("addr", "add", f"{made.ours}/30", "dev", cable)
        _ip("link", "set", cable, "up")
        _ip(*inside, "addr", "add", f"{made.theirs}/30", "dev", "lights")
        _ip(*inside, "link", "set", "lights", "up")
        _ip(*inside, "link", "set", "lo", "up")
        yield made
    finally:
        _ip("netns", "del", made.name)


def _ip(*words: str) -> str:
    done = subprocess.run([need("ip"), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
    return done.stdout


def _remove_those_of_ended_runs() -> None:
    for line in _ip("netns", "list").splitlines():
        name = line.split()[0]
        if name.startswith(PREFIX):
            process = name.removeprefix(PREFIX).partition("-")[0]
            if not Path("/proc", process).exists():
                # Another worker may be quicker.
                subprocess.run([need("ip"), "netns", "del", name], capture_output=True, check=False)


class Ola(Server):
    """olad with its E1.31 plugin alone, listening to sACN universes 1 to ``UNIVERSES``.

    Each sACN universe is the OLA universe of the same number. Alike priorities are merged per
    address, the higher value winning; that is the plugin's way and needs no setting.
    """

    def __init__(self, directory: Path, network: Namespace) -> None:
        """Prepare a server whose files live in ``directory``, which olad's user must reach."""
        super().__init__(directory)
        self.host = network.theirs
        self.ours = network.ours
        self.port = HTTP_PORT
        self._network = network

    def command(self) -> list[str | Path]:
        """Write the plugins' settings and return the command line; olad refuses to be root."""
        settings = {plugin: ["enabled = false"] for plugin in OTHER_PLUGINS}
        settings["e131"] = [f"ip = {self.host}", f"input_ports = {UNIVERSES}", "output_ports = 0"]
        # The plugin's number, its device's, and one input port for each universe.
        settings["port"] = [f"11-1-I-{at} = {at + 1}" for at in range(UNIVERSES)]
        for name, lines in settings.items():
            (self.directory / f"ola-{name}.conf").write_text("\n".join(lines) + "\n")
        shutil.chown(self.directory, USER)
        for file in self.directory.glob("*.conf"):
            shutil.chown(file, USER)
        inside: list[str | Path] = [need("ip"), "netns", "exec", self._network.name]
        somebody: list[str | Path] = [
            need("setpriv"),
            f"--reuid={USER}",
            "--regid=nogroup",
            "--clear-groups",
        ]
        quiet = ["--no-register-with-dns-sd", "--no-http-quit"]
        return [*inside, *somebody, need("olad"), "-c", self.directory, *quiet]

    def ready(self) -> bool:
        """Say whether it answers, and listens to the last universe."""
        try:
            ports = self._ask(f"json/universe_info?id={UNIVERSES}")["input_ports"]
        except (OSError, ValueError, KeyError):
            return False
        return bool(ports)

    def values(self, universe: int) -> tuple[int, ...]:
        """What it has for a universe now: as many values as somebody ever sent."""
        answer = self._ask(f"get_dmx?u={universe}")
        assert not answer["error"], answer
        return tuple(answer["dmx"])

    def _ask(self, path: str) -> dict[str, list[int]]:
        with urllib.request.urlopen(f"http://{self.host}:{self.port}/{path}", timeout=5) as answer:
            found: dict[str, list[int]] = json.load(answer)
            return found


@contextmanager
def running_ola() -> Iterator[Ola]:
    """An olad of one's own, ready to hear."""
    # Not below pytest's own temporary directory: only its owner may look into that.
    directory = Path(tempfile.mkdtemp(prefix="stemning-ola-"))
    try:
        with namespace() as network:
            server = Ola(directory, network)
            server.start()
            try:
                yield server
            finally:
                server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
