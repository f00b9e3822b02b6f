"""What a service tells systemd: that it is ready, that it lives, and what it does.

systemd names a datagram socket in the environment (sd_notify(3)); whoever is started by hand has
none, and nothing is sent. The format is one line a fact, so no library is worth its place here.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress


class ServiceManager:
    """Sends to ``address`` ("/path", or "@name" in Linux's abstract space), never waiting.

    ``watchdog_s`` is after how many seconds without `alive` systemd kills the service, or None.
    """

    def __init__(self, address: str | None, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        self._address = address
        self._socket: socket.socket | None = None

    @classmethod
    def named_in(cls, environment: Mapping[str, str], pid: int) -> ServiceManager:
        """The one that started process ``pid``, as its ``environment`` has it."""
        address = environment.get("NOTIFY_SOCKET") or None
        if address is not None and address[0] not in "/@":
            address = None  # a kind of socket that only virtual machines have
        ours = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
        period_us = environment.get("WATCHDOG_USEC", "")
        timed = address is not None and ours and period_us.isdecimal() and int(period_us) > 0
        return cls(address, int(period_us) / 1e6 if timed else None)

    @property
    def listens(self) -> bool:
        """Whether anybody wants to know."""
        return self._address is not None

    def ready(self) -> None:
        """The service does its work from now on."""
        self._send("READY=1")

    def alive(self) -> None:
        """The service has done its work just now. Never call this from a mere timer."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._send(f"STATUS={' '.join(text.split())}")

    def stopping(self) -> None:
        """The service ends by its own will."""
        self._send("STOPPING=1")

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, line: str) -> None:
        if self._address is None:
            return
        address = self._address
        if address.startswith("@"):
            address = f"\0{address[1:]}"
        # A full or vanished socket is no reason to hold up a light: the next one tells it again.
        with suppress(OSError):
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._socket.setblocking(False)
            self._socket.sendto(line.encode(), address)
