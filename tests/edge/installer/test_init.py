"""`stemning edge init`: kits that are right as they stand, and explain themselves."""

import re
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

import stemning
from edge.config import read_config
from edge.installer.init import kits
from tests.parts.stemning_processes import STEMNING
from tests.waiting import wait_until

each = pytest.mark.parametrize("name", kits())


@each
def test_a_kit_is_a_right_configuration_with_at_least_one_device(name: str) -> None:
    config = read_config(tomllib.loads(kits()[name]), name)
    assert any((config.lights, config.players, config.diffusers, config.sensors))


@each
def test_every_line_of_a_kit_is_explained(name: str) -> None:
    """A table by the comment above it, a setting by one beside or above it."""
    lines = kits()[name].splitlines()
    assert lines[0].startswith(f"# {name}: ")
    assert len(f"  {name:20} {lines[0]}") - len(f"# {name}: ") <= 80, "one line of the list"
    for before, line in pairwise(lines):
        if line.startswith("[") or (line and not line.startswith("#") and " #" not in line):
            assert before.startswith("#"), f"{line} is not explained"
        assert len(line) <= 100


@each
def test_no_line_of_a_kit_waits_to_be_uncommented(name: str) -> None:
    """Such lines rot: nobody would notice that their setting is gone."""
    assert not re.search(r"^# *\w+ = ", kits()[name], re.MULTILINE)


def test_the_list_names_every_kit(capsys: pytest.CaptureFixture[str]) -> None:
    assert stemning.main(["edge", "init"]) == 0
    said = capsys.readouterr().out
    for name in kits():
        assert f"  {name} " in said


def test_a_kit_is_written_and_never_over_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "edge.toml"
    assert stemning.main(["edge", "init", "window-strip", str(path)]) == 0
    assert path.read_text() == kits()["window-strip"]
    assert f"stemning edge check --config {path}" in capsys.readouterr().out
    path.write_text("mine")
    assert stemning.main(["edge", "init", "window-strip", str(path)]) == 1
    assert "is there already and is left as it is" in capsys.readouterr().err
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("kit", "path", "expected"),
    [
        ("window-stripe", "edge.toml", "there is no such kit; did you mean window-strip?"),
        ("window-strip", "nowhere/edge.toml", "can't be written: No such file or directory"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kit: str, path: str, expected: str
) -> None:
    assert stemning.main(["edge", "init", kit, str(tmp_path / path)]) == 1
    assert expected in capsys.readouterr().err


def test_the_demo_kits_alarm_opens_closes_and_resets_as_its_comments_say(tmp_path: Path) -> None:
    (tmp_path / "edge.toml").write_text(kits()["demo-without-a-pi"])
    command = [*STEMNING, "guard", "--config", "edge.toml"]

    def said(word: str) -> str:
        ran = subprocess.run(
            [*command, word], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return ran.stdout

    def echo(line: str) -> None:
        (tmp_path / "guard.fifo").write_text(f"{line}\n")

    with subprocess.Popen(command, cwd=tmp_path) as guard:
        try:
            wait_until(lambda: "the emergency contact is open" in said("--status"), 15, "the alarm")
            echo("4 0")
            wait_until(lambda: "there is no alarm any more" in said("--reset"), 15, "the reset")
            echo("22 0")
            wait_until(lambda: "calm: entrance" in said("--status"), 15, "the calm button")
            echo("4 1")
            wait_until(lambda: "contact is open" in said("--status"), 15, "another alarm")
        finally:
            guard.terminate()
