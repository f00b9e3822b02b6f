"""A Pi gets few distributions, none of the hub's, and the agent runs with them."""

import json
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("scenes", "devices", "edge", "hub")
LOCK = ROOT / "deploy" / "requirements" / "edge.txt"

# What a Pi installs, exactly; pip and what it needs are the environment's own.
ON_A_PI = {
    "colorzero",
    "gpiozero",
    "lgpio",
    "markdown-it-py",
    "mdurl",
    "msgspec",
    "paho-mqtt",
    "pygments",
    "pyserial",
    "python-mpd2",
    "rich",
    "sacn",
    "setuptools",
    "stemning",
}
# For those who work in a checkout; npm's files are fetched there too.
NOT_SHIPPED = {"README.md", ".npmrc", "package.json", "package-lock.json", "globals.d.ts"}
HUB_LIBRARIES = [
    *("alembic", "amqtt", "apscheduler", "fastapi", "jinja2", "numpy", "prometheus_client"),
    *("psycopg", "pydantic", "scipy", "sqlalchemy", "sqlmodel", "starlette", "uvicorn", "yaml"),
]


def run(command: list[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command away from the checkout, so that only what is installed is found."""
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def run_well(command: list[str | Path], cwd: Path) -> str:
    """Run a command that must end well; return what it printed."""
    ran = run(command, cwd)
    assert ran.returncode == 0, f"{command}:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def build_wheel(place: Path) -> Path:
    """Build the wheel from a copy of the sources: setuptools leaves its traces beside them."""
    source = place / "source"
    ignored = shutil.ignore_patterns("node_modules", "__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=ignored)
    for file in ("pyproject.toml", "README.md", "LICENSE", "stemning.py"):
        shutil.copy(ROOT / file, source)
    build: list[str | Path] = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation"]
    run_well([*build, "--no-deps", "--wheel-dir", place, source], place)
    (wheel,) = place.glob("stemning-*.whl")
    return wheel


@pytest.fixture(scope="module")
def pi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the edge's lock and the built wheel, nothing else."""
    place = tmp_path_factory.mktemp("pi")
    wheel = build_wheel(place)
    venv.create(place / "venv", with_pip=False)
    # The checkout's pip installs into the new environment, which needs none of its own.
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", place / "venv/bin/python"]
    run_well([*pip, "install", "--no-compile", "--no-deps", "--require-hashes", "-r", LOCK], place)
    run_well([*pip, "install", "--no-deps", wheel], place)
    return place


@pytest.fixture
def python(pi: Path) -> Path:
    """The Pi's Python."""
    return pi / "venv" / "bin" / "python"


def test_the_wheel_holds_every_file_of_the_packages(pi: Path) -> None:
    listed = run_well(["git", "ls-files", *PACKAGES], ROOT).splitlines()
    shipped = {file for file in listed if Path(file).name not in NOT_SHIPPED}
    (wheel,) = pi.glob("*.whl")
    assert shipped <= set(zipfile.ZipFile(wheel).namelist())


def test_the_agent_runs(pi: Path) -> None:
    said = run_well([pi / "venv" / "bin" / "stemning", "edge", "--help"], pi)
    assert "usage: stemning edge" in said


def test_the_installers_tools_bring_their_kits_and_pages(pi: Path) -> None:
    stemning = pi / "venv" / "bin" / "stemning"
    config = pi / "edge.toml"
    run_well([stemning, "edge", "init", "full-shop", config], pi)
    assert "scent: GPIO 17" in run_well(
        [stemning, "edge", "check", "--wiring", "--config", config], pi
    )


def test_a_pi_installs_eight_distributions(pi: Path, python: Path) -> None:
    script = (
        "import json; from importlib.metadata import distributions; "
        "print(json.dumps([each.metadata['Name'].lower() for each in distributions()]))"
    )
    assert sorted(json.loads(run_well([python, "-c", script], pi))) == sorted(ON_A_PI)


@pytest.mark.parametrize("library", HUB_LIBRARIES)
def test_no_hub_library_is_there(pi: Path, python: Path, library: str) -> None:
    script = f"import importlib.util; print(importlib.util.find_spec({library!r}))"
    assert run_well([python, "-c", script], pi) == "None\n"


def test_the_hub_command_says_what_to_install(pi: Path) -> None:
    ran = run([pi / "venv" / "bin" / "stemning", "hub"], pi)
    assert ran.returncode == 1
    assert "pip install '/path/to/stemning[hub]'" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_the_hub_itself_cannot_be_imported(pi: Path, python: Path) -> None:
    ran = run([python, "-c", "import hub.app"], pi)
    assert ran.returncode != 0
    assert "ModuleNotFoundError: No module named" in ran.stderr.splitlines()[-1]


@pytest.mark.parametrize("package", [*PACKAGES, "stemning"])
def test_the_package_names_are_ours_alone(pi: Path, python: Path, package: str) -> None:
    script = (
        "from importlib.metadata import packages_distributions; "
        f"print(packages_distributions()[{package!r}])"
    )
    assert run_well([python, "-c", script], pi) == "['stemning']\n"
