"""Free ports on loopback."""

import socket

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a TCP port nobody listens on now.

    Somebody else can take it before the server under test does, so whoever starts a server on
    it tries again with another port when that fails.
    """
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def accepts_connections(port: int) -> bool:
    """Say whether somebody listens on ``port`` of loopback."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
