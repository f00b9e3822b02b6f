"""The install guide: its commands are whole, stand where they can work, and do what it says."""

import argparse
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import stemning
from tests.house.test_units import commands_of, environment_of
from tests.parts.stemning_processes import Agent, Guard

GUIDE = Path(__file__).parents[2] / "deploy" / "README.md"
HEADING = "## A Pi in the ceiling, from a blank card\n"
PROGRAM = "/opt/stemning/bin/stemning"
CONFIG = "/etc/stemning/edge.toml"

# Words before the program: who may do it.
ANYBODY: list[str] = []
ROOT, SERVICE = ["sudo"], ["sudo", "-u", "stemning"]
WHO_MAY = {
    "edge init": (ANYBODY, ROOT),
    "edge check": (ANYBODY, SERVICE),
    "edge clock": (SERVICE,),
    "guard": (SERVICE,),
}


def guide() -> str:
    return GUIDE.read_text().partition(HEADING)[2].partition("\n### ")[0]


def commands() -> Iterator[list[str]]:
    """Every command of the guide: indented lines, and what stands between backticks."""
    text = guide().replace("\\\n", " ")
    for line in re.findall(r"^ {7,8}(\S.*)$|`([^`\n]+)`", text, re.MULTILINE):
        yield shlex.split("".join(line))


OURS = [words for words in commands() if any(it.endswith("stemning") for it in words[:4])]
STEMNING = [words for words in OURS if PROGRAM in words and len(words) > words.index(PROGRAM) + 1]


def test_there_are_commands_to_look_at() -> None:
    assert len(STEMNING) >= 7


def test_none_needs_a_path_that_nobody_set() -> None:
    bare = [words for words in commands() if "stemning" in (words[:1] + words[1:2])]
    assert bare == []


def test_the_program_is_there_before_it_is_called() -> None:
    first = min(guide().index(shlex.join(words[:3])) for words in STEMNING)
    assert guide().index("pip install --no-deps .") < first


@pytest.mark.parametrize("words", STEMNING, ids=" ".join)
def test_each_is_one_that_the_program_knows(words: list[str]) -> None:
    _, (name, *rest) = split(words)
    (point,) = entry_points(group=stemning.COMMAND_GROUP, name=name)
    parser = argparse.ArgumentParser()
    point.load().configure(parser)
    parser.parse_args(rest)


@pytest.mark.parametrize("words", STEMNING, ids=" ".join)
def test_each_is_said_by_who_may_and_means_the_services_own_files(words: list[str]) -> None:
    who, rest = split(words)
    command = " ".join(rest)
    (allowed,) = [may for start, may in WHO_MAY.items() if command.startswith(start)]
    assert who in allowed
    unit = environment_of("stemning-guard.service")
    if who == SERVICE:  # sudo hands no environment on
        assert f"--config {unit['STEMNING_EDGE_CONFIG']} --data {unit['STEMNING_DATA']}" in command


def test_it_calls_the_program_as_the_units_do() -> None:
    assert PROGRAM in [words[0] for words in commands_of("stemning-edge.service")]
    assert environment_of("stemning-edge.service")["STEMNING_EDGE_CONFIG"] == CONFIG


def split(words: list[str]) -> tuple[list[str], list[str]]:
    """Who says it, and what follows on the program."""
    at = words.index(PROGRAM)
    return words[:at], words[at + 1 :]


def said(start: str, config: Path, data: Path) -> list[str]:
    """The guide's command that begins so, with files of the test's own."""
    (rest,) = {tuple(split(it)[1]) for it in STEMNING if " ".join(split(it)[1]).startswith(start)}
    places = {CONFIG: str(config), "/var/lib/stemning": str(data)}
    return [places.get(word, word) for word in rest]


def test_a_configuration_comes_out_and_its_wiring_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, data = tmp_path / "edge.toml", tmp_path / "data"
    assert stemning.main(said("edge init full-shop", config, data)) == 0
    assert stemning.main(said("edge check --wiring", config, data)) == 0
    assert "GPIO 17" in capsys.readouterr().out
    assert stemning.main(said("edge clock --trust", config, data)) == 0


def test_the_guard_is_asked_and_reset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agent = Agent(tmp_path, edge="ceiling", broker_port=9, store="nordic", configuration="")
    agent.data.mkdir()
    guard = Guard(agent)
    guard.start()
    try:
        assert stemning.main(said("guard --status", agent.toml, agent.data)) == 0
        assert "alarm: none" in capsys.readouterr().out
        assert stemning.main(said("guard --reset", agent.toml, agent.data)) == 0
        assert "there is no alarm any more" in capsys.readouterr().out
    finally:
        guard.close()
