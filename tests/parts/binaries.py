"""Finding the programs that real-part tests need, or failing with what to install."""

import os
import shutil
from pathlib import Path

import pytest

DEBIAN_PACKAGES = {
    "mosquitto": "mosquitto",
    "mpd": "mpd",
    "postgres": "postgresql",
    "initdb": "postgresql",
    "chromium-headless-shell": "chromium-headless-shell",
    "olad": "ola",
    "ip": "iproute2",
    "mount": "mount",
    "umount": "mount",
    "mkfs.ext4": "e2fsprogs",
    "setpriv": "util-linux",
    "systemd-analyze": "systemd",
    "systemd-sysusers": "systemd",
}


def need(program: str) -> Path:
    """Return the path of ``program``; fail the test (never skip it) when it is missing."""
    found = shutil.which(program, path=_search_path())
    if found is None:
        package = DEBIAN_PACKAGES[program]
        pytest.fail(
            f"this test needs the real {program}, which is not installed: "
            f"apt-get install {package}",
            pytrace=False,
        )
    return Path(found)


def _search_path() -> str:
    """PATH, then the places where Debian keeps servers out of a user's PATH."""
    postgres_versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    hidden = [str(path) for path in reversed(postgres_versions)]
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *hidden])
