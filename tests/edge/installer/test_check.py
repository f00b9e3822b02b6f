"""`stemning edge check` as the installer runs it: in a terminal, in a script, beside an agent."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.parts.mpd import Mpd
from tests.parts.nursery import run
from tests.parts.ports import free_port
from tests.parts.stemning_processes import STEMNING, Agent, Guard
from tests.waiting import wait_until

LIGHT, DIFFUSER, SENSOR = 12, 17, 5
DEVICES = f"""
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
boot_level = 30
fail_level = 100
[players.music]
driver = "simulated"
zone = "hall"
[sensors.door]
driver = "gpio-pir"
pin = {SENSOR}
zone = "hall"
"""
ROWS, COLUMNS = 24, 80
END_S = 30


class Checked:
    """A configuration file with mock pins, and what `check` does with it."""

    def __init__(self, directory: Path, devices: str = DEVICES) -> None:
        self.directory = directory
        self.record = directory / "pins.jsonl"
        self.fifo = directory / "pins.fifo"
        self.config = directory / "edge.toml"
        self.config.write_text(
            'store = "nordic"\nedge = "ceiling"\n[pins]\nfactory = "mock"\n'
            f'record = "{self.record}"\ndrive = "{self.fifo}"\n{devices}'
        )

    def command(self, *words: str) -> list[str]:
        data = str(self.directory / "data")
        return [*STEMNING, "edge", "check", "--config", str(self.config), "--data", data, *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run(self.command(*words)[len(STEMNING) :], cwd=self.directory)

    def levels(self, pin: int) -> list[float]:
        lines = [json.loads(line) for line in self.record.read_text().splitlines()]
        return [line["level"] for line in lines if line["pin"] == pin]


class Terminal:
    """`check` in a terminal of 80 by 24; ``screen`` is all that it wrote, without colours."""

    def __init__(self, command: list[str]) -> None:
        self.pid, self._fd = pty.fork()
        if not self.pid:  # the child
            os.environ |= {"TERM": "xterm", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
            os.execv(command[0], command)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._written = b""
        self._status: int | None = None

    @property
    def screen(self) -> str:
        while select.select([self._fd], [], [], 0)[0]:
            try:
                self._written += os.read(self._fd, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
        text = self._written.decode(errors="replace")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def ended(self) -> bool:
        _ = self.screen  # or a full terminal would hold it up
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    @property
    def exit_code(self) -> int:
        wait_until(self.ended, END_S, "the check to end")
        assert self._status is not None
        return os.waitstatus_to_exitcode(self._status)

    def close(self) -> None:
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    return Checked(tmp_path)


@pytest.fixture
def terminal(checked: Checked) -> Iterator[Terminal]:
    made = Terminal(checked.command())
    wait_until(lambda: "ends" in made.screen, END_S, "the live view")
    yield made
    made.close()


def test_a_script_gets_one_line_for_each_device_and_0(checked: Checked) -> None:
    ran = checked.run("--once")
    assert ran.returncode == 0, ran.stderr
    assert [line.split()[:3] for line in ran.stdout.splitlines()] == [
        ["light", "window", "hall"],
        ["player", "music", "hall"],
        ["sensor", "door", "hall"],
    ]
    assert "30 %" in ran.stdout, "its boot level"
    assert checked.levels(LIGHT)[-1] == 1.0, "its fail level, afterwards"


def test_what_is_perhaps_not_meant_is_noted_by_every_look_at_the_file(tmp_path: Path) -> None:
    note = "note: sensors.door.zone: nothing else stands in hlal"
    devices = DEVICES.replace(f'pin = {SENSOR}\nzone = "hall"', f'pin = {SENSOR}\nzone = "hlal"')
    checked = Checked(tmp_path, f"{devices}[zones.hall]\nminimum_light = 5\n")
    ran = checked.run("--once")
    assert ran.returncode == 0, ran.stdout
    assert note in ran.stdout
    assert note in " ".join(checked.run("--wiring").stdout.split())
    words = [*STEMNING, "edge", "--config", str(checked.config), "--check"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert note in said
    assert "the configuration is right" in said


def test_a_device_that_fails_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    beside = f'[players.cellar]\ndriver = "mpd"\nport = {free_port()}\nzone = "hall"\n'
    ran = Checked(tmp_path, DEVICES + beside).run("--once")
    assert ran.returncode == 1
    (failing,) = (line for line in ran.stdout.splitlines() if "PROBLEM" in line)
    assert failing.split()[:2] == ["player", "cellar"]
    assert ran.stdout.count("\n") == 4
    assert "Traceback" not in ran.stderr


def test_all_mistakes_are_told_at_once_and_nothing_is_opened(tmp_path: Path) -> None:
    wrong = Checked(tmp_path, '[lights.window]\ndriver = "gpio-pwm"\npin = 55\nzoen = "hall"\n')
    ran = wrong.run()
    assert ran.returncode == 1
    assert "lights.window.pin: 55 is no GPIO pin" in ran.stderr
    assert "did you mean zone?" in ran.stderr
    assert not wrong.record.exists()


def test_a_light_is_tested_gently_and_comes_back(checked: Checked) -> None:
    ran = checked.run("--test", "window")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("window was tested and says: 30 to ")
    shown = checked.levels(LIGHT)
    assert max(shown[:-1]) > 0.95
    steps = [abs(after - before) for before, after in pairwise(shown[1:-1])]
    assert max(steps) < 0.2, "no flash: many small steps"
    assert shown[-2] == pytest.approx(0.3, abs=0.05), "back at its level before it is closed"


def test_music_is_heard_at_its_fail_volume_and_ends(mpd_server: Mpd, tmp_path: Path) -> None:
    player = f'[players.music]\ndriver = "mpd"\nport = {mpd_server.port}\nzone = "hall"\n'
    ran = Checked(tmp_path, player).run("--test", "music")
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"music was tested and says: \d+ to (19|20) %", ran.stdout)
    assert "state: play" not in mpd_server.ask("status")


@pytest.fixture
def scented(tmp_path: Path) -> Iterator[tuple[Checked, Guard]]:
    """A diffuser, and the guard that has to give it leave; not started yet."""
    devices = f"""{DEVICES}
