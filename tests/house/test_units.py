"""The systemd units: right in systemd's own eyes, sandboxed, and of one mind with the programs."""

import configparser
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

import stemning
from devices.options import LONGEST_LEASE_S, LightOptions, PlayerOptions
from edge.settings import SETTINGS
from edge.watchdog import SIGNS_A_PERIOD
from hub.settings import ENVIRONMENT_PREFIX, Settings
from tests.parts.binaries import need

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNITS = sorted(path.name for path in FOLDER.glob("*.service"))
each = pytest.mark.parametrize("name", UNITS)
BIN = "/opt/stemning/bin"

# Known to systemd 254 and later; an older one says so and passes them over.
GROWING_DELAY = ("RestartSteps", "RestartMaxDelaySec")

# What `systemd-analyze security` calls the exposure, times ten: under 50 it says OK.
EXPOSURE = {"stemning-guard.service": 10, "stemning-edge.service": 25, "stemning-hub.service": 20}


def settings_of(name: str) -> dict[str, list[str]]:
    """A unit's ``[Service]``, every value of each key."""
    found: dict[str, list[str]] = {}
    section = (FOLDER / name).read_text().partition("[Service]\n")[2].partition("\n[Install]")[0]
    for line in section.splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def environment_of(name: str) -> dict[str, str]:
    pairs = (it.partition("=") for it in settings_of(name).get("Environment", []))
    return {key: value for key, _, value in pairs}


def commands_of(name: str) -> Iterator[list[str]]:
    """The command lines of a unit, without systemd's prefixes."""
    for key, values in settings_of(name).items():
        if key.startswith("Exec"):
            yield from (shlex.split(value.lstrip("-@:+!")) for value in values)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units with a command that is here, in a place of their own."""
    for name in UNITS:
        text = (FOLDER / name).read_text()
        (tmp_path / name).write_text(text.replace(BIN, str(Path(sys.executable).parent)))
    return tmp_path


def test_every_unit_is_graded() -> None:
    assert EXPOSURE.keys() == set(UNITS)


@each
def test_systemd_finds_nothing_wrong(name: str, installed: Path) -> None:
    verify: list[str | Path] = [
        need("systemd-analyze"),
        "verify",
        "--man=no",
        "--recursive-errors=no",
    ]
    ran = subprocess.run(
        [*verify, installed / name], capture_output=True, text=True, check=False, cwd=installed
    )
    unknown = re.compile(rf"Unknown key '({'|'.join(GROWING_DELAY)})' in section \[Service\]")
    complaints = [line for line in ran.stderr.splitlines() if not unknown.search(line)]
    assert complaints == []


@each
def test_the_sandbox_is_tight(name: str, installed: Path) -> None:
    grade: list[str | Path] = [need("systemd-analyze"), "security", "--offline=true", "--no-pager"]
    ran = subprocess.run(
        [*grade, f"--threshold={EXPOSURE[name]}", installed / name],
        capture_output=True,
        text=True,
        check=False,
        cwd=installed,
    )
    assert ran.returncode == 0, ran.stdout
    assert "Overall exposure level" in ran.stdout


@each
def test_nobody_runs_as_root(name: str, tmp_path: Path) -> None:
    (user,) = settings_of(name)["User"]
    (tmp_path / "etc").mkdir()
    made = subprocess.run(
        [need("systemd-sysusers"), f"--root={tmp_path}", FOLDER / "sysusers.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    record = re.search(rf"^{user}:x:(\d+):", (tmp_path / "etc/passwd").read_text(), re.MULTILINE)
    assert record is not None
    assert int(record[1]) > 0
    groups = (tmp_path / "etc/group").read_text()
    for group in " ".join(settings_of(name).get("SupplementaryGroups", [])).split():
        assert re.search(rf"^{group}:x:\d+:{user}$", groups, re.MULTILINE), group


@each
def test_every_command_line_is_one_that_the_program_knows(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for program, *words in commands_of(name):
        if program == f"{BIN}/python":
            assert words in (["-m", "edge.guard"], ["-m", "edge.guard", "--off"])
            assert find_spec("edge.guard.__main__") is not None
            continue
        assert program == f"{BIN}/stemning"
        with pytest.raises(SystemExit) as ended:
            stemning.main([*words, "--help"])
        assert ended.value.code == 0, words
        assert f"usage: stemning {' '.join(words)} " in capsys.readouterr().out


def test_the_environment_names_settings_that_exist() -> None:
    edge = {setting.environment for setting in SETTINGS}
    for name in ("stemning-edge.service", "stemning-guard.service"):
        assert environment_of(name).keys() <= edge
    hub = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert environment_of("stemning-hub.service").keys() <= hub


def test_guard_and_agent_meet_in_one_directory_and_the_guard_comes_first() -> None:
    assert environment_of("stemning-edge.service") == environment_of("stemning-guard.service")
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(FOLDER / "stemning-edge.service")
    assert "stemning-guard.service" in unit["Unit"]["After"].split()
    assert unit["Unit"]["Wants"] == "stemning-guard.service"
    assert "network" not in unit["Unit"]["After"], "the first light waits for no Wi-Fi"


@pytest.mark.parametrize("name", ["stemning-edge.service", "stemning-guard.service"])
def test_they_are_watched_and_never_given_up(name: str) -> None:
    service = settings_of(name)
    assert service["Type"] == ["notify"]
    assert service["Restart"] == ["always"]
    assert float(service["WatchdogSec"][0]) <= 10
    assert "StartLimitIntervalSec=0" in (FOLDER / name).read_text()


def test_a_guard_that_was_killed_leaves_no_diffuser_on() -> None:
    (hook,) = settings_of("stemning-guard.service")["ExecStopPost"]
    assert hook == f"-{BIN}/python -m edge.guard --off"


def test_a_lease_runs_out_before_the_watchdog_ends_the_agent() -> None:
    """The last sign of life may be a quarter of the period older than the player's last step."""
    watchdog_s = float(settings_of("stemning-edge.service")["WatchdogSec"][0])
    assert watchdog_s * (1 - 1 / SIGNS_A_PERIOD) > LONGEST_LEASE_S
    for options in (LightOptions, PlayerOptions):
        assert options(driver="any", zone="hall").lease_s <= LONGEST_LEASE_S
        too_long = {"driver": "any", "zone": "hall", "lease_s": LONGEST_LEASE_S + 1}
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(too_long, options)


