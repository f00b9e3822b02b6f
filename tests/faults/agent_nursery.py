"""Whole agents, forked where their code is loaded; a program of its own, so they may be killed.

``python -m tests.faults.agent_nursery``: for each line ``CONFIG DATA LOG`` on stdin it forks a
process that runs ``stemning edge`` as a shop does, and says its process id. What a fork spares is
the import of the agent's libraries alone: two seconds for each on a busy Pi.
"""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import stemning
from edge import running, wiring
from edge.config import load_config

LOADED = (running, wiring)


def live(config: str, data: str, log: str) -> NoReturn:
    """Be an agent until killed."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    code = 1
    try:
        code = stemning.main(["edge", "--config", config, "--data", data])
    finally:
        os._exit(code)


def main() -> None:
    """Fork for each line, until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        config, data, log = line.split()
        load_config(Path(config))  # and with it the drivers' modules
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            live(config, data, log)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
