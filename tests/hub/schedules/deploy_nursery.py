"""Starts a hub over DATABASE, then forks it for each line "POINT WIRE" to die at that point.

Whoever asks puts the database back as it was when the hub had started. Plans go into the file WIRE,
one line each; those of the start into the first one. Printed is how a fork ended: its signal, or 0.
"""

from __future__ import annotations

import os
import signal
import sys

from hub.database import open_database
from scenes.codec import encode
from scenes.messages import PlanMessage
from scenes.plan import Plan
from tests.hub.schedules.deployment import DeployingHub, Points


class Wire:
    """Where plans go."""

    def __init__(self, path: str) -> None:
        self.path = path

    def publish(self, plan: Plan) -> None:
        """Write one line, on the disk before anything else happens."""
        out = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(out, encode(PlanMessage(plan=plan)) + b"\n")
        os.close(out)


def main() -> None:
    database, wire = sys.argv[1], Wire(sys.argv[2])
    points = Points(end=lambda: os.kill(os.getpid(), signal.SIGKILL))
    engine = open_database(f"sqlite:///{database}")
    hub = DeployingHub(engine, wire.publish, points)
    # No connection lives on in two processes, and none is open while the file is put back.
    engine.dispose()
    _say("started")
    for line in sys.stdin:
        point, wire.path = line.split()
        child = os.fork()
        if not child:
            points.chosen = int(point)
            hub.deploy(behind_commits=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say(str(status))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
