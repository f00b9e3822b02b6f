"""deploy/set_up.py says a sentence where others show a traceback, and does nothing twice."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from deploy import set_up


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which every step for the tests is done."""
    web = tmp_path / "web"
    (web / "node_modules").mkdir(parents=True)
    (web / "package-lock.json").write_text("{}")
    monkeypatch.setattr(set_up, "WEB", web)
    monkeypatch.setattr(set_up, "DONE", tmp_path / "set-up.json")
    monkeypatch.setattr(set_up, "PYTHON", Path(sys.executable))
    set_up.mark_done("dev", set_up.fingerprint_of_lock("dev"))
    set_up.mark_done("project", set_up.fingerprint(set_up.ROOT / "pyproject.toml"))
    set_up.mark_done("browser", set_up.fingerprint(web / "package-lock.json"))
    return tmp_path


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What set-up would run; nothing is."""
    steps: list[str] = []
    monkeypatch.setattr(set_up, "run", lambda what, *_args, **_kwargs: steps.append(what))
    return steps


@pytest.mark.parametrize("purpose", ["demo", "test", "lint"])
def test_what_is_done_is_not_done_again(checkout: Path, ran: list[str], purpose: str) -> None:
    assert set_up.main([purpose]) == 0
    assert ran == []


def test_a_changed_step_is_done_again_alone(checkout: Path, ran: list[str]) -> None:
    (checkout / "web" / "package-lock.json").write_text('{"changed": true}')
    assert set_up.main(["demo"]) == 0
    assert ran == ["fetching the browser libraries"]


def test_lost_browser_libraries_are_fetched_again(checkout: Path, ran: list[str]) -> None:
    shutil.rmtree(checkout / "web" / "node_modules")
    assert set_up.main(["demo"]) == 0
    assert ran == ["fetching the browser libraries"]


def test_an_unreadable_record_means_nothing_is_done(checkout: Path, ran: list[str]) -> None:
    (checkout / "set-up.json").write_text("[half a rec")
    assert set_up.main(["lint"]) == 0
    assert len(ran) == 3


def test_missing_programs_get_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program, path=None: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert set_up.main(["test"]) == 1
    said = capsys.readouterr().err
    assert "sudo apt-get install mosquitto mpd mpc postgresql chromium-headless-shell" in said
    assert said.count("\n") == 1


def test_an_old_python_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert set_up.main(["demo"]) == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_a_missing_venv_module_names_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(set_up, "PYTHON", tmp_path / "absent")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(set_up.SetUpError, match=r"sudo apt-get install python3\.\d+-venv"):
        set_up.make_environment()


def test_a_step_that_fails_shows_its_last_words() -> None:
    command = [sys.executable, "-c", "print('no space left'); raise SystemExit(3)"]
    with pytest.raises(set_up.SetUpError, match=r"(?s)unpacking did not work:.*no space left"):
        set_up.run("unpacking", command)
