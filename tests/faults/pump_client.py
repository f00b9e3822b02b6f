"""Holds pumps through the agent's own link to the guard; a program of its own, to be killed.

``python -m tests.faults.pump_client``: for each line ``SOCKET OUTPUT`` on stdin it forks a process
that asks for that output's longest burst and renews it as the agent's control loop does, and says
its process id. The forks spare a thousand starts of Python.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from edge.guard_link import GuardLink
from edge.playing.scent_channel import RENEW_S
from scenes.dosing import LONGEST_BURST_S


def hold(path: Path, output: str) -> NoReturn:
    """Ask, and renew until killed."""
    link = GuardLink(path)
    link.start()
    while not link.connected:
        time.sleep(0.001)
    link.burst(output, LONGEST_BURST_S)
    while True:
        time.sleep(RENEW_S)
        link.renew(output)


def main() -> None:
    """Fork for each line, until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        path, output = line.split()
        pid = os.fork()
        if pid == 0:
            hold(Path(path), output)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
