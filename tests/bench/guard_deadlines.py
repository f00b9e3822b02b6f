"""(g) How soon the guard ends a burst whose holder was killed or frozen, idle and with 8 hogs.

The floor, in the same run: until a bare program of the guard's priority knows of the same death.
"""

import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import Spread, say
from tests.faults.pumps import clients, edge, hogs, pumps
from tests.faults.test_guard_kills import PUMPS, TOGETHER, ended_s
from tests.parts.stemning_processes import Guard

GUARDS = 3


def latencies_s(directory: Path, how: signal.Signals, *, busy: bool) -> list[tuple[float, float]]:
    """How long each of many pumps ran on, and the floor."""
    found: list[tuple[float, float]] = []
    with ExitStack() as stack:
        holders = stack.enter_context(clients())
        beside = stack.enter_context(hogs()) if busy else None
        for number in range(GUARDS):
            agent = edge(directory / f"{how.name}-{busy}-{number}", pumps(PUMPS))
            guard = Guard(agent)
            guard.start()
            stack.callback(guard.close)
            for first in range(0, PUMPS, TOGETHER):
                numbers = range(first, first + TOGETHER)
                found += ended_s(agent, guard, holders, numbers, how, beside)
    return found


def main() -> None:
    """Print the figures."""
    say("(g) guard: a burst ends after its holder is")
    with tempfile.TemporaryDirectory() as directory:
        for how, word, target_ms in (
            (signal.SIGKILL, "killed", 100),
            (signal.SIGSTOP, "frozen", 500),
        ):
            for busy in (False, True):
                found = latencies_s(Path(directory), how, busy=busy)
                spread = Spread.of([took for took, _ in found])
                floor = Spread.of([until_known for _, until_known in found])
                beside = "with 8 hogs beside" if busy else "idle"
                say(
                    f"    {word}, {beside}: p50 {spread.p50 * 1e3:.1f} ms, "
                    f"p99 {spread.p99 * 1e3:.1f} ms, largest {spread.largest * 1e3:.1f} ms "
                    f"(target {target_ms}); floor: {floor.p50 * 1e3:.1f}, {floor.p99 * 1e3:.1f}, "
                    f"{floor.largest * 1e3:.1f}"
                )


if __name__ == "__main__":
    main()
