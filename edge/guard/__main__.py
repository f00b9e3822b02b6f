"""``python -m edge.guard --config edge.toml --data DIRECTORY``.

Reading TOML costs memory that Python never gives back. So this process reads it first, and then
becomes a bare Python (``-I -S``) that knows the plan and runs the loop. With ``--off`` it only
switches the diffusers off: those of the configuration, and those that the run before had.
"""

from __future__ import annotations

import json
import sys


def main() -> int:
    """Run until SIGTERM or SIGINT (0), or say why that can't be (1)."""
    if not sys.flags.no_site:
        from edge.guard.setup import read_and_become  # noqa: PLC0415

        read_and_become(__file__, sys.argv[1:])
    plan = json.loads(sys.argv[1])
    sys.path[:] = plan["path"]
    from edge.guard.loop import Loop  # noqa: PLC0415

    try:
        loop = Loop(plan)
        return 0 if plan["off"] else loop.run()
    except (OSError, ImportError) as error:
        sys.exit(f"guard: {error}")


if __name__ == "__main__":
    sys.exit(main())
