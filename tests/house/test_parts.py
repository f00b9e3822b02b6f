"""The real parts start, serve, die and come back."""

import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page

from tests.parts import binaries
from tests.parts.mosquitto import Mosquitto
from tests.parts.mpd import Mpd
from tests.parts.ports import LOOPBACK, accepts_connections, free_port
from tests.parts.server import DiedAtStart
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]


def test_wait_until_returns_the_answer_and_names_what_it_waited_for() -> None:
    answers = iter([0, None, 7])
    assert wait_until(lambda: next(answers), 1, "seven") == 7
    with pytest.raises(AssertionError, match=r"waited 0\.03 s for nothing; last seen: 0"):
        wait_until(lambda: 0, 0.03, "nothing")


def test_wait_until_takes_a_failed_assert_as_not_yet() -> None:
    levels = iter([1, 2, 3])

    def reached() -> bool:
        level = next(levels)
        assert level == 3, f"level is {level}"
        return True

    assert wait_until(reached, 1, "level 3")


def test_mosquitto_keeps_its_port_over_a_kill(mosquitto: Mosquitto) -> None:
    first_pid, port = mosquitto.pid, mosquitto.port
    mosquitto.kill()
    assert not accepts_connections(port)
    mosquitto.start()
    assert (mosquitto.port, accepts_connections(port)) == (port, True)
    assert mosquitto.pid != first_pid


def test_a_server_that_cannot_start_shows_its_log(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path, settings=["no_such_setting 1"])
    with pytest.raises(DiedAtStart, match="no_such_setting"):
        broker.start()
    broker.stop()


def test_mpd_plays_a_playlist(mpd_server: Mpd) -> None:
    def mpc(*words: str) -> str:
        address = ["--host", mpd_server.host, "--port", str(mpd_server.port)]
        asked = subprocess.run(
            ["mpc", *address, *words], capture_output=True, text=True, check=True
        )
        return asked.stdout

    mpc("load", "trading")
    mpc("volume", "35")
    mpc("play")
    wait_until(lambda: "[playing]" in mpc("status"), 5, "mpd to play")
    assert "middle.wav" in mpc("current", "--format", "%file%")
    assert "volume: 35%" in mpc("status")


def test_each_test_gets_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    assert tables == (0,)


def test_chromium_runs_scripts(page: Page) -> None:
    page.set_content("<p id=here>before</p><script>here.textContent = 6 * 7</script>")
    assert page.text_content("#here") == "42"


def test_a_missing_program_fails_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda program, path: None)
    with pytest.raises(pytest.fail.Exception, match="apt-get install postgresql"):
        binaries.need("initdb")


def test_free_ports_are_free() -> None:
    with socket.socket() as server:
        server.bind((LOOPBACK, free_port()))


def test_a_skip_is_a_failure(tmp_path: Path) -> None:
    test = tmp_path / "test_absent.py"
    test.write_text("import pytest\ndef test_absent() -> None: pytest.skip('no broker here')\n")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "/dev/null", "-p", "tests.never_skip", test],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED
    assert "a test may not skip itself" in ran.stdout
    assert "no broker here" in ran.stdout
