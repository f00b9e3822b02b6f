"""The real broker."""

import getpass
from collections.abc import Sequence
from pathlib import Path

from tests.parts.binaries import need
from tests.parts.ports import accepts_connections
from tests.parts.server import Server


class Mosquitto(Server):
    """Mosquitto on loopback: anonymous, nothing persisted, so a restart forgets everything.

    ``settings`` are further lines of its configuration file.
    """

    def __init__(self, directory: Path, settings: Sequence[str] = ()) -> None:
        """Prepare a broker whose files live in ``directory``."""
        super().__init__(directory)
        self._settings = settings

    def command(self) -> list[str | Path]:
        """Write mosquitto.conf for the port and return the command line."""
        configuration = self.directory / "mosquitto.conf"
        lines = [
            f"listener {self.port} {self.host}",
            "allow_anonymous true",
            "persistence false",
            # As in deploy/mosquitto.conf.
            "set_tcp_nodelay true",
            # Started by root it would change to a user who cannot read a test's directory.
            f"user {getpass.getuser()}",
            "log_dest stdout",
            *self._settings,
        ]
        configuration.write_text("\n".join(lines) + "\n")
        return [need("mosquitto"), "-c", configuration]

    def ready(self) -> bool:
        """Say whether the listener accepts connections."""
        return accepts_connections(self.port)
