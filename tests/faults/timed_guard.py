"""The guard's own loop on a clock that a test turns: ``python -m tests.faults.timed_guard``.

The first argument is the plan (`edge.guard.setup`) as JSON, the second a file that holds the time
in seconds. Only the clock is another; the process, its socket, its disk and its pins are real.
"""

import json
import sys
from pathlib import Path

from edge.guard.loop import Loop


def main() -> int:
    """Run until SIGTERM."""
    clock = Path(sys.argv[2])
    return Loop(json.loads(sys.argv[1]), lambda: float(clock.read_text())).run()


if __name__ == "__main__":
    sys.exit(main())
