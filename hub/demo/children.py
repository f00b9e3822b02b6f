"""The demo's child processes: started together, ended together."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_S = 6.0


class Child:
    """One process of the demo, with its own log file."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> None:
        """Prepare without starting; ``environment`` is added to this process's own."""
        self.name = name
        self.log = log
        self._command = [*_leash(), *command]
        self._environment = dict(os.environ) | dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id, 0 when it is not running."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which ends the children in
            # the right order (edges first, so that they can say that they leave).
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process is not None else 0

    def last_words(self, lines: int = 8) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def ask_to_stop(self) -> None:
        """SIGTERM, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait_until_stopped(self, deadline: float) -> None:
        """Wait until the monotonic ``deadline``, then kill."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _leash() -> list[str]:
    """A prefix that ends a child when the demo itself is killed, where Linux has one."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def stop_all(stages: Sequence[Sequence[Child]]) -> None:
    """End every child, the last stage first; kills whoever takes longer than some seconds.

    So edges can say goodbye to the hub, and the hub to the broker.
    """
    for stage in reversed(stages):
        for child in stage:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_S
        for child in stage:
            child.wait_until_stopped(deadline)