@each
def test_the_filter_leaves_what_the_program_calls_and_no_way_to_harm(name: str) -> None:
    allowed = allowed_calls(name)
    assert {"openat", "epoll_wait", "futex", "sendto", "fsync", "ioctl"} <= allowed
    assert not {"reboot", "mount", "init_module", "settimeofday", "setuid", "ptrace"} & allowed


def test_the_agent_may_ask_whether_the_clock_is_synchronised() -> None:
    """Denied, no clock would ever be trusted, and there would be no scent."""
    assert {"adjtimex", "clock_adjtime"} <= allowed_calls("stemning-edge.service")
    assert settings_of("stemning-edge.service")["ProtectClock"] == ["no"]
    assert settings_of("stemning-edge.service")["CapabilityBoundingSet"] == [""]


def allowed_calls(name: str) -> set[str]:
    """The system calls that a unit's filter leaves, as systemd reads its lines in order."""
    allowed = calls_of("@default")
    for line in settings_of(name)["SystemCallFilter"]:
        named = set[str]().union(*(calls_of(word) for word in line.lstrip("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def calls_of(name: str) -> set[str]:
    """A call, or all calls of systemd's set ``@name``."""
    if not name.startswith("@"):
        return {name}
    listing: list[str | Path] = [need("systemd-analyze"), "syscall-filter", "--no-pager", name]
    said = subprocess.run(listing, capture_output=True, text=True, check=True).stdout
    words = [line.strip() for line in said.splitlines()[1:] if line.startswith("    ")]
    return set[str]().union(*(calls_of(word) for word in words if not word.startswith("#")))


def test_pins_are_reached_through_the_sandbox() -> None:
    for name in ("stemning-edge.service", "stemning-guard.service"):
        assert "char-gpiochip rw" in settings_of(name)["DeviceAllow"]
    # Hardware PWM is driven through files in /sys, which this would make read-only.
    assert settings_of("stemning-edge.service")["ProtectKernelTunables"] == ["no"]
