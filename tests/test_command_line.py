"""The ``stemning`` command itself: help, versions, mistakes and missing parts."""

import argparse
import sys
from importlib.metadata import EntryPoint, entry_points

import pytest

import stemning
from scenes.errors import UnknownSceneError


class Sample:
    """A command for the tests below."""

    name = "sample"
    summary = "Shows how a command ends."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("how", choices=["well", "badly", "interrupted"])

    def run(self, arguments: argparse.Namespace) -> int:
        if arguments.how == "badly":
            raise UnknownSceneError("no scene is called 'disco'")
        if arguments.how == "interrupted":
            raise KeyboardInterrupt
        return 0


sample = Sample()


@pytest.fixture(autouse=True)
def points(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        EntryPoint("sample", f"{__name__}:sample", stemning.COMMAND_GROUP),
        EntryPoint("plan", "a_library_that_is_not_there:plan", stemning.COMMAND_GROUP),
    ]
    monkeypatch.setattr(stemning, "entry_points", lambda group: found)


@pytest.mark.parametrize(("how", "code"), [("well", 0), ("badly", 1), ("interrupted", 130)])
def test_exit_codes(how: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert stemning.main(["sample", how]) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert ("disco" in said) == (how == "badly")


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert stemning.main([]) == 2
    assert stemning.main(["dance"]) == 2
    assert "there are plan, sample" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        stemning.main(["sample", "sideways"])
    assert ended.value.code == 2


def test_a_missing_part_says_what_to_install(capsys: pytest.CaptureFixture[str]) -> None:
    assert stemning.main(["plan"]) == 1
    said = capsys.readouterr().err
    assert "a_library_that_is_not_there" in said
    assert "pip install '/path/to/stemning[hub]'" in said


def test_help_lists_every_command_and_teaches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stemning.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "Shows how a command ends." in said
    assert "examples:" in said
    assert "exit codes:" in said
    monkeypatch.setattr(sys, "argv", ["stemning", "--help"])
    assert stemning.main() == 0


@pytest.mark.parametrize(
    "point", entry_points(group=stemning.COMMAND_GROUP), ids=lambda point: point.name
)
def test_every_command_is_summed_up_in_one_sentence_on_one_line(
    point: EntryPoint, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stemning, "entry_points", lambda group: [point])
    assert stemning.main(["--help"]) == 0
    said = capsys.readouterr().out
    line = said.split("commands:\n")[1].splitlines()[0]
    assert len(line) <= 80
    name, summary = line.split(maxsplit=1)
    assert name == point.name
    assert summary[0].isupper()
    assert summary.endswith(".")


@pytest.mark.parametrize("port", ["abc", "0", "65536", "8_080", "-1"])
def test_a_demo_on_a_port_that_is_none_is_told_what_a_port_is(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = EntryPoint("demo", "hub.demo.command:demo", stemning.COMMAND_GROUP)
    monkeypatch.setattr(stemning, "entry_points", lambda group: [demo])
    with pytest.raises(SystemExit) as ended:
        stemning.main(["demo", f"--port={port}"])
    assert ended.value.code == 2
    assert f"argument --port: {port} is no port (1 to 65535)" in capsys.readouterr().err