[diffusers.scent]
driver = "gpio-relay"
pin = {DIFFUSER}
zone = "hall"
fragrance = "linen"
"""
    agent = Agent(
        tmp_path, edge="ceiling", store="nordic", broker_port=free_port(), configuration=devices
    )
    agent.data.mkdir()
    guard = Guard(agent)
    yield Checked(tmp_path, devices), guard
    guard.kill()


def test_without_a_guard_a_diffuser_is_a_problem(scented: tuple[Checked, Guard]) -> None:
    checked, _ = scented
    ran = checked.run("--test", "scent")
    assert ran.returncode == 1
    assert ran.stdout == "scent: the guard does not answer: no scent\n"


def test_scent_is_tested_through_the_guard_and_not_twice_at_once(
    scented: tuple[Checked, Guard],
) -> None:
    checked, guard = scented
    guard.start()
    ran = checked.run("--test", "scent")
    assert ran.returncode == 0, ran.stdout
    assert re.match(r"scent was tested and says: off \(linen.*, then runs \(linen", ran.stdout)
    again = checked.run("--test", "scent")
    assert again.returncode == 1
    assert "it pauses for half a minute" in again.stdout
    assert checked.levels(DIFFUSER)[-3:] == [0, 1, 0], "one burst"


@pytest.mark.parametrize("name", ["door", "windw"])
def test_what_is_no_output_cannot_be_tested(checked: Checked, name: str) -> None:
    ran = checked.run("--test", name)
    assert ran.returncode == 1
    assert f"{name}: there is no such output; " in ran.stderr


def test_beside_a_running_agent_it_refuses_in_words(tmp_path: Path) -> None:
    agent = Agent(
        tmp_path, edge="ceiling", store="nordic", broker_port=free_port(), configuration=DEVICES
    )
    agent.start()  # ready once it has its pins, and those come after its directory
    try:
        checked = Checked(tmp_path)
        checked.config.write_text((tmp_path / "edge.toml").read_text())
        ran = checked.run("--once")
    finally:
        agent.kill()
    assert ran.returncode == 1
    assert "an agent runs with " in ran.stderr
    assert "sudo systemctl stop stemning-edge" in ran.stderr


def test_the_live_view_shows_the_wiring_and_follows_every_device(
    terminal: Terminal, checked: Checked
) -> None:
    assert "window: GPIO 12 (header pin 32)" in terminal.screen
    assert "nobody" in terminal.screen
    with checked.fifo.open("w") as pipe:
        pipe.write(f"{SENSOR} 1\n")
    wait_until(lambda: "somebody came 1 ×" in terminal.screen, 20, "the shopper")
    assert max(len(line) for line in re.split(r"[\r\n]+", terminal.screen)) <= COLUMNS


def test_a_key_tests_its_output_and_ctrl_c_leaves_the_fail_level(
    terminal: Terminal, checked: Checked
) -> None:
    terminal.type(b"1")
    wait_until(lambda: "window brightens to 100 %" in terminal.screen, 20, "the answer")
    wait_until(lambda: max(checked.levels(LIGHT)) > 0.6, 20, "the light to rise")
    terminal.type(b"\x03")
    assert terminal.exit_code == 0
    assert "every output is left at its fail level" in terminal.screen
    assert checked.levels(LIGHT)[-1] == 1.0


def test_a_lost_connection_leaves_the_fail_level_too(terminal: Terminal, checked: Checked) -> None:
    os.kill(terminal.pid, signal.SIGHUP)
    wait_until(terminal.ended, END_S, "the check to end")
    assert checked.levels(LIGHT)[-1] == 1.0


CONTACT, CALM_BUTTON = 4, 7


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Checked, Guard]]:
    """A contact and a calm button of the guard's, which isn't started yet."""
    devices = (
        f'{DEVICES}[guard]\nemergency_pin = {CONTACT}\ndrive = "{tmp_path / "guard.fifo"}"\n'
        f"[zones.hall]\ncalm_pin = {CALM_BUTTON}\n"
    )
    agent = Agent(
        tmp_path, edge="ceiling", store="nordic", broker_port=free_port(), configuration=devices
    )
    agent.data.mkdir()
    guard = Guard(agent, levels={str(CONTACT): 0})
    yield Checked(tmp_path, devices), guard
    guard.close()


def test_a_script_hears_of_an_alarm_first_and_gets_1(guarded: tuple[Checked, Guard]) -> None:
    checked, guard = guarded
    guard.start()
    well = checked.run("--once")
    assert well.returncode == 0, well.stdout
    assert "ALARM" not in well.stdout
    guard.put(str(CONTACT), 1)
    wait_until(lambda: guard.status()["alarm"], 20, "the alarm")
    ran = checked.run("--once")
    assert ran.returncode == 1
    assert ran.stdout.startswith("ALARM: "), ran.stdout
    assert guard.status()["alarm"] in ran.stdout


def test_a_script_hears_that_no_guard_is_there_and_gets_1(guarded: tuple[Checked, Guard]) -> None:
    checked, _ = guarded
    ran = checked.run("--once")
    assert ran.returncode == 1
    assert ran.stdout.startswith(f"GUARD: no guard answers at {checked.directory}"), ran.stdout
    assert "stemning guard --config" in ran.stdout


def test_a_calm_zone_is_told_and_no_fault(guarded: tuple[Checked, Guard]) -> None:
    checked, guard = guarded
    guard.start()
    guard.push(str(CALM_BUTTON))
    wait_until(lambda: guard.status()["calm"] == ["hall"], 20, "the calm zone")
    ran = checked.run("--once")
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.startswith("calm in hall: the calm button was pressed\n")


def test_the_live_view_shows_an_alarm_above_all(guarded: tuple[Checked, Guard]) -> None:
    checked, guard = guarded
    guard.start()
    terminal = Terminal(checked.command())
    try:
        wait_until(lambda: "ends" in terminal.screen, END_S, "the live view")
        guard.put(str(CONTACT), 1)
        wait_until(lambda: "ALARM: " in terminal.screen, 20, "the alarm")
    finally:
        terminal.close()
