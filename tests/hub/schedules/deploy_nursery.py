"""Forks one hub for each line "POINT DATABASE WIRE", which dies at that point of its deploy.

Its plans go into the file WIRE, one line each. Printed is how it ended: its signal, or 0.
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


def live(point: int, database: str, wire: str) -> None:
    out = os.open(wire, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def publish(plan: Plan) -> None:
        os.write(out, encode(PlanMessage(plan=plan)) + b"\n")

    points = Points(point, lambda: os.kill(os.getpid(), signal.SIGKILL))
    DeployingHub(open_database(database), publish, points).deploy(behind_commits=True)


def main() -> None:
    for line in sys.stdin:
        point, database, wire = line.split()
        child = os.fork()
        if not child:
            live(int(point), database, wire)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
