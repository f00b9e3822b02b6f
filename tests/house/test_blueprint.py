"""The blueprint of a driver: built as its maker builds it, then found, shown and driven."""

import os
import shutil
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import encode
from scenes.messages import PlanMessage
from tests.edge.fakes import plan, scene
from tests.parts.ports import free_port
from tests.parts.stemning_processes import STEMNING, Agent
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
BLUEPRINT = ROOT / "deploy" / "blueprint"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution, built from a copy and installed into a folder of its own."""
    place = tmp_path_factory.mktemp("blueprint")
    shutil.copytree(BLUEPRINT, place / "source")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
    run([*pip, "--no-build-isolation", "--target", place / "site", place / "source"], place)
    return place / "site"


@pytest.fixture
def found(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs started from here find the driver."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(installed), str(ROOT)]))


@pytest.fixture
def led(tmp_path: Path) -> Path:
    folder = tmp_path / "led"
    folder.mkdir()
    (folder / "max_brightness").write_text("255\n")
    (folder / "brightness").write_text("0\n")
    return folder


def run(command: list[str | Path], where: Path) -> str:
    ran = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.fixture
def makers_environment(installed: Path, tmp_path: Path) -> Path:
    """An environment as the README's pip lines make it, from what is installed here."""
    place = tmp_path / "copy"
    shutil.copytree(BLUEPRINT, place)
    run([sys.executable, "-m", "venv", "--without-pip", place / ".venv"], tmp_path)
    (own,) = (place / ".venv" / "lib").glob("python*/site-packages")
    folders = [sysconfig.get_path("purelib"), str(installed)]
    lines = [f"import site; site.addsitedir({folder!r})\n" for folder in folders]
    (own / "installed.pth").write_text("".join(lines))
    return place


@pytest.mark.parametrize(
    ("command", "told"), [("python -m pytest", " passed"), ("stemning edge drivers", "`path`")]
)
def test_what_the_readme_tells_its_maker_works(
    makers_environment: Path, monkeypatch: pytest.MonkeyPatch, command: str, told: str
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    text = (BLUEPRINT / "README.md").read_text()
    (line, *_) = (line.strip() for line in text.splitlines() if _told_to_run(line, command))
    line = line.replace("/path/to/stemning", str(ROOT))
    line = line.replace("stemning edge", f"python {ROOT / 'stemning.py'} edge")
    said = run(["sh", "-c", f". .venv/bin/activate; {line}"], makers_environment)
    assert told in said


def test_the_list_of_drivers_says_who_brought_it(found: None, tmp_path: Path) -> None:
    said = run([*STEMNING, "edge", "drivers"], tmp_path)
    line = "sysfs-led            a light that Linux knows as an LED (stemning-sysfs-led 1.0.0)"
    assert line in said
    assert "`path`" in run([*STEMNING, "edge", "drivers", "sysfs-led"], tmp_path)


def test_the_wiring_plan_shows_its_page(found: None, tmp_path: Path, led: Path) -> None:
    config = tmp_path / "edge.toml"
    config.write_text(f'store = "nordic"\nedge = "ceiling"\n{light(led)}')
    said = run([*STEMNING, "edge", "check", "--wiring", "--config", config], tmp_path)
    assert "lights: sysfs-led, a light that Linux knows as an LED" in said
    assert "window: LED" in said
    assert "Whatever the kernel drives and lists under /sys/class/leds" in " ".join(said.split())


def test_an_agent_drives_it_by_the_plan_and_leaves_its_fail_level(
    found: None, tmp_path: Path, led: Path
) -> None:
    # The agent counts as ready when it has pins: the sensor's.
    devices = light(led) + '[sensors.door]\ndriver = "gpio-pir"\npin = 5\nzone = "hall"\n'
    agent = Agent(
        tmp_path, edge="ceiling", store="nordic", broker_port=free_port(), configuration=devices
    )
    agent.from_nothing = True  # with the PYTHONPATH of now
    bright = plan([(-60, scene("bright", 40, fade_s=0))], start=datetime.now(UTC))
    PlanStore(agent.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=bright)))
    agent.start()
    try:
        brightness = led / "brightness"
        wait_until(lambda: brightness.read_text() == "102", 10, "the scene's 40 %")
        agent.stop()
        assert brightness.read_text() == "255", "its fail level"
    finally:
        agent.kill()


def _told_to_run(line: str, command: str) -> bool:
    return line.startswith(" " * 7) and command in line


def light(led: Path) -> str:
    return (
        f'[lights.window]\ndriver = "sysfs-led"\npath = "{led}"\nzone = "hall"\nfail_level = 100\n'
    )
